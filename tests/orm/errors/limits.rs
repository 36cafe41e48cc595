//! Errors at a limit: of a packet, of a key's counter, of what a date can be.

use youku_orm::{Database, Id, Migrations, Model, New, Timestamp, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases, run};

both_databases![
    a_value_that_does_not_fit_the_packet_keeps_the_connection,
    a_key_counter_at_its_end_has_its_predicate,
    a_full_key_of_every_width_has_its_predicate,
    a_full_counter_is_not_a_full_disk,
];

#[derive(Model, Debug, PartialEq)]
struct Blob {
    #[model(primary_key, auto)]
    id: Id<Blob>,
    bytes: Vec<u8>,
}

fn blob(megabytes: usize) -> NewBlob {
    NewBlob {
        bytes: vec![7; megabytes << 20],
    }
}

/// SQLite takes a gigabyte; the server of the tests takes 8 MiB.
async fn a_value_that_does_not_fit_the_packet_keeps_the_connection(
    database: TestDatabase,
) -> Result {
    let db = Database::options().max_connections(1);
    let db = db.connect(database.url()).await?;
    db.create_tables::<Blob>().await?;
    let mut tx = db.begin().await?;
    let small = blob(1).insert(&mut tx).await?;
    for megabytes in [8, 9, 17] {
        let inserted = blob(megabytes).insert(&mut tx).await;
        if database.backend() == Backend::Mysql {
            let error = inserted.expect_err("the packet is too large");
            assert!(error.to_string().contains("max_allowed_packet"), "{error}");
            assert!(
                !error.is_unavailable() && !error.is_retryable() && !error.is_timeout(),
                "{error}"
            );
        } else {
            inserted?.delete(&mut tx).await?;
        }
    }
    // The transaction is still open.
    blob(2).insert(&mut tx).await?;
    tx.commit().await?;
    assert_eq!(Blob::get(&db, small.id).await?, small);
    assert_eq!(Blob::query().count(&db).await?, 2);
    Ok(())
}

#[derive(Model, Debug, PartialEq)]
struct Wide {
    #[model(primary_key, auto)]
    id: i64,
    name: String,
}

fn wide(name: &str) -> NewWide {
    NewWide {
        name: name.to_owned(),
    }
}

async fn a_key_counter_at_its_end_has_its_predicate(db: Database) -> Result {
    db.create_tables::<Wide>().await?;
    let last = Wide {
        id: i64::MAX,
        name: "last".to_owned(),
    };
    sql("INSERT INTO wide (id, name) VALUES (?, ?)")
        .bind(last.id)
        .bind("last")
        .execute(&db)
        .await?;
    let one = wide("more").insert(&db).await.unwrap_err();
    let many = Wide::insert_many(&db, vec![wide("a"), wide("b")])
        .await
        .unwrap_err();
    for error in [one, many] {
        assert!(error.is_key_exhausted(), "{error}");
        assert!(
            !error.is_unavailable() && !error.is_unique_violation(),
            "{error}"
        );
    }
    assert_eq!(Wide::query().all(&db).await?, [last]);
    Ok(())
}

async fn a_full_key_of_every_width_has_its_predicate(database: TestDatabase) -> Result {
    macro_rules! check {
        ($db:expr, $($key:ty, $greatest:expr;)+) => {$({
            #[derive(Model, Debug)]
            struct Full {
                #[model(primary_key, auto)]
                id: $key,
                number: i32,
            }
            let full = || NewFull { number: 1 };
            $db.create_tables::<Full>().await?;
            let fill = "INSERT INTO full (id, number) VALUES (?, 1)".replace("full", "`full`");
            sql(fill).bind($greatest).execute($db).await?;
            let one = full().insert($db).await.map(drop);
            let many = Full::insert_many($db, vec![full(), full()]).await.map(drop);
            let ignoring = Full::insert(full()).or_ignore().exec($db).await.map(drop);
            for refused in [one, many, ignoring] {
                let error = refused.expect_err(stringify!($key));
                assert!(error.is_key_exhausted(), "{}: {error}", stringify!($key));
            }
            assert_eq!(Full::query().count($db).await?, 1, stringify!($key));
            sql("DROP TABLE `full`").execute($db).await?;
        })+};
    }
    let db = &Database::connect(database.url()).await?;
    check! { db,
        i8, i8::MAX; u8, u8::MAX;
        i16, i16::MAX; u16, u16::MAX;
        i32, i32::MAX; u32, u32::MAX;
        i64, i64::MAX;
    }
    // SQLite counts with signed numbers.
    let greatest = match database.backend() {
        Backend::Mysql => u64::MAX,
        Backend::Sqlite | Backend::SqliteMemory => i64::MAX.unsigned_abs(),
    };
    check! { db, u64, greatest; Id<Full>, greatest; }
    Ok(())
}

/// A counter elsewhere in the database says nothing about the table that is written.
async fn a_full_counter_is_not_a_full_disk(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    db.create_tables::<(Wide, Blob)>().await?;
    // The greatest key of another table is taken.
    sql("INSERT INTO wide (id, name) VALUES (9223372036854775807, 'last')")
        .execute(&db)
        .await?;
    if database.backend() == Backend::Sqlite {
        let mut tx = db.begin().await?;
        sql("PRAGMA max_page_count = 40")
            .first::<i64>(&mut tx)
            .await?;
        let error = blob(1).insert(&mut tx).await.unwrap_err();
        assert!(
            error.is_unavailable() && !error.is_key_exhausted(),
            "{error}"
        );
    }
    blob(1).insert(&db).await?;
    Ok(())
}

#[derive(Model, Debug)]
#[model(table = "visit")]
struct Visit {
    #[model(primary_key)]
    id: i32,
    at: Timestamp,
}

#[cfg(feature = "mysql")]
#[test]
fn a_zero_date_is_named_with_what_to_do() {
    run(Backend::Mysql, async |db: Database| -> Result {
        db.create_tables::<Visit>().await?;
        for zero in ["0000-00-00", "2024-00-00", "2024-02-00"] {
            let mut tx = db.begin().await?;
            sql("SET sql_mode = ''").execute(&mut tx).await?;
            let insert = sql("REPLACE INTO visit (id, at) VALUES (1, ?)").bind(zero);
            insert.execute(&mut tx).await?;
            tx.commit().await?;
            let error = Visit::query().all(&db).await.unwrap_err();
            assert!(error.is_decode(), "{error}");
            let text = error.to_string();
            for part in ["`at`", zero, "NULL", "`Option`"] {
                assert!(text.contains(part), "{text} lacks {part}");
            }
        }
        Ok(())
    });
}

#[cfg(feature = "mysql")]
#[test]
fn a_url_without_a_database_cannot_be_migrated() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let (server, _) = database.url().rsplit_once('/').ok_or("a URL with a name")?;
        let db = Database::connect(server).await?;
        let step = Migrations::new().sql("0001_a.sql", "CREATE TABLE a (a INT);");
        let error = step.run(&db).await.unwrap_err();
        assert!(!error.is_retryable(), "{error}");
        assert!(error.to_string().contains("names no database"), "{error}");
        Ok(())
    });
}
