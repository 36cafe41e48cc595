//! Migrations that are refused, most of them before any statement runs.

use youku_orm::{Database, Migrations, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

use crate::schema::migrations::{items, one, refusal, two};

both_databases![
    a_changed_text_is_refused,
    another_name_is_refused,
    a_database_that_is_newer_is_refused,
    a_missing_row_of_a_migration_is_refused,
    numbers_have_no_gap,
    an_interrupted_step_that_has_added_its_column_is_done,
];

async fn a_changed_text_is_refused(db: Database) -> Result {
    two().run(&db).await?;
    let changed = one()
        .sql("0002_add_a.sql", "INSERT INTO item VALUES ('b')")
        .sql("0003_add_c.sql", "INSERT INTO item VALUES ('c')");
    let error = changed.run(&db).await.expect_err("step 2 is another");
    assert!(error.is_schema());
    let text = error.to_string();
    assert!(
        text.starts_with("the migration `0002_add_a.sql` was changed after it ran at "),
        "{text}"
    );
    assert_eq!(items(&db).await?, ["a"]);
    Ok(())
}

async fn another_name_is_refused(db: Database) -> Result {
    two().run(&db).await?;
    let renamed = one().sql("0002_add_b.sql", "INSERT INTO item VALUES ('b')");
    assert_eq!(
        refusal(renamed, &db).await,
        "the migration 2 was `0002_add_a.sql` when it ran, and is `0002_add_b.sql` now: give a new \
         migration a new number"
    );
    Ok(())
}

async fn a_database_that_is_newer_is_refused(db: Database) -> Result {
    two().run(&db).await?;
    assert_eq!(
        refusal(one(), &db).await,
        "the database has had the migration `0002_add_a.sql`, which this program does not know: \
         the database is newer than the program"
    );
    Ok(())
}

async fn a_missing_row_of_a_migration_is_refused(db: Database) -> Result {
    two().run(&db).await?;
    let forget = sql("DELETE FROM youku_migration WHERE version = 1");
    forget.execute(&db).await?;
    let text = refusal(two(), &db).await;
    assert!(
        text.contains("`0002_add_a.sql`, and not number 1"),
        "{text}"
    );
    Ok(())
}

async fn numbers_have_no_gap(db: Database) -> Result {
    let check = async |migrations: Migrations, expected: &str| {
        assert_eq!(refusal(migrations, &db).await, expected);
    };
    check(
        one().sql("0003_c.sql", ""),
        "the migration 2 is missing before `0003_c.sql`, which has number 3",
    )
    .await;
    check(
        one().sql("0001_b.sql", ""),
        "the migration `0001_b.sql` comes after `0001_create_item.sql`: give it number 2",
    )
    .await;
    check(
        one().sql("add.sql", ""),
        "the migration `add.sql` has no number: begin its name with one, as in \
         `0002_create_user.sql`",
    )
    .await;
    assert!(items(&db).await.is_err(), "nothing was run");
    Ok(())
}

/// The program ended after MySQL had added the column and before the step was recorded. MySQL 8 cannot add it again.
async fn an_interrupted_step_that_has_added_its_column_is_done(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    let step = || {
        let add = "-- A size.\nALTER TABLE item ADD COLUMN size INT NULL;\n";
        one().idempotent_sql("0002_add_size.sql", add)
    };
    one().run(&db).await?;
    sql("ALTER TABLE item ADD COLUMN size INT NULL")
        .execute(&db)
        .await?;
    // Someone else has added it.
    let text = refusal(step(), &db).await;
    assert!(text.contains("0002_add_size.sql` failed"), "{text}");
    if database.backend() == Backend::Mysql {
        assert_eq!(step().run(&db).await?, ["0002_add_size.sql"]);
        assert_eq!(step().run(&db).await?, [""; 0]);
    }
    Ok(())
}
