//! The tables that models create.

use youku_orm::{Database, Id, Model, New, Timestamp, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

use crate::models::{Person, create, person};

both_databases![
    tables_that_exist_are_left_alone,
    a_tuple_creates_all_its_tables,
    columns_are_unique_together,
    null_may_repeat_in_a_unique_column,
    every_index_is_created,
    indexes_of_two_tables_have_different_names,
    a_long_index_name_is_shortened,
    integers_are_as_wide_as_their_type,
    tables_hold_any_text_whatever_the_server_defaults_to,
];

#[derive(Model, Debug, PartialEq)]
struct Seat {
    #[model(primary_key, auto)]
    id: i64,
    #[model(unique = "place")]
    row: u16,
    #[model(unique = "place", index)]
    number: u16,
    #[model(index = "holder")]
    holder: Option<Id<Person>>,
    #[model(index = "holder")]
    since: Option<Timestamp>,
    #[model(unique, length = 10)]
    code: Option<String>,
}

/// Its unique index would have the same name as that of [`UserRole`].
#[derive(Model, Debug, PartialEq)]
struct User {
    #[model(primary_key, auto)]
    id: i64,
    #[model(unique, length = 10)]
    role_name: String,
}

#[derive(Model, Debug, PartialEq)]
struct UserRole {
    #[model(primary_key, auto)]
    id: i64,
    #[model(unique, length = 10)]
    name: String,
}

#[derive(Model, Debug, PartialEq)]
struct RecordWithANameThatIsALotLongerThanMostPeopleLike {
    #[model(primary_key, auto)]
    id: i64,
    #[model(unique, length = 10)]
    and_a_column_that_does_not_save_on_characters_either_1: String,
    #[model(unique, length = 10)]
    and_a_column_that_does_not_save_on_characters_either_2: String,
}

#[derive(Model, Debug, PartialEq)]
struct Widths {
    #[model(primary_key, auto)]
    id: u8,
    tiny: i8,
    small: u16,
    normal: i32,
    big: u64,
}

async fn tables_that_exist_are_left_alone(db: Database) -> Result {
    create(&db).await?;
    let ann = person("ann", 1).insert(&db).await?;
    create(&db).await?;
    assert_eq!(Person::query().all(&db).await?, [ann]);
    Ok(())
}

async fn a_tuple_creates_all_its_tables(db: Database) -> Result {
    db.create_tables::<(Seat, User, UserRole, Widths, Person)>()
        .await?;
    assert_eq!(Seat::query().count(&db).await?, 0);
    assert_eq!(Widths::query().count(&db).await?, 0);
    Ok(())
}

fn seat(row: u16, number: u16) -> NewSeat {
    NewSeat {
        row,
        number,
        holder: None,
        since: None,
        code: None,
    }
}

async fn columns_are_unique_together(db: Database) -> Result {
    db.create_tables::<(Seat, Person)>().await?;
    for (row, number) in [(1, 1), (1, 2), (2, 1)] {
        seat(row, number).insert(&db).await?;
    }
    let error = seat(1, 2)
        .insert(&db)
        .await
        .expect_err("the place is taken");
    assert!(error.is_unique_violation());
    Ok(())
}

async fn null_may_repeat_in_a_unique_column(db: Database) -> Result {
    db.create_tables::<(Seat, Person)>().await?;
    seat(1, 1).insert(&db).await?;
    seat(1, 2).insert(&db).await?;
    assert_eq!(Seat::filter(Seat::CODE.is_null()).count(&db).await?, 2);
    Ok(())
}

async fn every_index_is_created(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    db.create_tables::<(Seat, Person)>().await?;
    let columns = match database.backend() {
        Backend::Mysql => {
            "SELECT index_name, column_name, non_unique = 0 FROM information_schema.statistics \
             WHERE table_schema = DATABASE() AND table_name = 'seat' AND index_name <> 'PRIMARY' \
             ORDER BY index_name, seq_in_index"
        }
        Backend::Sqlite | Backend::SqliteMemory => {
            "SELECT list.name, info.name, list.`unique` FROM pragma_index_list('seat') AS list \
             JOIN pragma_index_info(list.name) AS info ORDER BY list.name, info.seqno"
        }
    };
    let found: Vec<(String, String, bool)> = sql(columns).all(&db).await?;
    let expected = [
        ("seat.code.unique", "code", true),
        ("seat.holder.index", "holder", false),
        ("seat.holder.index", "since", false),
        ("seat.number.index", "number", false),
        ("seat.place.unique", "row", true),
        ("seat.place.unique", "number", true),
    ];
    assert_eq!(
        found,
        expected.map(|(index, column, unique)| (index.to_owned(), column.to_owned(), unique))
    );
    Ok(())
}

async fn indexes_of_two_tables_have_different_names(db: Database) -> Result {
    db.create_tables::<(User, UserRole)>().await?;
    let user = || NewUser {
        role_name: "a".to_owned(),
    };
    let role = || NewUserRole {
        name: "a".to_owned(),
    };
    user().insert(&db).await?;
    role().insert(&db).await?;
    assert!(
        user()
            .insert(&db)
            .await
            .is_err_and(|error| error.is_unique_violation())
    );
    assert!(
        role()
            .insert(&db)
            .await
            .is_err_and(|error| error.is_unique_violation())
    );
    Ok(())
}

async fn a_long_index_name_is_shortened(db: Database) -> Result {
    type Long = RecordWithANameThatIsALotLongerThanMostPeopleLike;
    type NewLong = NewRecordWithANameThatIsALotLongerThanMostPeopleLike;
    db.create_tables::<Long>().await?;
    let insert = |one: &str, two: &str| {
        let new = NewLong {
            and_a_column_that_does_not_save_on_characters_either_1: one.to_owned(),
            and_a_column_that_does_not_save_on_characters_either_2: two.to_owned(),
        };
        new.insert(&db)
    };
    insert("a", "a").await?;
    insert("b", "b").await?;
    assert!(
        insert("a", "c")
            .await
            .is_err_and(|error| error.is_unique_violation())
    );
    assert!(
        insert("c", "a")
            .await
            .is_err_and(|error| error.is_unique_violation())
    );
    Ok(())
}

async fn integers_are_as_wide_as_their_type(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    db.create_tables::<Widths>().await?;
    let new = NewWidths {
        tiny: i8::MIN,
        small: u16::MAX,
        normal: i32::MIN,
        big: u64::MAX,
    };
    let row = new.insert(&db).await?;
    assert_eq!((Widths::get(&db, 1).await?, row.id), (row, 1));
    if database.backend() == Backend::Mysql {
        let too_wide = "INSERT INTO widths (tiny, small, normal, big) VALUES (128, 1, 1, 1)";
        assert!(sql(too_wide).execute(&db).await.is_err());
    }
    Ok(())
}

/// The default character set of the test server is latin1, and so is that of a database created on it.
async fn tables_hold_any_text_whatever_the_server_defaults_to(db: Database) -> Result {
    create(&db).await?;
    let names = ["\u{1f600}", "a", "A", "á", "a ", "ａ"];
    for name in names {
        person(name, 1).insert(&db).await?;
    }
    for name in names {
        assert_eq!(
            Person::filter(Person::NAME.eq(name)).one(&db).await?.name,
            name
        );
    }
    Ok(())
}
