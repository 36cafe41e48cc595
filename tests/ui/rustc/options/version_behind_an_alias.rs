// mistakes: 2

use youku_orm::{Id, Model};

type Revision = i64;
type Revisions = Option<u32>;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
    #[model(version)]
    revision: Revision,
}

#[derive(Model)]
struct Movie {
    #[model(primary_key, auto)]
    id: Id<Movie>,
    #[model(version)]
    revision: Revisions,
}

fn main() {}
