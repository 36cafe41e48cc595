// mistakes: 2

use youku_orm::ColumnEnum;

#[derive(Clone, Copy, ColumnEnum)]
#[model(rename_al = "camelCase")]
enum Role {
    #[model(renam = "root")]
    Admin,
}

fn main() {}
