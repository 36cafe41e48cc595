//! A table of Diesel with its structs, and a use of each statement.

use diesel::prelude::*;

diesel::table! {
    userNUMBER (id) {
        id -> BigInt,
        name -> Text,
        email -> Nullable<Text>,
        bio -> Text,
        is_admin -> Bool,
        age -> Integer,
        visits -> BigInt,
        rating -> Double,
        referrer -> Nullable<BigInt>,
        avatar -> Binary,
    }
}

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Identifiable, AsChangeset)]
#[diesel(table_name = userNUMBER)]
pub struct User {
    pub id: i64,
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

#[derive(Insertable)]
#[diesel(table_name = userNUMBER)]
pub struct NewUser {
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

pub fn visit(db: &mut SqliteConnection, new: NewUser) -> QueryResult<Option<User>> {
    let mut user: User = diesel::insert_into(userNUMBER::table)
        .values(new)
        .returning(User::as_returning())
        .get_result(db)?;
    user.visits += 1;
    diesel::update(&user).set(&user).execute(db)?;
    userNUMBER::table.find(user.id).select(User::as_select()).first(db).optional()
}
