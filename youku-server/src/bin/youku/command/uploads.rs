//! Unfinished uploads: listing and aborting them.

use serde_json::json;
use youku_server::client::Upload;
use youku_server::terminal::{TextTable, local_time, size};

use super::list::table_or;
use crate::context::Context;
use crate::exit::Failure;
use crate::json;
use crate::texts::{Texts, fill};

pub(super) async fn list(context: &Context) -> Result<(), Failure> {
    let uploads = context.client().await?.uploads().await?;
    let json = json::list("uploads", &uploads, json::upload);
    context.write(&json, lines(context.texts, &uploads));
    Ok(())
}

fn lines(texts: &Texts, uploads: &[Upload]) -> Vec<String> {
    let heads = [texts.id, texts.name, texts.size, texts.sent, texts.until];
    let mut table = TextTable::new(heads).right(2).right(3);
    for upload in uploads {
        table.row([
            upload.id.clone(),
            upload.name.clone(),
            size(upload.size),
            size(upload.offset),
            local_time(upload.expires_at),
        ]);
    }
    table_or(&table, texts.no_uploads)
}

/// Stops at the first id without an upload. The uploads in front of it are aborted and reported.
pub(super) async fn abort(context: &Context, ids: &[String]) -> Result<(), Failure> {
    let mut client = context.client().await?;
    let (mut aborted, mut failed) = (Vec::new(), None);
    for id in ids {
        let ended = match client.upload_status(id).await {
            Ok(upload) => client.abort_upload(&upload).await.map(|()| upload),
            Err(error) => Err(error),
        };
        match ended {
            Ok(upload) => aborted.push(upload),
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    if !aborted.is_empty() {
        let lines = aborted.iter();
        let lines = lines.map(|upload| fill(context.texts.aborted, &upload.name));
        let ids: Vec<_> = aborted.iter().map(|upload| &upload.id).collect();
        context.write(&json!({"aborted": ids}), lines);
    }
    failed.map_or(Ok(()), |error| Err(error.into()))
}
