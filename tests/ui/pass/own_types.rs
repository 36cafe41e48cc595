//! A type of the user's own that has the name of one of ours is not taken for it.

#![deny(warnings)]

use youku_orm::{ColumnType, Model, Table};

#[derive(Clone, PartialEq, ColumnType)]
struct Id(String);

#[derive(Clone, PartialEq, ColumnType)]
struct Json(String);

#[derive(Model)]
struct Document {
    #[model(primary_key, length = 36)]
    id: Id,
    #[model(unique, length = 64)]
    text: Json,
    #[model(references = Document, length = 36)]
    follows: Id,
}

pub(crate) fn main() {
    let lengths = Document::COLUMNS.iter().map(|column| column.length);
    assert!(lengths.eq([Some(36), Some(64), Some(36)]));
    assert!(Document::COLUMNS[2].references.is_some());
}
