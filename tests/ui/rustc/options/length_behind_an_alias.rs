// mistakes: 1

use youku_orm::{Id, Model};

type Year = u16;

#[derive(Model)]
struct Movie {
    #[model(primary_key, auto)]
    id: Id<Movie>,
    #[model(length = 4)]
    year: Year,
}

fn main() {}
