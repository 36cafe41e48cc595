//! The movie service over HTTP, with axum: sessions as bearer tokens, uploads and downloads as streams, and resumable downloads.
//!
//! ```text
//! cargo run --example embed_cli -- data create-admin root          # asks for a password
//! cargo run --features axum --example embed_axum -- 127.0.0.1:8080 data
//!
//! curl -d '{"username": "root", "password": "…"}' -H 'Content-Type: application/json' 127.0.0.1:8080/sessions
//! curl -T movie.mp4 -H 'Authorization: Bearer …' '127.0.0.1:8080/movies?name=The%20Matrix.mp4'
//! curl -C - -O -H 'Authorization: Bearer …' 127.0.0.1:8080/movies/1/content
//! ```
//!
//! It leaves out what a real deployment puts in front of it: TLS, and limits on how often an address may send requests.

mod movies;
mod refused;

use std::net::SocketAddr;
use std::path::Path;

use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::json;
use youku_core::{Admin, Credentials, Registration, Session, Youku};

use refused::Refused;

type Result<T = Response, E = Refused> = std::result::Result<T, E>;

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(address), Some(folder)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: embed_axum ADDRESS FOLDER, such as 127.0.0.1:8080 data");
        std::process::exit(2);
    };
    let folder = Path::new(&folder);
    let youku = Youku::builder()
        .movies_folder(folder.join("movies"))
        .database(format!("sqlite:{}", folder.join("youku.db").display()))
        .open()
        .await?;
    let maintenance = tokio::spawn(youku.clone().maintenance());
    let listener = youku_examples::listen(&address).await?;
    let app = app(youku.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let stop = async {
        // If no Ctrl-C handler can be installed, the server ends at once. That loses nothing that was answered.
        let _ = tokio::signal::ctrl_c().await;
    };
    axum::serve(listener, app)
        .with_graceful_shutdown(stop)
        .await?;
    maintenance.abort();
    youku.close().await?;
    Ok(())
}

fn app(youku: Youku) -> Router {
    Router::new()
        .route("/users", post(register))
        .route("/sessions", post(login).delete(logout))
        .route("/membership", post(join))
        .route("/movies", get(movies::list).put(movies::upload))
        .route("/movies/{id}", delete(movies::remove))
        .route("/movies/{id}/content", get(movies::download))
        .route("/health", get(health))
        .with_state(youku)
}

/// The user whose request has `Authorization: Bearer` with a valid token.
struct User(Session);

/// The same, for an administrator.
struct Administrator(Admin);

impl FromRequestParts<Youku> for User {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, youku: &Youku) -> Result<Self> {
        let value = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let (scheme, token) = value
            .and_then(|value| value.split_once(' '))
            .unwrap_or_default();
        let token = if scheme.eq_ignore_ascii_case("bearer") {
            token
        } else {
            ""
        };
        // An empty token belongs to no session, so the service refuses it.
        Ok(Self(youku.session(token.trim()).await?))
    }
}

impl FromRequestParts<Youku> for Administrator {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, youku: &Youku) -> Result<Self> {
        let User(session) = User::from_request_parts(parts, youku).await?;
        Ok(Self(session.admin().await?))
    }
}

#[derive(Deserialize)]
struct NameAndPassword {
    username: String,
    password: String,
}

async fn register(
    State(youku): State<Youku>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Json(body): Json<NameAndPassword>,
) -> Result {
    let NameAndPassword { username, password } = body;
    let user = youku
        .register_from(Registration { username, password }, &peer.to_string())
        .await?;
    Ok((StatusCode::CREATED, Json(json!({ "user_id": user.get() }))).into_response())
}

async fn login(
    State(youku): State<Youku>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Json(body): Json<NameAndPassword>,
) -> Result {
    let credentials = Credentials {
        username: body.username,
        password: body.password,
        role: None,
        peer: peer.to_string(),
    };
    let session = youku.login(credentials).await?;
    Ok((
        StatusCode::CREATED,
        Json(json!({ "token": session.token() })),
    )
        .into_response())
}

async fn logout(User(session): User) -> Result<StatusCode> {
    session.logout().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn join(User(session): User) -> Result {
    let membership = session.renew_membership(0).await?;
    Ok(Json(json!({ "until": membership.until.to_string() })).into_response())
}

async fn health(State(youku): State<Youku>) -> StatusCode {
    if youku.health().await.is_well() {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}
