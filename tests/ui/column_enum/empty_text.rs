// mistakes: 1

use youku_orm::ColumnEnum;

#[derive(Clone, Copy, ColumnEnum)]
enum Role {
    #[model(rename = "")]
    Admin,
}

fn main() {}
