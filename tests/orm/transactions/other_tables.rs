//! One transaction over the tables of two handles to a pool.

use std::future::pending;

use tokio::sync::Notify;
use youku_orm::{Database, Id, Model, New, Result as OrmResult, Transaction, sql};
use youku_tests::{Result, TestDatabase, both_databases};

both_databases![
    rows_of_both_handles_are_committed_together,
    own_tables_are_back_after_an_error_and_after_a_dropped_closure,
    handle_to_another_pool_is_refused,
];

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shared_note")]
struct Note {
    #[model(primary_key, auto)]
    id: Id<Note>,
    #[model(length = 64)]
    text: String,
}

fn note(text: &str) -> NewNote {
    NewNote {
        text: text.to_owned(),
    }
}

/// The pool of a program, and the handle of a library to it.
async fn handles(database: &TestDatabase) -> Result<(Database, Database)> {
    let own = Database::connect(database.url()).await?;
    let library = own.with_table_prefix::<Note>("library_")?;
    own.create_tables::<Note>().await?;
    library.create_tables::<Note>().await?;
    Ok((own, library))
}

async fn texts(db: &Database) -> Result<Vec<String>> {
    Ok(Note::query()
        .order_by(Note::ID.asc())
        .select(Note::TEXT)
        .all(db)
        .await?)
}

async fn rows_of_both_handles_are_committed_together(database: TestDatabase) -> Result {
    let (own, library) = handles(&database).await?;
    let mut tx = own.begin().await?;
    note("own").insert(&mut tx).await?;
    let of_library = async |tx: &mut Transaction| -> OrmResult<()> {
        note("of the library").insert(&mut *tx).await?;
        let nested = async |tx: &mut Transaction| note("nested").insert(tx).await.map(drop);
        tx.nested(nested).await
    };
    tx.with_tables_of(&library, of_library).await?;
    note("own again").insert(&mut tx).await?;
    tx.rollback().await?;
    assert_eq!(
        (texts(&own).await?.len(), texts(&library).await?.len()),
        (0, 0)
    );
    let mut tx = own.begin().await?;
    note("own").insert(&mut tx).await?;
    tx.with_tables_of(&library, of_library).await?;
    note("own again").insert(&mut tx).await?;
    tx.commit().await?;
    assert_eq!(texts(&own).await?, ["own", "own again"]);
    assert_eq!(texts(&library).await?, ["of the library", "nested"]);
    Ok(())
}

async fn own_tables_are_back_after_an_error_and_after_a_dropped_closure(
    database: TestDatabase,
) -> Result {
    let (own, library) = handles(&database).await?;
    let mut tx = own.begin().await?;
    let fails = async |tx: &mut Transaction| -> OrmResult<()> {
        sql("SELECT 1 FROM a_table_that_is_missing")
            .one::<u64>(tx)
            .await
            .map(drop)
    };
    assert!(tx.with_tables_of(&library, fails).await.is_err());
    let inserted = Notify::new();
    let hangs = async |tx: &mut Transaction| -> OrmResult<()> {
        note("of the library").insert(tx).await?;
        inserted.notify_one();
        pending().await
    };
    tokio::select! {
        _ = tx.with_tables_of(&library, hangs) => return Err("it hangs".into()),
        () = inserted.notified() => {}
    }
    note("own").insert(&mut tx).await?;
    tx.commit().await?;
    assert_eq!(texts(&own).await?, ["own"]);
    assert_eq!(texts(&library).await?, ["of the library"]);
    Ok(())
}

async fn handle_to_another_pool_is_refused(database: TestDatabase) -> Result {
    let (own, _) = handles(&database).await?;
    let other = Database::connect(database.url()).await?;
    let mut tx = own.begin().await?;
    let never = async |_: &mut Transaction| -> OrmResult<()> { unreachable!("it is refused") };
    let error = tx
        .with_tables_of(&other, never)
        .await
        .expect_err("it is another pool");
    assert!(error.to_string().contains("another pool"), "{error}");
    note("own").insert(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}
