// mistakes: 1

use youku_orm::ColumnType;

#[derive(ColumnType)]
struct Wrapper<T>(T);

fn main() {}
