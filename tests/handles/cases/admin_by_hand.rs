//! An administrator's handle comes from a session that the service has looked at.

use youku_core::{Admin, Session};

pub fn admin(session: Session) -> Admin {
    Admin { session }
}

fn main() {}
