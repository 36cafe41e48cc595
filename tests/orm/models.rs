//! The tables that most tests use.

use youku_orm::{ColumnEnum, Database, Id, Model, New, Result};

/// A person who reads.
#[derive(Model, Debug, Clone, PartialEq)]
pub(crate) struct Person {
    #[model(primary_key, auto)]
    pub(crate) id: Id<Person>,
    #[model(unique, length = 64)]
    pub(crate) name: String,
    pub(crate) age: i32,
    pub(crate) nickname: Option<String>,
    #[model(default = Standing::Guest)]
    pub(crate) standing: Standing,
    #[model(default = false)]
    pub(crate) is_active: bool,
}

/// What a person may do.
#[derive(ColumnEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Guest,
    LifeMember,
}

/// A book, whose owner chooses its key.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "library_book")]
pub(crate) struct Book {
    #[model(primary_key, length = 20)]
    pub(crate) isbn: String,
    pub(crate) title: String,
    pub(crate) owner: Option<Id<Person>>,
}

/// A database with both tables, empty.
pub(crate) async fn create(db: &Database) -> Result<()> {
    db.create_tables::<(Person, Book)>().await
}

/// Whether the server returns rows from INSERT. MySQL does not, nor a MariaDB that says it is MySQL.
#[cfg(feature = "mysql")]
pub(crate) async fn has_returning(db: &Database) -> Result<bool> {
    let version: String = youku_orm::sql("SELECT VERSION()").one(db).await?;
    Ok(version.contains("MariaDB"))
}

pub(crate) fn person(name: &str, age: i32) -> NewPerson {
    NewPerson {
        name: name.to_owned(),
        age,
        nickname: None,
    }
}

pub(crate) fn book(isbn: &str, title: &str) -> NewBook {
    NewBook {
        isbn: isbn.to_owned(),
        title: title.to_owned(),
        owner: None,
    }
}

/// The tables, with people of these names, aged 1, 2, 3 …
pub(crate) async fn people(db: &Database, names: &[&str]) -> Result<Vec<Person>> {
    create(db).await?;
    let mut people = Vec::new();
    for (age, name) in (1..).zip(names) {
        people.push(person(name, age).insert(db).await?);
    }
    Ok(people)
}

pub(crate) fn names(people: &[Person]) -> Vec<&str> {
    people.iter().map(|person| person.name.as_str()).collect()
}
