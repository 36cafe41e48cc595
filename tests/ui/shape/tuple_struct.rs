// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User(u64, String);

fn main() {}
