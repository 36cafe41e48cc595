// mistakes: 2

use youku_orm::ColumnEnum;

#[derive(Clone, Copy, ColumnEnum)]
enum Role<T> {
    Admin,
    Member(T),
}

fn main() {}
