// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
enum Color {
    Red,
}

fn main() {}
