// mistakes: 1

use youku_orm::ColumnType;

#[derive(ColumnType)]
struct Email {
    text: String,
}

fn main() {}
