// mistakes: 1

use youku_orm::ColumnType;

#[derive(ColumnType)]
struct Count(usize);

fn main() {}
