// mistakes: 1

use youku_orm::Projection;

#[derive(Projection)]
enum Role {
    Admin,
}

fn main() {}
