// mistakes: 1

use youku_orm::ColumnType;

#[derive(ColumnType)]
struct Nothing;

fn main() {}
