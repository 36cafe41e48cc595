//! `edit_movie`: changes the name of a movie, or whether it is free.

use serde::Deserialize;
use youku_core::{Kind, MovieEdit, MovieId};

use crate::message::{Number, Refusal, Reply};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Failure;
use crate::server::protocol2::view::Movie;

/// The fields of the request.
#[derive(Debug, Deserialize)]
pub(crate) struct EditMovie {
    session: Option<String>,
    movie_id: Number,
    /// Unchanged if it is left out.
    name: Option<String>,
    /// Unchanged if it is left out.
    is_free: Option<bool>,
}

impl EditMovie {
    /// Replies with the movie as it is now.
    pub(crate) async fn apply(self, client: &mut ClientConnection) -> Result<(), Failure> {
        let admin = client.admin(self.session.as_deref()).await?;
        if self.name.is_none() && self.is_free.is_none() {
            return Err(nothing_to_change().into());
        }
        let edit = MovieEdit {
            name: self.name,
            kind: self.is_free.map(|is_free| match is_free {
                true => Kind::Free,
                false => Kind::Charged,
            }),
        };
        let movie = MovieId::new(self.movie_id.get());
        let movie = admin.edit_movie(movie, edit).await?;
        client.reply(&Reply::with(Movie::from(movie))).await
    }
}

/// Refuses a request without any change, which is more likely a mistake than an intention.
fn nothing_to_change() -> Refusal {
    let refusal = Refusal::bad_field("name");
    let refusal = refusal.detail("send `name`, `is_free` or both: what is to change");
    refusal.in_chinese("请给出`name`或`is_free`: 要修改什么".to_owned())
}
