//! A model of toasty, and a use of each statement.

#[derive(Debug, toasty::Model)]
#[table = "userNUMBER"]
pub struct User {
    #[key]
    #[auto]
    pub id: u64,
    #[unique]
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

type New = <User as toasty::schema::Model>::Create;

pub async fn visit(db: &mut toasty::Db, new: New) -> toasty::Result<Option<User>> {
    let mut user = new.exec(db).await?;
    let visits = user.visits + 1;
    user.update().visits(visits).exec(db).await?;
    User::filter_by_id(user.id).first().exec(db).await
}
