// mistakes: 1

use youku_orm::Model;

#[derive(Model)]
struct Page {
    #[model(primary_key, auto)]
    id: u64,
    url: String,
    #[model(column = "address")]
    #[allow(non_snake_case)]
    URL: String,
}

fn main() {
    let _ = Page::filter(Page::URL.eq("https://example.org"));
}
