// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct Point {
    #[model(primary_key)]
    x: f64,
}

fn main() {}
