// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct Page {
    #[model(primary_key, version)]
    id: u64,
}

fn main() {}
