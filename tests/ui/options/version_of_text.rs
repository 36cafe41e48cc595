// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct Page {
    #[model(primary_key, auto)]
    id: u64,
    #[model(version)]
    version: String,
}

fn main() {
    let _ = Page::filter(Page::ID.eq(1)).order_by(Page::VERSION.asc());
}
