//! Uploads and downloads. If one of several transfers fails, the others are still attempted; the first
//! failure determines the exit status.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use youku_server::Client;
use youku_server::client::{Kind, Uploaded};
use youku_server::terminal::{self, yuan};

use crate::arguments::Consent;
use crate::command::consent;
use crate::context::Context;
use crate::exit::{Failure, Status};
use crate::texts::fill;

pub(super) async fn upload(
    context: &Context,
    files: &[PathBuf],
    is_charged: bool,
) -> Result<(), Failure> {
    let kind = if is_charged {
        Kind::Charged
    } else {
        Kind::Free
    };
    let mut client = context.client().await?;
    let mut report = Report::new("uploads");
    for file in files {
        let uploaded = interruptible(context, upload_one(context, &mut client, file, kind)).await;
        if report.add(json!({"file": file.display().to_string()}), uploaded) {
            break;
        }
    }
    report.end(context)
}

async fn upload_one(
    context: &Context,
    client: &mut Client,
    file: &Path,
    kind: Kind,
) -> Result<(Value, Vec<String>), Failure> {
    let texts = context.texts;
    let uploaded = terminal::upload(client, file, kind, context.language).await?;
    let (result, movie_id, text) = match uploaded {
        Uploaded::Listed(id) => ("uploaded", id, texts.uploaded),
        Uploaded::Exists(id) => ("exists", id, texts.exists),
    };
    let json = json!({"result": result, "movie_id": movie_id});
    Ok((json, vec![fill(text, file.display())]))
}

pub(super) async fn download(
    context: &Context,
    movies: &[u64],
    consent: &Consent,
) -> Result<(), Failure> {
    let mut client = context.client().await?;
    let mut report = Report::new("downloads");
    for movie in movies {
        let saved = interruptible(context, download_one(context, &mut client, *movie, consent));
        let saved = saved.await;
        if report.add(json!({"movie_id": movie}), saved) {
            break;
        }
    }
    report.end(context)
}

async fn download_one(
    context: &Context,
    client: &mut Client,
    movie: u64,
    consent: &Consent,
) -> Result<(Value, Vec<String>), Failure> {
    let folder = &context.downloads;
    let price = match consent.max_price {
        Some(price) => price,
        None => {
            let price = client.movie(movie).await?.price_fen;
            consent::ask(context, price, context.texts.buy_movie)?
        }
    };
    let saved = terminal::download(client, movie, folder, price, context.language).await?;
    let json = json!({
        "result": "saved",
        "path": saved.path.display().to_string(),
        "sha256": saved.sha256,
        "price_fen": saved.price_fen,
    });
    let mut lines = vec![fill(context.texts.saved, saved.path.display())];
    if saved.price_fen > 0 {
        lines.push(fill(context.texts.charged, yuan(saved.price_fen)));
    }
    Ok((json, lines))
}

/// Lets Ctrl-C interrupt a transfer, which can be resumed later.
async fn interruptible<T>(
    context: &Context,
    transfer: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::select! {
        done = transfer => done,
        _ = tokio::signal::ctrl_c() => {
            let text = context.texts.interrupted;
            Err(Failure::new(Status::Interrupted, "interrupted", text))
        }
    }
}

/// The results of several transfers.
struct Report {
    name: &'static str,
    json: Vec<Value>,
    lines: Vec<String>,
    failure: Option<Failure>,
}

impl Report {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            json: Vec::new(),
            lines: Vec::new(),
            failure: None,
        }
    }

    /// Adds the result of a transfer; `true` if further transfers are not worth trying.
    fn add(&mut self, mut about: Value, done: Result<(Value, Vec<String>), Failure>) -> bool {
        let (fields, ends) = match done {
            Ok((fields, lines)) => {
                self.lines.extend(lines);
                (fields, false)
            }
            Err(failure) => {
                let fields = json!({"result": "failed", "error": failure.json()});
                let ends = matches!(
                    failure.status,
                    Status::Interrupted | Status::NoConnection | Status::NotLoggedIn
                );
                self.failure.get_or_insert(failure);
                (fields, ends)
            }
        };
        if let (Value::Object(about), Value::Object(fields)) = (&mut about, fields) {
            about.extend(fields);
        }
        self.json.push(about);
        ends
    }

    fn end(self, context: &Context) -> Result<(), Failure> {
        context.write(&json!({self.name: self.json}), self.lines);
        self.failure.map_or(Ok(()), Err)
    }
}
