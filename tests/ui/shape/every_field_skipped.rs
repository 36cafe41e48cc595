// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User {
    #[model(skip)]
    cache: Vec<String>,
}

fn main() {}
