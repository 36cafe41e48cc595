// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct Page {
    #[model(primary_key, auto)]
    id: u64,
    #[model(skip, version)]
    version: u32,
}

fn main() {}
