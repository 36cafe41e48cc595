// mistakes: 1

use youku_orm::ColumnType;

#[derive(ColumnType)]
struct Price(u32, String);

fn main() {}
