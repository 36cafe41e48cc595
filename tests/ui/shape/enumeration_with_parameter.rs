// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
enum Payment<T> {
    Free(T),
}

fn main() {}
