use diesel::prelude::*;

diesel::table! {
    user (id) {
        id -> BigInt,
        name -> Text,
        age -> Integer,
    }
}

#[derive(Queryable, Selectable, Identifiable, AsChangeset)]
#[diesel(table_name = user)]
pub struct User {
    pub id: i64,
    pub name: String,
    pub age: i32,
}

#[derive(Insertable)]
#[diesel(table_name = user)]
pub struct NewUser {
    pub name: String,
    pub age: i32,
}

pub fn insert(db: &mut SqliteConnection) -> QueryResult<User> {
    let new = NewUser { name: "ada".to_owned(), age: 36 };
    diesel::insert_into(user::table).values(new).returning(User::as_returning()).get_result(db)
}

pub fn adults(db: &mut SqliteConnection) -> QueryResult<Vec<User>> {
    user::table.filter(user::age.ge(18)).select(User::as_select()).load(db)
}
