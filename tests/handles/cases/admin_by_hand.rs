//! An administrator's handle comes only from a session that the service has checked.

use youku_core::{Admin, Session};

pub fn admin(session: Session) -> Admin {
    Admin { session }
}

fn main() {}
