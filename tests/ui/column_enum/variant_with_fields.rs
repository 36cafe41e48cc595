// mistakes: 1

use youku_orm::ColumnEnum;

#[derive(Clone, Copy, ColumnEnum)]
enum Role {
    Admin,
    Member(u32),
}

fn main() {}
