//! The objects have the fields that the page about the protocol lists, in its order.

use jiff::Timestamp;
use serde::Serialize;
use youku_core::{Kind, Role};

use super::*;

const PAGE: &str = include_str!("../../../docs/protocol.md");

/// The names of the fields in one cell of a table of the page: texts in backticks outside of brackets.
fn documented(cell: &str) -> Vec<&str> {
    let mut depth = 0;
    let mut fields = Vec::new();
    for (number, part) in cell.split('`').enumerate() {
        let is_quoted = number % 2 == 1;
        if is_quoted && depth == 0 {
            fields.push(part.trim_end_matches('?'));
        } else if !is_quoted {
            depth += part.matches('(').count();
            depth -= part.matches(')').count();
        }
    }
    fields
}

/// The names of the fields of an object as it is sent.
fn sent(object: &impl Serialize) -> Vec<String> {
    let json = serde_json::to_string(object).unwrap();
    // A `serde_json::Value` would put the fields into the order of the alphabet.
    let fields = json.trim_matches(['{', '}']).split(',');
    let name = |field: &str| field.split(':').next().map(|name| name.replace('"', ""));
    fields.filter_map(name).collect()
}

#[track_caller]
fn check(row: &str, column: usize, object: &impl Serialize) {
    let start = format!("| {row} |");
    let line = PAGE.lines().find(|line| line.starts_with(&start));
    let cell = line.expect(row).split(" | ").nth(column).unwrap();
    assert_eq!(sent(object), documented(cell), "{row}");
}

#[test]
fn objects_have_the_documented_fields() {
    let moment = Timestamp::UNIX_EPOCH;
    let kind = Kind::Free;
    let role = Role::User;
    let text = String::new;
    let identity = Identity {
        user_id: 1,
        username: text(),
        role,
        is_vip: false,
        member_until: None,
    };
    check("*identity*", 1, &identity);
    let user = User {
        id: 1,
        username: text(),
        role,
        registered_at: moment,
        member_until: None,
        locked_at: None,
    };
    check("*user*", 1, &user);
    let movie = Movie {
        id: 1,
        name: text(),
        size: 1,
        kind,
        sha256: text(),
        uploaded_at: moment,
    };
    check("*movie*", 1, &movie);
    let upload = Upload {
        id: text(),
        name: text(),
        size: 1,
        kind,
        sha256: None,
        offset: 0,
        is_resumable: true,
        expires_at: moment,
    };
    check("*upload*", 1, &upload);
    let notice = Notice {
        id: 1,
        title: text(),
        content: text(),
        published_at: moment,
    };
    check("*notice*", 1, &notice);
    let record = Record {
        movie_id: 1,
        movie: text(),
        downloaded_at: moment,
    };
    check("*record*", 1, &record);
    let purchase = Purchase {
        movie_id: 1,
        movie: text(),
        price_fen: 1,
        paid_at: moment,
    };
    check("*purchase*", 1, &purchase);
    let session = OpenSession {
        id: 1,
        peer: text(),
        created_at: moment,
        expires_at: moment,
        is_current: true,
    };
    check("*session*", 1, &session);
    let invite = OpenInvite {
        id: 1,
        role,
        inviter_id: 1,
        inviter_name: text(),
        created_at: moment,
        expires_at: moment,
    };
    check("*invite*", 1, &invite);
    let line = AuditLine {
        act: text(),
        time: moment,
        actor_id: None,
        actor_name: None,
        peer: text(),
        user_id: None,
        user_name: None,
        movie_id: None,
        notice_id: None,
    };
    check("*audit entry*", 1, &line);
}

#[test]
fn replies_have_the_documented_fields() {
    let moment = Timestamp::UNIX_EPOCH;
    let prices = Prices {
        movie_fen: 1,
        member_movie_fen: 1,
        membership_fen: 1,
        membership_seconds: 1,
        wait_seconds: 1,
    };
    check("`prices`", 3, &prices);
    let membership = Membership {
        until: moment,
        price_fen: 1,
    };
    check("`charge_vip`", 3, &membership);
    let invite = Invite {
        code: String::new(),
        id: 1,
        expires_at: moment,
    };
    check("`invite_admin`", 3, &invite);
    let statistics = Statistics {
        users: 0,
        admins: 0,
        members: 0,
        locked_users: 0,
        sessions: 0,
        movies: 0,
        movie_bytes: 0,
        deleted_movies: 0,
        deleted_bytes: 0,
        hidden_movies: 0,
        uploads: 0,
        downloads: 0,
        purchases: 0,
        purchase_fen: 0,
        memberships: 0,
        membership_fen: 0,
    };
    check("`statistics`", 3, &statistics);
    check("`register`", 3, &Registered { user_id: 1 });
    check("`hello`", 3, &HelloReply::default());
    let received = Received { offset: 1 };
    check("`upload_chunk`, then the bytes", 3, &received);
}
