// mistakes: 1

use youku_orm::{Database, Id, Model};

struct Address;

#[derive(Model)]
struct User {
    #[model(primary_key, auto)]
    id: Id<User>,
    username: String,
    address: Address,
}

async fn uses(db: &Database) -> youku_orm::Result<()> {
    User::filter(User::ADDRESS.is_null()).order_by(User::ADDRESS.asc()).all(db).await?;
    User::filter(User::USERNAME.eq("ada")).count(db).await?;
    let count = User::query().select(User::ADDRESS.count()).all(db).await?;
    let user = User::get(db, Id::new(1)).await?;
    let _: (&Address, &str, u64) = (&user.address, User::ADDRESS.name(), count[0]);
    db.create_tables::<User>().await
}

fn main() {}
