//! What an error says, and what it does not reveal.

mod limits;

use std::error::Error as _;

use youku_orm::{Database, Error, Id, Model, New, Table, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

use crate::models::{Book, NewPerson, Person, book, create, people, person};

both_databases![
    a_taken_unique_value,
    a_taken_primary_key,
    a_unique_value_taken_by_an_update,
    null_in_a_not_null_column,
    a_text_that_is_too_long,
    a_missing_row,
    a_missing_table,
    a_missing_column,
    a_syntax_error,
    a_broken_reference,
    a_row_that_is_referred_to,
    a_failed_statement_is_named_without_its_values,
    an_error_leaves_the_connection_usable,
];

#[track_caller]
fn only(error: &Error, class: fn(&Error) -> bool) {
    let classes: [fn(&Error) -> bool; 12] = [
        Error::is_unique_violation,
        Error::is_foreign_key_violation,
        Error::is_not_null_violation,
        Error::is_check_violation,
        Error::is_key_exhausted,
        Error::is_not_found,
        Error::is_too_many_rows,
        Error::is_retryable,
        Error::is_decode,
        Error::is_schema,
        Error::is_read_only,
        Error::is_timeout,
    ];
    assert!(class(error), "{error}");
    assert_eq!(classes.iter().filter(|is| is(error)).count(), 1, "{error}");
    assert!(
        !error.is_unavailable() && !error.is_pool_timeout(),
        "{error}"
    );
}

async fn a_taken_unique_value(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let error = person("ann", 2)
        .insert(&db)
        .await
        .expect_err("the name is taken");
    only(&error, Error::is_unique_violation);
    Ok(())
}

async fn a_taken_primary_key(db: Database) -> Result {
    create(&db).await?;
    book("1", "Dune").insert(&db).await?;
    let error = book("1", "Emma")
        .insert(&db)
        .await
        .expect_err("the key is taken");
    only(&error, Error::is_unique_violation);
    Ok(())
}

async fn a_unique_value_taken_by_an_update(db: Database) -> Result {
    let mut people = people(&db, &["ann", "bob"]).await?;
    people[1].name = "ann".to_owned();
    let error = people[1].update(&db).await.expect_err("the name is taken");
    only(&error, Error::is_unique_violation);
    let bulk = Person::query()
        .every_row()
        .set(Person::NAME, "cid")
        .update(&db)
        .await;
    only(
        &bulk.expect_err("the second has the name of the first"),
        Error::is_unique_violation,
    );
    Ok(())
}

async fn null_in_a_not_null_column(db: Database) -> Result {
    create(&db).await?;
    let insert = sql("INSERT INTO person (name, age) VALUES (?, ?)")
        .bind("ann")
        .bind(None::<i32>);
    only(
        &insert.execute(&db).await.expect_err("an age is needed"),
        Error::is_not_null_violation,
    );
    let insert = sql("INSERT INTO person (name) VALUES ('ann')");
    only(
        &insert.execute(&db).await.expect_err("an age is needed"),
        Error::is_not_null_violation,
    );
    Ok(())
}

async fn a_text_that_is_too_long(db: Database) -> Result {
    create(&db).await?;
    person(&"\u{1f600}".repeat(64), 1).insert(&db).await?;
    let error = person(&"x".repeat(65), 1)
        .insert(&db)
        .await
        .expect_err("64 characters are allowed");
    only(&error, Error::is_check_violation);
    assert_eq!(
        Person::query().count(&db).await?,
        1,
        "nothing was cut to fit"
    );
    Ok(())
}

async fn a_missing_row(db: Database) -> Result {
    create(&db).await?;
    only(
        &Person::get(&db, Id::new(1))
            .await
            .expect_err("the row is missing"),
        Error::is_not_found,
    );
    Ok(())
}

async fn a_missing_table(db: Database) -> Result {
    let error = Person::query()
        .all(&db)
        .await
        .expect_err("the table is missing");
    only(&error, Error::is_schema);
    assert!(error.to_string().contains("person"), "{error}");
    Ok(())
}

async fn a_missing_column(db: Database) -> Result {
    sql("CREATE TABLE person (id INT)").execute(&db).await?;
    let error = Person::query()
        .all(&db)
        .await
        .expect_err("the column is missing");
    only(&error, Error::is_schema);
    assert!(error.to_string().contains("name"), "{error}");
    Ok(())
}

async fn a_syntax_error(db: Database) -> Result {
    let error = sql("SELEKT 1")
        .execute(&db)
        .await
        .expect_err("it is not SQL");
    assert!(error.to_string().contains("SELEKT 1"), "{error}");
    assert!(
        !error.is_schema() && !error.is_unavailable() && !error.is_retryable(),
        "{error}"
    );
    Ok(())
}

/// Books whose owners are checked, and one of them with its owner.
async fn shelf(database: &TestDatabase) -> Result<(Database, Person)> {
    let db = Database::connect(database.url()).await?;
    create(&db).await?;
    let owner = "FOREIGN KEY (`owner`) REFERENCES `person` (`id`)";
    sql("DROP TABLE library_book").execute(&db).await?;
    let number = match database.backend() {
        Backend::Mysql => "BIGINT UNSIGNED",
        Backend::Sqlite | Backend::SqliteMemory => "INTEGER",
    };
    let columns = "isbn VARCHAR(20) PRIMARY KEY, title VARCHAR(99)";
    let table = format!("CREATE TABLE library_book ({columns}, owner {number}, {owner})");
    sql(table).execute(&db).await?;
    let ann = person("ann", 1).insert(&db).await?;
    Book::insert(book("1", "Dune"))
        .set(Book::OWNER, ann.id)
        .exec(&db)
        .await?;
    Ok((db, ann))
}

async fn a_broken_reference(database: TestDatabase) -> Result {
    let (db, _) = shelf(&database).await?;
    let insert = Book::insert(book("2", "Emma")).set(Book::OWNER, Id::new(99));
    only(
        &insert
            .exec(&db)
            .await
            .expect_err("person 99 does not exist"),
        Error::is_foreign_key_violation,
    );
    Ok(())
}

async fn a_row_that_is_referred_to(database: TestDatabase) -> Result {
    let (db, ann) = shelf(&database).await?;
    let error = ann.delete(&db).await.expect_err("a book refers to her");
    only(&error, Error::is_foreign_key_violation);
    assert!(Person::query().every_row().delete(&db).await.is_err());
    Ok(())
}

/// No test can make a server return these errors, so the server is told to return them.
#[cfg(feature = "mysql")]
#[test]
fn every_number_of_the_documentation_has_its_predicate() {
    type Predicate = fn(&Error) -> bool;
    let documented: [(Predicate, &[u16]); 10] = [
        (Error::is_unique_violation, &[1062, 1169, 1586]),
        (Error::is_foreign_key_violation, &[1216, 1217, 1451, 1452]),
        (Error::is_not_null_violation, &[1048, 1364]),
        (Error::is_check_violation, &[1264, 1406, 1690, 3819, 4025]),
        (Error::is_key_exhausted, &[167, 1467]),
        (Error::is_schema, &[1051, 1054, 1072, 1109, 1146, 1305]),
        (Error::is_read_only, &[1290, 1792, 1836]),
        (
            Error::is_retryable,
            &[1020, 1180, 1205, 1206, 1213, 3101, 3572],
        ),
        (Error::is_timeout, &[1969, 3024]),
        (
            Error::is_unavailable,
            &[
                1040, 1047, 1053, 1077, 1079, 1129, 1152, 1158, 1159, 1160, 1161, 1184, 1203, 1226,
                1317, 1927, 3169, 4031,
            ],
        ),
    ];
    youku_tests::run(Backend::Mysql, async move |db: Database| -> Result {
        for (predicate, numbers) in documented {
            for number in numbers {
                let signal = format!("SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = {number}");
                let error = sql(signal).execute(&db).await.unwrap_err();
                let told = documented.iter().filter(|(predicate, _)| predicate(&error));
                assert!(predicate(&error) && told.count() == 1, "{error}");
            }
        }
        Ok(())
    });
}

async fn a_failed_statement_is_named_without_its_values(db: Database) -> Result {
    people(&db, &["top secret"]).await?;
    let new = NewPerson {
        nickname: Some("hush".to_owned()),
        ..person("top secret", 4711)
    };
    let error = new.insert(&db).await.expect_err("the name is taken");
    assert_eq!(error.sql(), Some(Person::INSERT));
    let mut texts = vec![error.to_string(), format!("{error:?}")];
    let mut source = error.source();
    while let Some(cause) = source {
        texts.extend([cause.to_string(), format!("{cause:?}")]);
        source = cause.source();
    }
    for text in texts {
        assert!(
            !["secret", "hush", "4711"]
                .iter()
                .any(|value| text.contains(value)),
            "{text}"
        );
    }
    Ok(())
}

async fn an_error_leaves_the_connection_usable(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    for _ in 0..50 {
        assert!(person("ann", 2).insert(&db).await.is_err());
        assert!(
            sql("SELECT name FROM person")
                .one::<i64>(&db)
                .await
                .is_err()
        );
        assert!(sql("SELEKT 1").execute(&db).await.is_err());
    }
    assert_eq!(Person::query().count(&db).await?, 1);
    Ok(())
}
