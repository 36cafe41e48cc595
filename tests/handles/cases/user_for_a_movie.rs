//! The id of a user is not the id of a movie.

use youku_core::{Admin, UserId};

pub async fn delete(admin: &Admin, user: UserId) {
    let _ = admin.delete(user).await;
}

fn main() {}
