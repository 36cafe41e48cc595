//! What is said about a movie apart from its name.

use serde::Deserialize;
use serde_json::Value;
use youku_core::{MovieDescription, MovieId, Rule};

use crate::message::objects::MovieDetails;
use crate::message::{Number, Refusal, Reply};
use crate::server::client_connection::ClientConnection;
use crate::server::failure::Outcome;
use crate::server::protocol2::fields::MovieFields;

/// The fields of `describe_movie`. What is left out stays as it is; an empty text or list removes it.
#[derive(Debug, Deserialize)]
pub(crate) struct DescribeMovie {
    session: Option<String>,
    movie_id: Number,
    title: Option<String>,
    description: Option<String>,
    tags: Option<Vec<String>>,
    /// JSON as a text.
    data: Option<String>,
}

/// Replies with the details of a movie. It changes nothing.
pub(super) async fn movie_details(fields: MovieFields, client: &mut ClientConnection) -> Outcome {
    let session = client.session(fields.session.as_deref()).await?;
    let movie = MovieId::new(fields.movie_id.get());
    let details = session.movie_details(movie).await?;
    client
        .reply(&Reply::with(MovieDetails::from(details)))
        .await
}

/// Changes what is said about a movie, and replies with all of it.
pub(super) async fn describe_movie(
    fields: DescribeMovie,
    client: &mut ClientConnection,
) -> Outcome {
    let admin = client.admin(fields.session.as_deref()).await?;
    let description = MovieDescription {
        title: fields.title,
        description: fields.description,
        data: fields.data.as_deref().map(data).transpose()?,
        tags: fields.tags,
    };
    let movie = MovieId::new(fields.movie_id.get());
    let details = admin.describe(movie, description).await?;
    client
        .reply(&Reply::with(MovieDetails::from(details)))
        .await
}

/// An empty text removes the value, as `null` does.
fn data(text: &str) -> Result<Value, Refusal> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(text).map_err(|_| Refusal::broken("data", &Rule::Json))
}
