// mistakes: 3

use youku_orm::{Database, Id, Model};

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
    username: String,
}

#[derive(Model)]
struct Movie {
    #[model(primary_key, auto)]
    id: Id<Movie>,
    name: String,
    user_id: Id<User>,
}

#[derive(Model)]
struct Tag {
    #[model(primary_key, auto)]
    id: Id<Tag>,
    name: String,
}

async fn names(db: &Database) -> youku_orm::Result<()> {
    User::query().select((User::USERNAME, Movie::NAME)).all(db).await?;
    let owned = Movie::query().join(Movie::USER_ID.on(User::ID));
    owned.clone().select((User::USERNAME, Tag::NAME)).distinct().all(db).await?;
    owned.filter(Tag::NAME.eq("noir")).all(db).await?;
    Ok(())
}

fn main() {}
