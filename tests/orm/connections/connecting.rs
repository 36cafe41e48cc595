//! URLs and pools.

use youku_orm::{Database, Model, New, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases, run};

use crate::models::{Person, create, person};

both_databases![
    written_rows_survive_closing_the_database,
    many_tasks_share_a_pool,
    one_connection_is_enough,
    a_small_statement_cache_is_enough,
    statements_are_prepared_again_after_ddl,
    reads_run_while_a_transaction_is_open,
];

async fn written_rows_survive_closing_the_database(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    create(&db).await?;
    let ann = person("ann", 1).insert(&db).await?;
    db.close().await?;
    let db = Database::connect(database.url()).await?;
    assert_eq!(Person::query().all(&db).await?, [ann]);
    Ok(())
}

async fn many_tasks_share_a_pool(db: Database) -> Result {
    create(&db).await?;
    let tasks: Vec<_> = (0..40)
        .map(|number| {
            let db = db.clone();
            tokio::spawn(async move {
                let inserted = person(&format!("person {number}"), number)
                    .insert(&db)
                    .await?;
                Person::get(&db, inserted.id).await
            })
        })
        .collect();
    for (number, task) in (0..).zip(tasks) {
        assert_eq!(task.await??.age, number);
    }
    assert_eq!(Person::query().count(&db).await?, 40);
    Ok(())
}

async fn one_connection_is_enough(database: TestDatabase) -> Result {
    let db = Database::options()
        .max_connections(1)
        .connect(database.url())
        .await?;
    create(&db).await?;
    let inserts = (0..10).map(|age| {
        let db = db.clone();
        tokio::spawn(async move { person(&age.to_string(), age).insert(&db).await })
    });
    for insert in inserts.collect::<Vec<_>>() {
        insert.await??;
    }
    db.transaction(async |tx| Person::query().every_row().delete(tx).await)
        .await?;
    assert_eq!(Person::query().count(&db).await?, 0);
    Ok(())
}

async fn a_small_statement_cache_is_enough(database: TestDatabase) -> Result {
    for statements in [0, 1, 2] {
        let db = Database::options()
            .statement_cache(statements)
            .connect(database.url())
            .await?;
        create(&db).await?;
        for round in 0..3 {
            let ann = person(&format!("{statements}/{round}"), round)
                .insert(&db)
                .await?;
            assert_eq!(Person::get(&db, ann.id).await?, ann);
            assert_eq!(Person::filter(Person::AGE.eq(round)).delete(&db).await?, 1);
        }
    }
    Ok(())
}

async fn statements_are_prepared_again_after_ddl(db: Database) -> Result {
    create(&db).await?;
    let ann = person("ann", 1).insert(&db).await?;
    assert_eq!(Person::query().all(&db).await?, [ann]);
    for table in ["library_book", "person"] {
        sql(format!("DROP TABLE {table}")).execute(&db).await?;
    }
    assert!(
        Person::query()
            .all(&db)
            .await
            .is_err_and(|error| error.is_schema())
    );
    create(&db).await?;
    let bob = person("bob", 2).insert(&db).await?;
    assert_eq!(Person::query().all(&db).await?, [bob]);
    Ok(())
}

async fn reads_run_while_a_transaction_is_open(db: Database) -> Result {
    create(&db).await?;
    let ann = person("ann", 1).insert(&db).await?;
    let mut tx = db.begin().await?;
    ann.delete(&mut tx).await?;
    assert_eq!(
        Person::query().count(&db).await?,
        1,
        "the delete is not committed"
    );
    tx.commit().await?;
    assert_eq!(Person::query().count(&db).await?, 0);
    Ok(())
}

pub(crate) async fn refused(url: &str) -> String {
    Database::connect(url)
        .await
        .expect_err("the URL cannot work")
        .to_string()
}

#[tokio::test]
async fn a_url_that_names_no_database_is_refused() {
    for url in [
        "",
        "youku.db",
        "postgres://localhost/x",
        "sqlite",
        "mysqlx://a/b",
        "SQLITE:x",
    ] {
        let text = refused(url).await;
        assert!(
            text.contains("must begin with `sqlite:` or `mysql://`"),
            "{url}: {text}"
        );
    }
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_misspelt_database_in_memory_makes_no_file() {
    for url in [
        "sqlite::memory",
        "sqlite:memory:",
        "sqlite:::memory:",
        "sqlite::MEMORY:",
        "sqlite://:memory:",
        "sqlite:///:memory:",
        "sqlite:file::memory:",
    ] {
        let text = refused(url).await;
        assert!(text.contains("write `sqlite::memory:`"), "{url}: {text}");
    }
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_misspelt_parameter_is_named() {
    let text = refused("sqlite:x.db?max_connections=1&busy_time_out=2").await;
    assert!(
        text.contains("`busy_time_out`") && text.contains("did you mean `busy_timeout`?"),
        "{text}"
    );
    let text = refused("sqlite::memory:?mode=memory").await;
    assert!(text.contains("`mode`"), "{text}");
}

#[test]
fn a_database_in_memory_does_everything() {
    run(Backend::SqliteMemory, async |db: Database| -> Result {
        create(&db).await?;
        let ann = person("ann", 1).insert(&db).await?;
        let other = Database::connect("sqlite::memory:").await?;
        assert!(
            Person::query().all(&other).await.is_err(),
            "another database is another"
        );
        db.transaction(async |tx| {
            person("bob", 2).insert(&mut *tx).await?;
            Person::get(tx, ann.id).await
        })
        .await?;
        let clone = db.clone();
        let counted = tokio::spawn(async move { Person::query().count(&clone).await });
        assert_eq!(counted.await??, 2);
        Ok(())
    });
}

#[cfg(feature = "mysql")]
#[test]
fn statements_are_prepared_once_a_connection() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let db = Database::options()
            .max_connections(1)
            .connect(database.url())
            .await?;
        create(&db).await?;
        let ann = person("ann", 1).insert(&db).await?;
        let prepared = async || {
            // Not SHOW, after which the connection is closed.
            let status = "SELECT variable_value FROM information_schema.session_status \
                          WHERE variable_name = 'COM_STMT_PREPARE'";
            let count: String = sql(status).one(&db).await?;
            Result::<u64>::Ok(count.parse()?)
        };
        Person::get(&db, ann.id).await?;
        let before = prepared().await?;
        for _ in 0..20 {
            Person::get(&db, ann.id).await?;
        }
        assert_eq!(prepared().await?, before);
        Ok(())
    });
}

#[cfg(feature = "mysql")]
#[test]
fn a_refused_password_is_not_in_the_error() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let url = database.url().replace("root@", "root:hush@");
        let text = refused(&url).await;
        assert!(
            text.contains("Access denied") && !text.contains("hush"),
            "{text}"
        );
        Ok(())
    });
}

#[cfg(feature = "mysql")]
#[test]
fn an_existing_pool_is_used() {
    use mysql_async::{Opts, OptsBuilder, Pool, prelude::Queryable};

    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let builder = || Opts::from_url(database.url()).map(OptsBuilder::from_opts);
        let refused = Database::options()
            .with_mysql_pool(Pool::new(builder()?))
            .await;
        let text = refused
            .expect_err("it changes what does not fit")
            .to_string();
        assert!(text.contains("`mysql_options`"), "{text}");
        let uncached = youku_orm::mysql_options(builder()?.stmt_cache_size(0));
        let refused = Database::options()
            .with_mysql_pool(Pool::new(uncached))
            .await;
        let text = refused
            .expect_err("it never closes a statement")
            .to_string();
        assert!(text.contains("`stmt_cache_size`"), "{text}");

        let pool = Pool::new(youku_orm::mysql_options(builder()?));
        let db = Database::options().with_mysql_pool(pool.clone()).await?;
        create(&db).await?;
        let ann = person("ann", 1).insert(&db).await?;
        ann.update(&db).await?;
        let names: Vec<String> = pool
            .get_conn()
            .await?
            .query("SELECT name FROM person")
            .await?;
        assert_eq!(names, ["ann"]);
        Ok(())
    });
}
