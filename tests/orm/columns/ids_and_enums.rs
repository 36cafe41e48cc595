//! Typed keys and enums stored as text.

use std::collections::HashSet;

use youku_orm::{ColumnEnum, Database, Id, Model, New, sql};
use youku_tests::{Result, both_databases};

use crate::models::{Book, Person, Standing, book, people};

both_databases![
    a_reference_finds_its_row,
    an_enum_is_stored_as_its_text,
    an_unknown_text_is_an_error_that_lists_the_known,
    an_enum_is_compared_exactly,
    an_enum_is_updated,
];

#[derive(ColumnEnum, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[model(rename_all = "SCREAMING_SNAKE_CASE")]
enum Level {
    LowTide,
    #[model(rename = "flood!")]
    HighTide,
    Überflutet,
}

#[derive(Model, Debug, PartialEq)]
struct Gauge {
    #[model(primary_key, auto)]
    id: u16,
    level: Level,
}

#[test]
fn variants_are_stored_under_their_given_names() {
    assert_eq!(Level::NAMES, ["LOW_TIDE", "flood!", "ÜBERFLUTET"]);
    assert_eq!(Standing::NAMES, ["guest", "life_member"]);
    for level in [Level::LowTide, Level::HighTide, Level::Überflutet] {
        assert_eq!(Level::from_name(level.name()), Some(level));
    }
    assert_eq!(Level::from_name("low_tide"), None);
}

#[test]
fn an_id_behaves_like_its_number() {
    let id = Id::<Person>::new(42);
    assert_eq!(
        (
            id.get(),
            id.to_string().as_str(),
            format!("{id:?}").as_str()
        ),
        (42, "42", "Id(42)")
    );
    assert_eq!("42".parse::<Id<Person>>(), Ok(id));
    assert!("-1".parse::<Id<Person>>().is_err());
    assert!(Id::<Person>::new(41) < id);
    assert_eq!(HashSet::from([id, id, Id::new(1)]).len(), 2);
    assert_eq!(size_of::<Id<Person>>(), 8);
}

#[cfg(feature = "serde")]
#[test]
fn an_id_is_its_number_in_json() {
    let id = Id::<Person>::new(u64::MAX);
    let text = serde_json::to_string(&id).unwrap();
    assert_eq!(text, "18446744073709551615");
    assert_eq!(serde_json::from_str::<Id<Person>>(&text).unwrap(), id);
    for other in ["-1", "\"7\"", "1.5", "null"] {
        assert!(
            serde_json::from_str::<Id<Person>>(other).is_err(),
            "{other}"
        );
    }
}

async fn a_reference_finds_its_row(db: Database) -> Result {
    let people = people(&db, &["ann", "bob"]).await?;
    let dune = Book::insert(book("1", "Dune"))
        .set(Book::OWNER, people[1].id)
        .exec(&db)
        .await?;
    book("2", "Emma").insert(&db).await?;
    let owner = dune.owner.ok_or("it has an owner")?;
    assert_eq!(Person::get(&db, owner).await?, people[1]);
    assert_eq!(
        Book::filter(Book::OWNER.eq(people[1].id)).all(&db).await?,
        [dune]
    );
    assert_eq!(Book::filter(Book::OWNER.is_null()).count(&db).await?, 1);
    Ok(())
}

async fn an_enum_is_stored_as_its_text(db: Database) -> Result {
    db.create_tables::<Gauge>().await?;
    for level in [Level::LowTide, Level::HighTide, Level::Überflutet] {
        NewGauge { level }.insert(&db).await?;
    }
    let texts: Vec<String> = sql("SELECT level FROM gauge ORDER BY id").all(&db).await?;
    assert_eq!(texts, Level::NAMES);
    let levels: Vec<(Level,)> = sql("SELECT level FROM gauge ORDER BY id").all(&db).await?;
    assert_eq!(
        levels,
        [(Level::LowTide,), (Level::HighTide,), (Level::Überflutet,)]
    );
    Ok(())
}

async fn an_unknown_text_is_an_error_that_lists_the_known(db: Database) -> Result {
    db.create_tables::<Gauge>().await?;
    sql("INSERT INTO gauge (level) VALUES ('EBB')")
        .execute(&db)
        .await?;
    let error = Gauge::query()
        .all(&db)
        .await
        .expect_err("the level is unknown");
    assert!(error.is_decode());
    let text = error.to_string();
    assert!(text.contains("column `level`"), "{text}");
    assert!(
        text.contains("not one of `LOW_TIDE`, `flood!`, `ÜBERFLUTET`"),
        "{text}"
    );
    assert_eq!(
        Gauge::query().count(&db).await?,
        1,
        "the connection is still good"
    );
    Ok(())
}

async fn an_enum_is_compared_exactly(db: Database) -> Result {
    db.create_tables::<Gauge>().await?;
    sql("INSERT INTO gauge (level) VALUES ('low_tide')")
        .execute(&db)
        .await?;
    assert!(
        !Gauge::filter(Gauge::LEVEL.eq(Level::LowTide))
            .exists(&db)
            .await?
    );
    NewGauge {
        level: Level::LowTide,
    }
    .insert(&db)
    .await?;
    assert_eq!(
        Gauge::filter(Gauge::LEVEL.eq(Level::LowTide))
            .one(&db)
            .await?
            .id,
        2
    );
    Ok(())
}

async fn an_enum_is_updated(db: Database) -> Result {
    db.create_tables::<Gauge>().await?;
    let gauge = NewGauge {
        level: Level::HighTide,
    }
    .insert(&db)
    .await?;
    let changed = Gauge {
        level: Level::LowTide,
        ..gauge
    };
    changed.update(&db).await?;
    assert_eq!(Gauge::get(&db, 1).await?, changed);
    Ok(())
}
