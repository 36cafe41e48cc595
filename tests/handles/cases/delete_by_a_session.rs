//! Only an administrator can delete.

use youku_core::{MovieId, Session};

pub async fn delete(session: &Session, movie: MovieId) {
    let _ = session.delete(movie).await;
}

fn main() {}
