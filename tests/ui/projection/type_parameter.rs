// mistakes: 1

use youku_orm::Projection;

#[derive(Projection)]
struct Named<T> {
    name: T,
}

fn main() {}
