// mistakes: 2

use youku_orm::{Id, Model};

#[derive(Model)]
struct Movie {
    #[model(primary_key, auto)]
    m_id: Id<Movie>,
    #[model(unique, index = "year")]
    name: String,
    #[model(unique = "Name", index = "kind")]
    year: u16,
    #[model(index = "Kind")]
    kind: u8,
}

fn main() {}
