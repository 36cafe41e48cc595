//! Inserts that cannot say which row they made: they leave nothing behind.

use youku_orm::{Database, DatabaseKind, Id, Model, New, sql};
use youku_tests::{Result, TestDatabase, both_databases, without_returning};

use crate::writes::keys::{Tag, all_tags, is_sqlite, run, tag, tags};

both_databases![
    a_view_is_refused_also_after_execute,
    a_view_in_the_place_of_a_table_is_refused,
    a_trigger_of_another_program_is_seen_after_an_error,
    a_key_of_another_source_is_read,
    a_key_that_its_field_does_not_hold_is_not_written,
    a_row_number_below_one_is_a_key_or_is_not_written,
    a_step_that_changes_in_between_undoes_the_rows,
];

without_returning![
    a_view_is_refused_also_after_execute,
    a_view_in_the_place_of_a_table_is_refused,
    a_trigger_of_another_program_is_seen_after_an_error,
    a_key_of_another_source_is_read,
    a_key_that_its_field_does_not_hold_is_not_written,
    a_step_that_changes_in_between_undoes_the_rows,
];

/// The tags again, as a view or a table that something else makes.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "other")]
struct Other {
    #[model(primary_key, auto)]
    id: Id<Other>,
    #[model(length = 20)]
    name: String,
}

fn other(name: &str) -> NewOther {
    NewOther {
        name: name.to_owned(),
    }
}

/// The view `other` of the tags, into which rows can be inserted.
async fn view(db: &Database) -> Result {
    run(db, &["CREATE VIEW other AS SELECT id, name FROM tag"]).await?;
    if is_sqlite(db) {
        let through = "CREATE TRIGGER through INSTEAD OF INSERT ON other \
                       BEGIN INSERT INTO tag (name) VALUES (NEW.name); END";
        run(db, &[through]).await?;
    }
    Ok(())
}

/// SQLite does not say which key a row got through a view, MySQL does.
async fn check_view(db: &Database) -> Result {
    let before = all_tags(db).await?.len();
    let inserted = other("exec").insert(db).await;
    if is_sqlite(db) {
        let error = inserted.expect_err("its key is unknown").to_string();
        assert!(error.contains("`other` is a view"), "{error}");
        assert_eq!(all_tags(db).await?.len(), before, "nothing was written");
    } else {
        let row = inserted?;
        assert_eq!(Other::get(db, row.id).await?, row);
    }
    Ok(())
}

async fn a_view_is_refused_also_after_execute(db: Database) -> Result {
    tags(&db).await?;
    view(&db).await?;
    // The same text as that of `exec`, which the connection has prepared and run then.
    for name in ["a", "b"] {
        Other::insert(other(name)).execute(&db).await?;
        sql("INSERT INTO `other` (`name`) VALUES (?)")
            .bind(format!("{name}!"))
            .execute(&db)
            .await?;
    }
    check_view(&db).await
}

async fn a_view_in_the_place_of_a_table_is_refused(db: Database) -> Result {
    tags(&db).await?;
    db.create_tables::<Other>().await?;
    let row = other("table").insert(&db).await?;
    assert_eq!(Other::get(&db, row.id).await?, row);
    run(&db, &["DROP TABLE other"]).await?;
    view(&db).await?;
    check_view(&db).await?;
    if is_sqlite(&db) {
        // On one connection, which is not closed in between.
        let mut tx = db.begin().await?;
        for text in [
            "DROP VIEW other",
            "CREATE TABLE other (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL)",
        ] {
            sql(text).execute(&mut tx).await?;
        }
        other("table").insert(&mut tx).await?;
        for text in [
            "DROP TABLE other",
            "CREATE VIEW other AS SELECT id, name FROM tag",
            "CREATE TRIGGER again INSTEAD OF INSERT ON other BEGIN INSERT INTO tag (name) VALUES (NEW.name); END",
        ] {
            sql(text).execute(&mut tx).await?;
        }
        let before = Tag::query().count(&mut tx).await?;
        assert!(other("view").insert(&mut tx).await.is_err());
        assert_eq!(Tag::query().count(&mut tx).await?, before);
        tx.commit().await?;
    }
    Ok(())
}

/// The insert that fails is the first one after the trigger was made. On MySQL a trigger cannot delete the new row.
async fn a_trigger_of_another_program_is_seen_after_an_error(database: TestDatabase) -> Result {
    let (db, other) = (
        Database::connect(database.url()).await?,
        Database::connect(database.url()).await?,
    );
    db.create_tables::<Tag>().await?;
    tag("noir").insert(&db).await?;
    let delete = if is_sqlite(&db) {
        "CREATE TRIGGER gone AFTER INSERT ON tag BEGIN DELETE FROM tag WHERE id = NEW.id; END"
    } else {
        "CREATE TRIGGER gone AFTER INSERT ON tag FOR EACH ROW DELETE FROM tag WHERE id = NEW.id"
    };
    run(&other, &[delete]).await?;
    let taken = tag("noir").insert(&db).await;
    assert!(taken.is_err(), "{taken:?}");
    let gone = tag("a").insert(&db).await;
    assert!(gone.is_err(), "{gone:?}");
    assert_eq!(all_tags(&db).await?.len(), 1);
    Ok(())
}

/// A key by DEFAULT of a sequence, or without AUTOINCREMENT.
async fn a_key_of_another_source_is_read(db: Database) -> Result {
    if is_sqlite(&db) {
        run(
            &db,
            &["CREATE TABLE other (id INTEGER PRIMARY KEY, name TEXT NOT NULL)"],
        )
        .await?;
    } else {
        let table = "CREATE TABLE other (id BIGINT UNSIGNED PRIMARY KEY DEFAULT NEXTVAL(numbers), \
                     name VARCHAR(20) NOT NULL)";
        let sequence = "CREATE SEQUENCE numbers START WITH 40 INCREMENT BY 3";
        run(&db, &[sequence, table]).await?;
    }
    let mut written = vec![other("a").insert(&db).await];
    match Other::insert_many(&db, vec![other("b"), other("c")]).await {
        Ok(rows) => written.extend(rows.into_iter().map(Ok)),
        Err(error) => written.push(Err(error)),
    }
    let mut tx = db.begin().await?;
    written.push(other("d").insert(&mut tx).await);
    tx.commit().await?;
    check_written(&db, written).await
}

/// What was given back is in the table, and nothing else is.
async fn check_written(db: &Database, written: Vec<youku_orm::Result<Other>>) -> Result {
    let stored = Other::query().order_by(Other::ID.asc()).all(db).await?;
    let mut given = Vec::new();
    for row in written {
        match row {
            Ok(row) => given.push(row),
            Err(error) => assert!(!is_sqlite(db) && error.is_schema(), "{error}"),
        }
    }
    given.sort_by_key(|row| row.id);
    assert_eq!(given, stored);
    Ok(())
}

/// The column is wider than the field.
async fn a_key_that_its_field_does_not_hold_is_not_written(db: Database) -> Result {
    #[derive(Model, Debug, PartialEq)]
    struct Narrow {
        #[model(primary_key, auto)]
        id: u8,
        #[model(length = 20)]
        name: String,
    }
    let narrow = || NewNarrow {
        name: "new".to_owned(),
    };
    let key = match db.kind() {
        DatabaseKind::Sqlite => "INTEGER PRIMARY KEY AUTOINCREMENT",
        _ => "BIGINT AUTO_INCREMENT PRIMARY KEY",
    };
    run(
        &db,
        &[
            &format!("CREATE TABLE narrow (id {key}, name VARCHAR(20) NOT NULL)"),
            "INSERT INTO narrow (id, name) VALUES (254, 'old')",
        ],
    )
    .await?;
    let last = narrow().insert(&db).await?;
    assert_eq!((last.id, Narrow::query().count(&db).await?), (255, 2));
    let one = narrow().insert(&db).await.map(drop);
    let many = Narrow::insert_many(&db, vec![narrow(), narrow()]).await;
    let mut tx = db.begin().await?;
    let inside = narrow().insert(&mut tx).await.map(drop);
    let many_inside = Narrow::insert_many(&mut tx, vec![narrow(), narrow()]).await;
    tx.commit().await?;
    for refused in [one, many.map(drop), inside, many_inside.map(drop)] {
        let error = refused.expect_err("no key is left");
        assert!(error.is_key_exhausted(), "{error}");
    }
    assert_eq!(Narrow::query().count(&db).await?, 2, "nothing was written");
    Ok(())
}

/// Without AUTOINCREMENT the next key of SQLite is the greatest and one, whatever its sign.
async fn a_row_number_below_one_is_a_key_or_is_not_written(db: Database) -> Result {
    #[derive(Model, Debug, PartialEq)]
    #[model(table = "other")]
    struct Signed {
        #[model(primary_key, auto)]
        id: i64,
        #[model(length = 20)]
        name: String,
    }
    let signed = || NewSigned {
        name: "new".to_owned(),
    };
    let key = match db.kind() {
        DatabaseKind::Sqlite => "INTEGER PRIMARY KEY",
        _ => "BIGINT AUTO_INCREMENT PRIMARY KEY",
    };
    let table = format!("CREATE TABLE other (id {key}, name VARCHAR(20) NOT NULL)");
    let row = "INSERT INTO other (id, name) VALUES (-4, 'old')";
    run(&db, &[&table, row]).await?;
    if is_sqlite(&db) {
        let one = other("a").insert(&db).await.map(drop);
        let many = Other::insert_many(&db, vec![other("a"), other("b")]).await;
        for refused in [one, many.map(drop)] {
            let error = refused.expect_err("a `u64` holds no negative number");
            assert!(error.is_schema(), "{error}");
        }
        assert_eq!(Signed::query().count(&db).await?, 1);
    }
    let mut rows = vec![signed().insert(&db).await?];
    rows.extend(Signed::insert_many(&db, vec![signed(), signed()]).await?);
    for row in &rows {
        assert_eq!(Signed::get(&db, row.id).await?, *row);
    }
    if is_sqlite(&db) {
        assert_eq!(
            rows.iter().map(|row| row.id).collect::<Vec<_>>(),
            [-3, -2, -1]
        );
        let zero = other("zero").insert(&db).await?;
        assert_eq!(zero.id.get(), 0);
    }
    Ok(())
}

/// As when a node joins a cluster; here a trigger does it.
async fn a_step_that_changes_in_between_undoes_the_rows(db: Database) -> Result {
    tags(&db).await?;
    if !is_sqlite(&db) {
        let change = "CREATE TRIGGER joins AFTER INSERT ON tag FOR EACH ROW \
                      SET SESSION auto_increment_increment = 7";
        run(&db, &[change]).await?;
    }
    let rows = || vec![tag("a"), tag("b"), tag("c")];
    let mut tx = db.begin().await?;
    let inserted = Tag::insert_many(&mut tx, rows()).await;
    match inserted {
        Ok(rows) => {
            for row in rows {
                assert_eq!(Tag::get(&mut tx, row.id).await?, row);
            }
            tx.rollback().await?;
        }
        Err(error) => {
            assert!(error.is_retryable(), "{error}");
            assert!(tx.commit().await.is_err(), "only a rollback is left");
        }
    }
    assert_eq!(all_tags(&db).await?.len(), 1);
    match Tag::insert_many(&db, rows()).await {
        Ok(rows) => assert_eq!(all_tags(&db).await?[1..], rows),
        Err(error) => {
            assert!(error.is_retryable(), "{error}");
            assert_eq!(all_tags(&db).await?.len(), 1);
        }
    }
    Ok(())
}
