//! Tests of cursors, and of where pages start.

use youku_orm::{Id, Model};

use super::*;
use crate::basics::code::Code;

#[derive(Debug, Model)]
struct Entry {
    #[model(primary_key, auto)]
    e_id: Id<Entry>,
}

#[test]
fn a_query_that_has_no_pages_is_an_internal_error() {
    let limited = || Entry::query().limit(1);
    for page in [first(9), first(9).after(7)] {
        let error = page.start(limited()).err();
        assert_eq!(error.map(|error| error.code()), Some(Code::Internal));
    }
    assert!(first(9).after(7).start(Entry::query()).is_ok());
}

#[test]
fn a_cursor_of_another_order_is_refused() {
    let cursor: Cursor = "7.s9".parse().unwrap();
    let error = first(9).after(cursor).start(Entry::query()).err();
    let rule = error.as_ref().and_then(Error::rule);
    assert_eq!(rule, Some(&Rule::CursorOfThisList));
}

#[test]
fn cursors_survive_their_text() {
    for key in [
        Key::None,
        Key::Size(0),
        Key::Size(u64::MAX),
        Key::Name(String::new()),
        Key::Name("黑客.帝国 s1".to_owned()),
    ] {
        let cursor = Cursor { id: u64::MAX, key };
        assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
    }
}

#[test]
fn texts_that_are_not_cursors_are_refused() {
    for text in [
        "",
        ".",
        "-1",
        "1.",
        "1.x",
        "1.s",
        "1.s-1",
        "1.nzz",
        "1.na",
        "1.nff",
        "1.s1.s1",
        "é",
        "18446744073709551616",
    ] {
        let error = text.parse::<Cursor>().unwrap_err();
        assert_eq!(error.field(), Some("after"), "{text}");
    }
}
