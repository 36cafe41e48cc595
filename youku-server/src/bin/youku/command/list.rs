//! Movies: listing, editing, deleting and restoring them; the user's downloads and purchases.

use youku_server::client::{Kind, Movie, MovieEdit, MovieQuery};
use youku_server::terminal::{TextTable, local_time, size, terminal_width, yuan};
use youku_server::{Client, ClientError};

use crate::arguments::{self, Change, Filter};
use crate::context::Context;
use crate::exit::Failure;
use crate::json;
use crate::texts::{Texts, fill};

pub(super) async fn movies(
    context: &Context,
    matching: String,
    filter: &Filter,
) -> Result<(), Failure> {
    let query = query(matching, filter);
    let movies = context.client().await?.find_movies(&query).await?;
    show(context, &movies);
    Ok(())
}

pub(super) fn query(matching: String, filter: &Filter) -> MovieQuery {
    MovieQuery {
        kind: filter.kind.map(|kind| match kind {
            arguments::Kind::Free => Kind::Free,
            arguments::Kind::Charged => Kind::Charged,
        }),
        matching,
        sort: filter.sort,
    }
}

pub(super) fn show(context: &Context, movies: &[Movie]) {
    let json = json::list("movies", movies, json::movie);
    context.write(&json, lines(context.texts, movies));
}

fn lines(texts: &Texts, movies: &[Movie]) -> Vec<String> {
    let heads = [texts.id, texts.name, texts.size, texts.kind, texts.time];
    let mut table = TextTable::new(heads).right(0).right(2);
    for movie in movies {
        let kind = texts.kinds[usize::from(movie.kind == Kind::Charged)];
        table.row([
            movie.id.to_string(),
            movie.name.clone(),
            size(movie.size),
            kind.to_owned(),
            local_time(movie.uploaded_at),
        ]);
    }
    table_or(&table, texts.no_movies)
}

/// The lines of a table, as wide as the terminal; `nothing` for an empty table.
pub(super) fn table_or(table: &TextTable, nothing: &str) -> Vec<String> {
    if table.is_empty() {
        return vec![nothing.to_owned()];
    }
    table.lines(terminal_width())
}

pub(super) async fn movie(context: &Context, id: u64) -> Result<(), Failure> {
    let quote = context.client().await?.movie(id).await?;
    let texts = context.texts;
    let mut lines = lines(texts, std::slice::from_ref(&quote.movie));
    if quote.is_owned {
        lines.push(texts.owned.to_owned());
    } else {
        lines.push(fill(texts.costs, yuan(quote.price_fen)));
    }
    lines.push(fill(texts.wait, quote.wait_seconds));
    context.write(&serde_json::json!({"movie": json::quote(&quote)}), lines);
    Ok(())
}

pub(super) async fn edit(context: &Context, id: u64, change: Change) -> Result<(), Failure> {
    let edit = MovieEdit {
        name: change.name,
        kind: match (change.free, change.charged) {
            (true, _) => Some(Kind::Free),
            (_, true) => Some(Kind::Charged),
            _ => None,
        },
    };
    let movie = context.client().await?.edit_movie(id, &edit).await?;
    let lines = lines(context.texts, std::slice::from_ref(&movie));
    context.write(&serde_json::json!({"movie": json::movie(&movie)}), lines);
    Ok(())
}

pub(super) async fn delete(context: &Context, ids: &[u64]) -> Result<(), Failure> {
    let delete = async |client: &mut Client, id| client.delete_movie(id).await;
    change(context, ids, delete, context.texts.deleted).await
}

pub(super) async fn restore(context: &Context, ids: &[u64]) -> Result<(), Failure> {
    let restore = async |client: &mut Client, id| client.restore_movie(id).await;
    change(context, ids, restore, context.texts.restored).await
}

pub(super) async fn purge(context: &Context, ids: &[u64]) -> Result<(), Failure> {
    let purge = async |client: &mut Client, id| client.purge_movie(id).await;
    change(context, ids, purge, context.texts.purged).await
}

/// Stops at the first movie that cannot be changed. The movies in front of it are changed and reported.
async fn change(
    context: &Context,
    ids: &[u64],
    change_one: impl AsyncFn(&mut Client, u64) -> Result<Movie, ClientError>,
    text: &str,
) -> Result<(), Failure> {
    let mut client = context.client().await?;
    let (mut changed, mut failed) = (Vec::new(), None);
    for id in ids {
        match change_one(&mut client, *id).await {
            Ok(movie) => changed.push(movie),
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    report(context, text, &changed);
    failed.map_or(Ok(()), |error| Err(error.into()))
}

fn report(context: &Context, text: &str, movies: &[Movie]) {
    if !movies.is_empty() {
        let lines = movies.iter().map(|movie| fill(text, &movie.name));
        context.write(&json::list("movies", movies, json::movie), lines);
    }
}

pub(super) async fn history(context: &Context) -> Result<(), Failure> {
    let records = context.client().await?.history().await?;
    let texts = context.texts;
    let mut table = TextTable::new([texts.time, texts.id, texts.name]).right(1);
    for record in &records {
        let (time, id) = (local_time(record.downloaded_at), record.movie_id);
        table.row([time, id.to_string(), record.movie.clone()]);
    }
    let json = json::list("records", &records, json::record);
    context.write(&json, table_or(&table, texts.no_records));
    Ok(())
}

pub(super) async fn purchases(context: &Context) -> Result<(), Failure> {
    let purchases = context.client().await?.purchases().await?;
    let texts = context.texts;
    let heads = [texts.time, texts.id, texts.name, texts.yuan];
    let mut table = TextTable::new(heads).right(1).right(3);
    for purchase in &purchases {
        table.row([
            local_time(purchase.paid_at),
            purchase.movie_id.to_string(),
            purchase.movie.clone(),
            yuan(purchase.price_fen),
        ]);
    }
    let json = json::list("purchases", &purchases, json::purchase);
    context.write(&json, table_or(&table, texts.no_purchases));
    Ok(())
}
