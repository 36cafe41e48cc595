// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct Page {
    #[model(primary_key, auto)]
    id: u64,
    #[model(version, default = 1)]
    version: u32,
}

fn main() {
    let _ = Page::insert(NewPage {}).set(Page::VERSION, 2u32);
}
