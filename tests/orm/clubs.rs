//! A table with two unique columns, and one with a unique group, a chosen key and a version.

use youku_orm::{Database, Id, Model};
use youku_tests::Result;

#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct Member {
    pub(crate) name: String,
    #[model(unique, length = 40)]
    pub(crate) mail: String,
    #[model(unique, length = 20)]
    pub(crate) phone: Option<String>,
    #[model(primary_key, auto)]
    pub(crate) id: Id<Member>,
    #[model(default = None, length = 5)]
    pub(crate) note: Option<String>,
    #[model(default = 1)]
    pub(crate) visits: u8,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct Seat {
    #[model(unique = "place")]
    pub(crate) row: u8,
    pub(crate) price: i64,
    #[model(primary_key, length = 10)]
    pub(crate) code: String,
    #[model(unique = "place")]
    pub(crate) number: u8,
    #[model(version)]
    pub(crate) version: u16,
}

pub(crate) fn member(name: &str, mail: &str, phone: Option<&str>) -> NewMember {
    NewMember {
        name: name.to_owned(),
        mail: mail.to_owned(),
        phone: phone.map(str::to_owned),
    }
}

pub(crate) fn seat(code: &str, row: u8, number: u8, price: i64) -> NewSeat {
    let code = code.to_owned();
    NewSeat {
        row,
        price,
        code,
        number,
    }
}

/// Ann and Bob.
pub(crate) async fn members(db: &Database) -> Result<Vec<Member>> {
    db.create_tables::<(Member, Seat)>().await?;
    let rows = vec![member("Ann", "a@x", Some("1")), member("Bob", "b@x", None)];
    Ok(Member::insert_many(db, rows).await?)
}

pub(crate) async fn all(db: &Database) -> youku_orm::Result<Vec<Member>> {
    Member::query().order_by(Member::ID.asc()).all(db).await
}
