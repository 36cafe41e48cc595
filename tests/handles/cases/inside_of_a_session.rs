//! Nobody takes a session apart, so nobody makes another one of its parts.

use youku_core::Session;

pub fn inside(session: Session) -> usize {
    size_of_val(&session.0)
}

fn main() {}
