//! A pool after many rounds: every connection and every place is returned, each time.

use std::pin::pin;
use std::time::Duration;

use tokio::task::JoinSet;
use youku_orm::{Database, Model, New, TransactionOptions};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::models::{Person, create, person};

both_databases![
    every_round_has_all_connections,
    every_burst_of_statements_is_served,
];

/// The longest that a test waits.
const SOON: Duration = Duration::from_secs(60);

const CONNECTIONS: usize = 3;

async fn open(database: &TestDatabase) -> Result<Database> {
    let options = Database::options().max_connections(CONNECTIONS);
    let db = options.connect(database.url()).await?;
    create(&db).await?;
    Ok(db)
}

async fn every_round_has_all_connections(database: TestDatabase) -> Result {
    let db = open(&database).await?;
    let reads = || db.begin_with(TransactionOptions::default().read_only());
    for round in 0..4 {
        let mut open = Vec::new();
        for _ in 0..CONNECTIONS {
            let mut tx = tokio::time::timeout(SOON, reads()).await??;
            Person::query().count(&mut tx).await?;
            open.push(tx);
        }
        let mut next = pin!(reads());
        let a_while = Duration::from_millis(20);
        let early = tokio::time::timeout(a_while, &mut next).await;
        assert!(early.is_err(), "there are more connections than may be");
        // Each round returns it in a different way; in the end the others do too.
        let mut first = open.remove(0);
        match round {
            0 => first.commit().await?,
            1 => first.rollback().await?,
            2 => drop(first),
            _ => {
                let cut = youku_orm::sql("SELECT nothing FROM nowhere").execute(&mut first);
                assert!(cut.await.is_err());
                drop(first);
            }
        }
        tokio::time::timeout(SOON, next).await??.commit().await?;
        drop(open);
        let ann = person(&round.to_string(), round).insert(&db);
        tokio::time::timeout(SOON, ann).await??;
    }
    Ok(())
}

async fn every_burst_of_statements_is_served(database: TestDatabase) -> Result {
    let db = open(&database).await?;
    for burst in 1..=3 {
        let mut statements = JoinSet::new();
        for number in 0..20 {
            let db = db.clone();
            statements.spawn(async move {
                let inserted = person(&format!("{burst}/{number}"), number).insert(&db);
                let inserted = inserted.await?;
                Person::get(&db, inserted.id).await
            });
        }
        while let Some(read) = tokio::time::timeout(SOON, statements.join_next()).await? {
            read??;
        }
        assert_eq!(Person::query().count(&db).await?, 20 * burst);
    }
    Ok(())
}
