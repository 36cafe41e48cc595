use youku_orm::{Database, Id, Model, New, Result};

#[derive(Model)]
pub struct User {
    #[model(primary_key, auto)]
    pub id: Id<User>,
    #[model(unique, length = 64)]
    pub name: String,
    pub age: i32,
}

pub async fn insert(db: &Database) -> Result<User> {
    NewUser { name: "ada".to_owned(), age: 36 }.insert(db).await
}

pub async fn adults(db: &Database) -> Result<Vec<User>> {
    User::filter(User::AGE.ge(18)).all(db).await
}
