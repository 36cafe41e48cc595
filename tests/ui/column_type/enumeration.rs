// mistakes: 1

use youku_orm::ColumnType;

#[derive(ColumnType)]
enum Role {
    Admin,
}

fn main() {}
