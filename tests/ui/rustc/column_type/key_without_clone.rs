// mistakes: 1

use youku_orm::{ColumnType, Model};

#[derive(PartialEq, ColumnType)]
struct Isbn(String);

#[derive(Model)]
struct Book {
    #[model(primary_key)]
    isbn: Isbn,
}

fn main() {}
