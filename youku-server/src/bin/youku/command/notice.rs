//! Notices.

use serde_json::json;
use youku_server::terminal::local_time;

use crate::context::Context;
use crate::exit::Failure;
use crate::json;
use crate::texts::fill;

pub(super) async fn publish(context: &Context, title: &str, content: &str) -> Result<(), Failure> {
    let mut client = context.client().await?;
    let notice = client.publish_notice(title, content).await?;
    let text = fill(context.texts.published, &notice.title);
    context.write(&json!({"notice": json::notice(&notice)}), [text]);
    Ok(())
}

pub(super) async fn edit(
    context: &Context,
    id: u64,
    title: &str,
    content: &str,
) -> Result<(), Failure> {
    let mut client = context.client().await?;
    let notice = client.edit_notice(id, title, content).await?;
    let text = fill(context.texts.published, &notice.title);
    context.write(&json!({"notice": json::notice(&notice)}), [text]);
    Ok(())
}

pub(super) async fn delete(context: &Context, id: u64) -> Result<(), Failure> {
    let notice = context.client().await?.delete_notice(id).await?;
    let text = fill(context.texts.deleted, &notice.title);
    context.write(&json!({"notice": json::notice(&notice)}), [text]);
    Ok(())
}

pub(super) async fn list(context: &Context) -> Result<(), Failure> {
    let notices = context.client().await?.notices().await?;
    let mut lines = Vec::new();
    for notice in &notices {
        let time = local_time(notice.published_at);
        lines.push(format!("{time}  {}", notice.title));
        lines.extend(notice.content.lines().map(|line| format!("  {line}")));
    }
    if lines.is_empty() {
        lines.push(context.texts.no_notices.to_owned());
    }
    context.write(&json::list("notices", &notices, json::notice), lines);
    Ok(())
}
