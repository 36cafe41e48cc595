// mistakes: 1

use youku_orm::ColumnType;

#[derive(ColumnType)]
union Number {
    small: u8,
    large: u64,
}

fn main() {}
