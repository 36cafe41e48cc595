// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct User<'a>(&'a str);

fn main() {}
