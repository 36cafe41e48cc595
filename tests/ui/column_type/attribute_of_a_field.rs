// mistakes: 2

use youku_orm::ColumnType;

#[derive(ColumnType)]
#[model(table = "email")]
struct Email(#[model(length = 64)] String);

fn main() {}
