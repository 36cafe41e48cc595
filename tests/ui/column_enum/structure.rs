// mistakes: 1

use youku_orm::ColumnEnum;

#[derive(ColumnEnum)]
struct Role {
    admin: bool,
}

fn main() {}
