// mistakes: 1

use youku_orm::{Id, Model};

struct Country;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
    country: Option<Id<Country>>,
}

fn main() {}
