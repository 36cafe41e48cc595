//! What is said about a movie, over protocol 2 and by our client.

use serde_json::json;
use youku_core::{Kind, MovieDescription};
use youku_server::Code;

use super::operations::{administrator, code, user};
use crate::protocol2::Two;
use crate::support::Server;

#[tokio::test]
async fn a_movie_is_described_and_every_user_reads_it() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mkv"]).await[0];
    let mut admin = administrator(&server).await;
    let said = MovieDescription {
        title: Some("The Matrix".to_owned()),
        description: Some("A hacker\nlearns the truth.".to_owned()),
        tags: Some(vec!["科幻".to_owned()]),
        data: Some(json!({"year": 1999})),
    };
    let details = admin.describe_movie(id, &said).await.unwrap();
    let mut neo = user(&server).await;
    assert_eq!(neo.movie_details(id).await.unwrap(), details);
    assert_eq!(
        (details.title, details.description, details.tags),
        (said.title, said.description, said.tags.unwrap())
    );
    assert_eq!(details.data.as_deref(), Some(r#"{"year":1999}"#));
    assert_eq!(
        (details.media_type.as_str(), details.has_poster),
        ("video/x-matroska", false)
    );
    let nothing = MovieDescription {
        data: Some(json!(null)),
        ..MovieDescription::default()
    };
    let details = admin.describe_movie(id, &nothing).await.unwrap();
    assert_eq!((details.data, details.tags.len()), (None, 1));
    let refused = neo.describe_movie(id, &nothing).await;
    assert_eq!(code(refused), Some(Code::Forbidden));
    assert_eq!(code(neo.movie_details(99).await), Some(Code::NotFound));
}

#[tokio::test]
async fn a_description_that_breaks_a_rule_is_refused_by_its_field() {
    let server = Server::start().await;
    let id = server.add_movies(Kind::Free, &["a.mp4"]).await[0];
    let mut admin = Two::administrator(&server).await;
    for (field, value) in [
        ("title", json!("x".repeat(201))),
        ("description", json!("x".repeat(4001))),
        ("tags", json!(vec!["x"; 17])),
        ("tags", json!(["x".repeat(33)])),
        ("data", json!("{")),
        ("data", json!(format!("\"{}\"", "x".repeat(16 << 10)))),
    ] {
        let mut request = json!({"type": "describe_movie", "movie_id": id, "lang": "zh"});
        request[field] = value;
        let reply = admin.refused(request, "bad_request").await;
        assert_eq!(reply["field"], field, "{reply}");
    }
    let empty = json!({"type": "describe_movie", "movie_id": id, "title": "", "data": ""});
    assert_eq!(admin.done(empty).await["title"], json!(null));
}
