//! A session cannot become an administrator's handle without a query to the database.

use youku_core::{Admin, Session};

pub fn admin(session: Session) -> Admin {
    session.into()
}

fn main() {}
