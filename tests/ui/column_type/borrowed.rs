// mistakes: 1

use youku_orm::ColumnType;

#[derive(ColumnType)]
struct Email<'a>(&'a str);

fn main() {}
