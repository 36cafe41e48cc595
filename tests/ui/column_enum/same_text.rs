// mistakes: 1

use youku_orm::ColumnEnum;

#[derive(Clone, Copy, ColumnEnum)]
enum Role {
    Admin,
    #[model(rename = "admin")]
    Root,
}

fn main() {}
