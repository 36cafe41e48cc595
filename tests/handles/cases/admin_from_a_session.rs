//! Nothing turns one into the other without a question to the database.

use youku_core::{Admin, Session};

pub fn admin(session: Session) -> Admin {
    session.into()
}

fn main() {}
