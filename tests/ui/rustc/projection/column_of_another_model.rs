// mistakes: 1

use youku_orm::{Id, Model, Projection};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    u_id: Id<User>,
    username: String,
    nickname: Option<String>,
}

#[derive(Model)]
struct Movie {
    #[model(primary_key, auto)]
    m_id: Id<Movie>,
    name: String,
}

#[derive(Projection)]
#[model(from = User)]
struct Named {
    #[model(select = Movie::NAME)]
    name: String,
}

fn main() {}
