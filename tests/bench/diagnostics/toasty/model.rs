#[derive(Debug, toasty::Model)]
pub struct User {
    #[key]
    #[auto]
    pub id: u64,
    #[unique]
    pub name: String,
    pub age: i32,
}

pub async fn insert(db: &mut toasty::Db) -> toasty::Result<User> {
    toasty::create!(User { name: "ada", age: 36 }).exec(db).await
}

pub async fn adults(db: &mut toasty::Db) -> toasty::Result<Vec<User>> {
    User::filter(User::fields().age().ge(18)).exec(db).await
}
