// mistakes: 1

use youku_orm::{Json, Model};

#[derive(Model)]
struct Recipe {
    #[model(primary_key)]
    steps: Json<Vec<String>>,
}

fn main() {}
