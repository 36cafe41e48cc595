//! The objects that `--json` writes. Their fields keep their names and meanings; new fields may be
//! added. Times are texts in UTC (RFC 3339), sizes are in bytes, money is in fen.

use serde_json::{Value, json};
use youku_server::client::{
    AuditLine, Identity, Invite, Kind, Membership, Movie, Notice, OpenInvite, OpenSession, Prices,
    Purchase, Quote, Record, Role, Upload, User,
};

pub(crate) fn identity(user: &Identity) -> Value {
    json!({
        "id": user.user_id,
        "username": user.username,
        "role": role(user.role),
        "is_vip": user.is_vip,
        "member_until": user.member_until.map(|moment| moment.to_string()),
    })
}

pub(crate) fn open_session(session: &OpenSession) -> Value {
    json!({
        "id": session.id,
        "peer": session.peer,
        "created_at": session.created_at.to_string(),
        "expires_at": session.expires_at.to_string(),
        "is_current": session.is_current,
    })
}

pub(crate) fn movie(movie: &Movie) -> Value {
    json!({
        "id": movie.id,
        "name": movie.name,
        "size": movie.size,
        "kind": kind(movie.kind),
        "sha256": movie.sha256,
        "uploaded_at": movie.uploaded_at.to_string(),
    })
}

/// A *movie* with what it would cost the user.
pub(crate) fn quote(quote: &Quote) -> Value {
    let mut json = movie(&quote.movie);
    json["is_owned"] = json!(quote.is_owned);
    json["price_fen"] = json!(quote.price_fen);
    json["wait_seconds"] = json!(quote.wait_seconds);
    json
}

pub(crate) fn upload(upload: &Upload) -> Value {
    json!({
        "id": upload.id,
        "name": upload.name,
        "size": upload.size,
        "kind": kind(upload.kind),
        "sha256": upload.sha256,
        "offset": upload.offset,
        "is_resumable": upload.is_resumable,
        "expires_at": upload.expires_at.to_string(),
    })
}

pub(crate) fn notice(notice: &Notice) -> Value {
    json!({
        "id": notice.id,
        "title": notice.title,
        "content": notice.content,
        "published_at": notice.published_at.to_string(),
    })
}

pub(crate) fn record(record: &Record) -> Value {
    json!({
        "movie_id": record.movie_id,
        "movie": record.movie,
        "downloaded_at": record.downloaded_at.to_string(),
    })
}

pub(crate) fn prices(prices: &Prices) -> Value {
    json!({
        "movie_fen": prices.movie_fen,
        "member_movie_fen": prices.member_movie_fen,
        "membership_fen": prices.membership_fen,
        "membership_seconds": prices.membership_seconds,
        "wait_seconds": prices.wait_seconds,
    })
}

pub(crate) fn purchase(purchase: &Purchase) -> Value {
    json!({
        "movie_id": purchase.movie_id,
        "movie": purchase.movie,
        "price_fen": purchase.price_fen,
        "paid_at": purchase.paid_at.to_string(),
    })
}

pub(crate) fn membership(membership: &Membership) -> Value {
    json!({"until": membership.until.to_string(), "price_fen": membership.price_fen})
}

pub(crate) fn user(user: &User) -> Value {
    json!({
        "id": user.id,
        "username": user.username,
        "role": role(user.role),
        "registered_at": user.registered_at.to_string(),
        "member_until": user.member_until.map(|moment| moment.to_string()),
        "locked_at": user.locked_at.map(|moment| moment.to_string()),
    })
}

pub(crate) fn invite(invite: &Invite) -> Value {
    json!({
        "id": invite.id,
        "code": invite.code,
        "expires_at": invite.expires_at.to_string(),
    })
}

pub(crate) fn open_invite(invite: &OpenInvite) -> Value {
    json!({
        "id": invite.id,
        "role": role(invite.role),
        "inviter": invite.inviter_name,
        "created_at": invite.created_at.to_string(),
        "expires_at": invite.expires_at.to_string(),
    })
}

pub(crate) fn audit(line: &AuditLine) -> Value {
    json!({
        "time": line.time.to_string(),
        "act": line.act,
        "actor": line.actor_name,
        "peer": line.peer,
        "user": line.user_name,
        "movie_id": line.movie_id,
        "notice_id": line.notice_id,
    })
}

pub(crate) fn list<T>(name: &str, entries: &[T], entry: impl Fn(&T) -> Value) -> Value {
    json!({name: entries.iter().map(entry).collect::<Vec<_>>()})
}

pub(crate) fn role(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin",
        Role::User => "user",
    }
}

pub(crate) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Free => "free",
        Kind::Charged => "charged",
    }
}
