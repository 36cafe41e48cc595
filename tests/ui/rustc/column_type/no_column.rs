// mistakes: 1

use youku_orm::ColumnType;

struct Address;

#[derive(ColumnType)]
struct Home(Address);

fn main() {}
