//! A model of `youku-orm`, and a use of each statement.

use youku_orm::{Database, Id, Model, New, Result};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "userNUMBER")]
pub struct User {
    #[model(primary_key, auto)]
    pub id: Id<User>,
    #[model(unique, length = 64)]
    pub name: String,
    pub email: Option<String>,
    pub bio: String,
    pub is_admin: bool,
    pub age: i32,
    pub visits: i64,
    pub rating: f64,
    pub referrer: Option<i64>,
    pub avatar: Vec<u8>,
}

pub async fn visit(db: &Database, new: NewUser) -> Result<Option<User>> {
    let mut user = new.insert(db).await?;
    user.visits += 1;
    user.update(db).await?;
    User::find(db, user.id).await
}
