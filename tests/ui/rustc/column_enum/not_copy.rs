// mistakes: 1

use youku_orm::ColumnEnum;

#[derive(ColumnEnum)]
enum Role {
    Admin,
    Member,
}

fn main() {}
