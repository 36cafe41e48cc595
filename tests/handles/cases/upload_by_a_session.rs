//! Only an administrator can upload.

use youku_core::{NewMovie, Session};

pub async fn upload(session: &Session, movie: NewMovie) {
    let _ = session.upload(movie).await;
}

fn main() {}
