//! Versioned migrations.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::Notify;
use youku_orm::{Database, MigrationState, Migrations, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

both_databases![
    steps_run_once_and_in_order,
    a_step_has_many_statements,
    text_that_looks_like_a_comment_is_kept,
    only_new_steps_run,
    a_step_in_rust_is_part_of_its_transaction,
    a_failed_step_is_named_and_the_earlier_ones_stay,
    a_failed_step_that_changes_only_rows_is_undone,
    an_interrupted_step_is_noticed,
    an_interrupted_idempotent_step_runs_again,
    runners_wait_for_each_other,
    status_lists_what_ran_and_what_did_not,
    a_folder_holds_steps,
];

const CREATE: &str = "CREATE TABLE item (name VARCHAR(20) NOT NULL PRIMARY KEY)";

pub(crate) fn one() -> Migrations {
    Migrations::new().sql("0001_create_item.sql", CREATE)
}

pub(crate) fn two() -> Migrations {
    one().sql("0002_add_a.sql", "INSERT INTO item VALUES ('a');\n")
}

pub(crate) async fn items(db: &Database) -> Result<Vec<String>> {
    Ok(sql("SELECT name FROM item ORDER BY name").all(db).await?)
}

/// The text of the error with which a run ends.
pub(crate) async fn refusal(migrations: Migrations, db: &Database) -> String {
    let error = migrations.run(db).await.expect_err("it is refused");
    error.to_string()
}

async fn steps_run_once_and_in_order(db: Database) -> Result {
    assert_eq!(
        two().run(&db).await?,
        ["0001_create_item.sql", "0002_add_a.sql"]
    );
    assert_eq!(two().run(&db).await?, [""; 0]);
    assert_eq!(items(&db).await?, ["a"]);
    Ok(())
}

async fn a_step_has_many_statements(db: Database) -> Result {
    let text = "-- Adds two.\nINSERT INTO item VALUES ('b');\r\n\
                INSERT INTO item VALUES ('c; -- d');\n\n-- The end.\n";
    let nothing = "-- Nothing to do any more.";
    let steps = one().sql("2_add.sql", text).sql("3_nothing.sql", nothing);
    steps.run(&db).await?;
    assert_eq!(items(&db).await?, ["b", "c; -- d"]);
    Ok(())
}

async fn text_that_looks_like_a_comment_is_kept(db: Database) -> Result {
    let text = "INSERT INTO item VALUES ('b\n-- c')";
    one().sql("2_add.sql", text).run(&db).await?;
    assert_eq!(items(&db).await?, ["b\n-- c"]);
    Ok(())
}

async fn only_new_steps_run(db: Database) -> Result {
    one().run(&db).await?;
    assert_eq!(two().run(&db).await?, ["0002_add_a.sql"]);
    Ok(())
}

async fn a_step_in_rust_is_part_of_its_transaction(db: Database) -> Result {
    let add = |fails| {
        one().rust("0002_add", move |tx| {
            Box::pin(async move {
                let add = sql("INSERT INTO item VALUES (?)").bind("a");
                add.execute(&mut *tx).await?;
                if fails {
                    sql("SELECT nothing FROM nowhere")
                        .execute(tx)
                        .await
                        .map(drop)
                } else {
                    Ok(())
                }
            })
        })
    };
    let text = refusal(add(true), &db).await;
    assert!(
        text.starts_with("the migration `0002_add` failed: "),
        "{text}"
    );
    assert_eq!(items(&db).await?, [""; 0]);
    assert_eq!(add(false).run(&db).await?, ["0002_add"]);
    assert_eq!(items(&db).await?, ["a"]);
    Ok(())
}

async fn a_failed_step_is_named_and_the_earlier_ones_stay(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    let broken = || {
        let text = "CREATE TABLE half (x INT); INSERT INTO nowhere VALUES (1);";
        two().sql("0003_break.sql", text)
    };
    let text = refusal(broken(), &db).await;
    assert!(
        text.starts_with("the migration `0003_break.sql` failed: "),
        "{text}"
    );
    assert_eq!(items(&db).await?, ["a"]);
    let half = sql("SELECT x FROM half").execute(&db).await;
    let again = refusal(broken(), &db).await;
    if database.backend() == Backend::Mysql {
        assert!(half.is_ok(), "MySQL keeps every DDL statement");
        assert!(
            again.starts_with("the migration `0003_break.sql` began at "),
            "{again}"
        );
        // These are the steps that the error asks for.
        let undo = "DROP TABLE half; DELETE FROM youku_migration WHERE version = 3";
        for sql_text in undo.split("; ") {
            sql(sql_text).execute(&db).await?;
        }
    } else {
        assert!(half.is_err(), "SQLite keeps nothing");
        assert_eq!(again, text);
    }
    let repaired = two().sql("0003_break.sql", "CREATE TABLE half (x INT)");
    assert_eq!(repaired.run(&db).await?, ["0003_break.sql"]);
    Ok(())
}

async fn a_failed_step_that_changes_only_rows_is_undone(db: Database) -> Result {
    let text = "INSERT INTO item VALUES ('a'); INSERT INTO item VALUES ('a');";
    let text = refusal(one().sql("0002_add.sql", text), &db).await;
    assert!(
        text.starts_with("the migration `0002_add.sql` failed: "),
        "{text}"
    );
    assert_eq!(items(&db).await?, [""; 0]);
    assert_eq!(two().run(&db).await?, ["0002_add_a.sql"]);
    Ok(())
}

async fn an_interrupted_step_is_noticed(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    let begun = Arc::new(Notify::new());
    let hangs = {
        let begun = begun.clone();
        one().rust("0002_hang", move |tx| {
            let begun = begun.clone();
            Box::pin(async move {
                sql("CREATE TABLE half (x INT)").execute(tx).await?;
                begun.notify_one();
                std::future::pending().await
            })
        })
    };
    tokio::select! {
        _ = hangs.run(&db) => unreachable!("it never ends"),
        () = begun.notified() => {}
    }
    let finishes = || one().sql("0002_hang", "CREATE TABLE half (x INT)");
    if database.backend() == Backend::Mysql {
        let text = refusal(finishes(), &db).await;
        assert!(
            text.starts_with("the migration `0002_hang` began at "),
            "{text}"
        );
    } else {
        assert_eq!(finishes().run(&db).await?, ["0002_hang"]);
    }
    Ok(())
}

async fn an_interrupted_idempotent_step_runs_again(db: Database) -> Result {
    let with = |text: &'static str| one().idempotent_sql("0002_add.sql", text);
    let half = "CREATE TABLE IF NOT EXISTS half (x INT)";
    let broken = "CREATE TABLE IF NOT EXISTS half (x INT); INSERT INTO nowhere VALUES (1);";
    for _ in 0..2 {
        let text = refusal(with(broken), &db).await;
        assert!(
            text.starts_with("the migration `0002_add.sql` failed: "),
            "{text}"
        );
    }
    assert_eq!(with(half).run(&db).await?, ["0002_add.sql"]);
    // A finished step does not run again, and must not be changed.
    assert_eq!(with(half).run(&db).await?, [""; 0]);
    let text = refusal(with(broken), &db).await;
    assert!(text.contains("was changed after it ran"), "{text}");
    Ok(())
}

/// With a step that detects a concurrent run.
fn alone(running: Arc<AtomicU32>) -> Migrations {
    two().rust("0003_alone", move |tx| {
        let running = running.clone();
        Box::pin(async move {
            assert_eq!(running.fetch_add(1, Ordering::SeqCst), 0);
            let add = sql("INSERT INTO item VALUES ('b')").execute(tx).await;
            running.fetch_sub(1, Ordering::SeqCst);
            add.map(drop)
        })
    })
}

async fn runners_wait_for_each_other(database: TestDatabase) -> Result {
    let running = Arc::new(AtomicU32::new(0));
    let runner = |_| {
        let (url, running) = (database.url().to_owned(), running.clone());
        tokio::spawn(async move {
            let db = Database::connect(&url).await?;
            alone(running).run(&db).await
        })
    };
    let runners: Vec<_> = (0..4).map(runner).collect();
    let mut ran = Vec::new();
    for runner in runners {
        ran.append(&mut runner.await.expect("no runner panics")?);
    }
    ran.sort();
    assert_eq!(
        ran,
        ["0001_create_item.sql", "0002_add_a.sql", "0003_alone"]
    );
    Ok(())
}

async fn status_lists_what_ran_and_what_did_not(db: Database) -> Result {
    let fresh = two().status(&db).await?;
    assert!(
        fresh
            .iter()
            .all(|step| step.state == MigrationState::Pending)
    );
    assert!(items(&db).await.is_err(), "nothing was run");
    two().run(&db).await?;
    let other = Migrations::new()
        .sql("0001_create_item.sql", "another text")
        .sql("0002_add_a.sql", "INSERT INTO item VALUES ('a');\r\n")
        .sql("0003_new.sql", "");
    let lines: Vec<String> = other
        .status(&db)
        .await?
        .iter()
        .map(|step| step.to_string())
        .collect();
    assert!(
        lines[0].starts_with("0001_create_item.sql: changed after "),
        "{lines:?}"
    );
    assert!(
        lines[1].starts_with("0002_add_a.sql: applied at "),
        "{lines:?}"
    );
    assert_eq!(lines[2], "0003_new.sql: pending");
    let older = one().status(&db).await?;
    assert!(matches!(older[1].state, MigrationState::Unknown(_)));
    Ok(())
}

async fn a_folder_holds_steps(db: Database) -> Result {
    let folder = tempfile::tempdir().expect("the temporary folder is writable");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("the folder is writable");
    };
    write("0002_add_a.sql", "INSERT INTO item VALUES ('a');\n");
    write("0001_create_item.sql", CREATE);
    write("README.md", "not a step");
    let from_folder = || Migrations::from_folder(folder.path());
    assert_eq!(
        from_folder()?.run(&db).await?,
        ["0001_create_item.sql", "0002_add_a.sql"]
    );
    // The same steps, whichever way they are given.
    assert_eq!(two().run(&db).await?, [""; 0]);
    write("10_later.sql", "");
    assert!(
        refusal(from_folder()?, &db)
            .await
            .contains("migration 3 is missing")
    );
    assert!(Migrations::from_folder(folder.path().join("none")).is_err());
    Ok(())
}
