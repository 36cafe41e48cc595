//! What transactions see of each other, and what they lock.

use youku_orm::{Database, Isolation, Model, New, Transaction, TransactionOptions};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

use crate::models::{Person, names, people, person};

both_databases![
    a_read_only_transaction_refuses_to_write,
    a_read_only_transaction_sees_one_state,
    read_committed_sees_what_others_commit,
    repeatable_read_sees_one_state,
    serializable_keeps_what_it_read,
    rows_are_locked_until_the_transaction_ends,
    every_locking_read_locks,
    rows_are_locked_only_in_a_transaction,
    a_stream_locks_nothing,
];

/// Another program, which does not wait long for a lock.
async fn impatient(database: &TestDatabase) -> Result<Database> {
    let options = Database::options().max_connections(1);
    match database.backend() {
        #[cfg(feature = "mysql")]
        Backend::Mysql => {
            let url = mysql_async::Opts::from_url(database.url())?;
            let builder = mysql_async::OptsBuilder::from_opts(url);
            let builder = builder.setup(vec!["SET innodb_lock_wait_timeout = 1"]);
            let pool = mysql_async::Pool::new(youku_orm::mysql_options(builder));
            Ok(options.with_mysql_pool(pool).await?)
        }
        #[cfg(not(feature = "mysql"))]
        Backend::Mysql => unreachable!("this package is built without its feature `mysql`"),
        Backend::Sqlite | Backend::SqliteMemory => {
            let options = options.busy_timeout(std::time::Duration::from_millis(1));
            Ok(options.connect(database.url()).await?)
        }
    }
}

async fn begin(db: &Database, options: TransactionOptions) -> Result<Transaction> {
    Ok(db.begin_with(options).await?)
}

fn isolated(isolation: Isolation) -> TransactionOptions {
    TransactionOptions::default().isolation(isolation)
}

/// How many people a transaction counts before and after another connection has added one.
async fn counts(db: &Database, options: TransactionOptions) -> Result<(u64, u64)> {
    people(db, &["a"]).await?;
    let mut tx = begin(db, options).await?;
    let before = Person::query().count(&mut tx).await?;
    person("b", 1).insert(db).await?;
    let after = Person::query().count(&mut tx).await?;
    tx.commit().await?;
    assert_eq!(Person::query().count(db).await?, 2);
    Ok((before, after))
}

async fn a_read_only_transaction_refuses_to_write(db: Database) -> Result {
    people(&db, &["a"]).await?;
    let mut tx = begin(&db, TransactionOptions::default().read_only()).await?;
    assert_eq!(Person::query().count(&mut tx).await?, 1);
    let refused = person("b", 1).insert(&mut tx).await.unwrap_err();
    assert!(refused.is_read_only(), "{refused}");
    assert_eq!(
        Person::query().count(&mut tx).await?,
        1,
        "the transaction continues"
    );
    tx.rollback().await?;
    let everybody = Person::query().all(&db).await?;
    assert_eq!(names(&everybody), ["a"]);
    person("c", 1).insert(&db).await?;
    Ok(())
}

async fn a_read_only_transaction_sees_one_state(db: Database) -> Result {
    let options = isolated(Isolation::RepeatableRead).read_only();
    assert_eq!(counts(&db, options).await?, (1, 1));
    Ok(())
}

/// SQLite's transactions always behave as if they ran one after another.
async fn read_committed_sees_what_others_commit(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    let options = isolated(Isolation::ReadCommitted).read_only();
    let seen = match database.backend() {
        Backend::Mysql => 2,
        Backend::Sqlite | Backend::SqliteMemory => 1,
    };
    assert_eq!(counts(&db, options).await?, (1, seen));
    Ok(())
}

async fn repeatable_read_sees_one_state(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    let mut options = isolated(Isolation::RepeatableRead);
    // SQLite has one writing connection, and the transaction would take it from the other writer.
    options.read_only = database.backend() != Backend::Mysql;
    assert_eq!(counts(&db, options).await?, (1, 1));
    Ok(())
}

async fn serializable_keeps_what_it_read(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    people(&db, &["a"]).await?;
    let other = impatient(&database).await?;
    let everybody = || Person::query().every_row().set(Person::AGE, 9);

    let mut tx = begin(&db, isolated(Isolation::Serializable)).await?;
    assert_eq!(Person::query().all(&mut tx).await?.len(), 1);
    let refused = everybody().update(&other).await.unwrap_err();
    assert!(refused.is_retryable(), "{refused}");
    tx.commit().await?;
    assert_eq!(everybody().update(&other).await?, 1);
    Ok(())
}

async fn rows_are_locked_until_the_transaction_ends(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    people(&db, &["a"]).await?;
    let other = impatient(&database).await?;
    let ann = || Person::filter(Person::NAME.eq("a"));

    let mut tx = db.begin().await?;
    assert_eq!(ann().for_update().one(&mut tx).await?.name, "a");
    let refused = ann().set(Person::AGE, 9).update(&other).await.unwrap_err();
    assert!(refused.is_retryable(), "{refused}");
    tx.rollback().await?;
    assert_eq!(ann().set(Person::AGE, 9).update(&other).await?, 1);
    Ok(())
}

async fn every_locking_read_locks(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    people(&db, &["a", "b"]).await?;
    let other = impatient(&database).await?;
    let ann = || Person::filter(Person::NAME.eq("a"));
    for read in 0..3 {
        let mut tx = db.begin().await?;
        match read {
            0 => assert!(ann().for_update().exists(&mut tx).await?),
            1 => assert_eq!(ann().for_update().count(&mut tx).await?, 1),
            _ => assert_eq!(ann().for_update().limit(5).count(&mut tx).await?, 1),
        }
        let refused = ann().set(Person::AGE, 9).update(&other).await;
        assert!(refused.is_err_and(|error| error.is_retryable()), "{read}");
        tx.rollback().await?;
    }
    Ok(())
}

async fn rows_are_locked_only_in_a_transaction(db: Database) -> Result {
    people(&db, &["a"]).await?;
    // A statement that deletes rows locks them by itself.
    let nobody = || Person::filter(Person::NAME.eq("nobody")).for_update();
    assert_eq!(nobody().delete(&db).await?, 0);
    let mut tx = db.begin().await?;
    assert_eq!(nobody().delete(&mut tx).await?, 0);
    drop(tx);
    let locked = Person::filter(Person::NAME.eq("a")).for_update();
    let error = locked.one(&db).await.unwrap_err();
    assert!(error.to_string().contains("on a transaction"), "{error}");
    Ok(())
}

async fn a_stream_locks_nothing(db: Database) -> Result {
    people(&db, &["a"]).await?;
    let error = Person::query().for_update().stream(&db).await.unwrap_err();
    assert!(
        error.to_string().contains("a stream is not part of one"),
        "{error}"
    );
    Ok(())
}
