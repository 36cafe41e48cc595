// mistakes: 1

use youku_orm::ColumnType;

#[derive(ColumnType)]
struct Nickname(Option<String>);

fn main() {}
