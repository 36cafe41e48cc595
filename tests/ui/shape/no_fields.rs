// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User {}

fn main() {}
