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
    username: String,
}

async fn names(db: &youku_orm::Database) -> youku_orm::Result<Vec<Named>> {
    Movie::query().select_as::<Named>().all(db).await
}

fn main() {}
