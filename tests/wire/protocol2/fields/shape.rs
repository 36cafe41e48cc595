//! What a field may and may not hold.

use serde_json::{Value, json};

/// The required shape of a field.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Number,
    Limit,
    Text,
    UploadId,
    Flag,
    Word,
    Digest,
    Cursor,
    Texts,
    Json,
}

pub(super) use Shape::{Cursor, Digest, Flag, Json, Limit, Number, Text, Texts, UploadId, Word};

/// An operation and its fields. Fields with a `?` are optional.
pub(super) struct Row {
    pub(super) operation: &'static str,
    pub(super) fields: &'static [(&'static str, Shape)],
    pub(super) good: Value,
}

pub(super) fn row(
    operation: &'static str,
    fields: &'static [(&'static str, Shape)],
    mut good: Value,
) -> Row {
    good["type"] = json!(operation);
    Row {
        operation,
        fields,
        good,
    }
}

/// Values that a field of this shape must not have.
pub(super) fn bad(shape: Shape) -> Vec<Value> {
    let mut bad = vec![json!({}), json!(1.5)];
    if !matches!(shape, Texts) {
        bad.push(json!([]));
    }
    let more = match shape {
        Number => vec![json!(-1), json!("1"), json!(1_u64 << 63), json!(true)],
        Limit => vec![json!(0), json!(-1), json!("1"), json!(1_u64 << 63)],
        Text => vec![json!(1), json!(true), json!(["a"])],
        UploadId => vec![json!(1), json!("abc")],
        Flag => vec![json!(0), json!("true")],
        Word => vec![json!(1), json!(""), json!("colour"), json!("Admin")],
        Digest => vec![json!(1), json!("abc"), json!("z".repeat(64))],
        Cursor => vec![json!(1), json!(""), json!("1"), json!("colour-1")],
        Texts => vec![json!(1), json!("a"), json!([1]), json!([""])],
        Json => vec![json!(1), json!("{"), json!(["a"])],
    };
    bad.extend(more);
    bad
}
