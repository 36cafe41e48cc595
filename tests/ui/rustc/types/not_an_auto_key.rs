// mistakes: 1

use youku_orm::Model;

type Name = String;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    name: Name,
}

fn main() {}
