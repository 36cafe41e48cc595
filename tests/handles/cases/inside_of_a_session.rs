//! A program cannot take a session apart, and so cannot build another one from its parts.

use youku_core::Session;

pub fn inside(session: Session) -> usize {
    size_of_val(&session.0)
}

fn main() {}
