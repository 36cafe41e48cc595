//! Programs that start at once and bring the same database to the same schema.

use std::sync::Arc;

use tokio::sync::Barrier;
use youku_orm::{Database, Id, Model, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

both_databases![
    programs_that_start_at_once_all_sync,
    a_sync_that_adds_nothing_needs_no_lock,
];

#[derive(Model)]
struct Tree {
    #[model(primary_key, auto)]
    id: Id<Tree>,
    #[model(index, length = 20)]
    name: String,
    #[model(default = 1, index)]
    height: u32,
    wood: Option<Id<Wood>>,
}

#[derive(Model)]
struct Wood {
    #[model(primary_key, auto)]
    id: Id<Wood>,
    #[model(unique, length = 20)]
    name: String,
}

/// The table in its first version.
mod old {
    use youku_orm::{Id, Model};

    #[derive(Model)]
    pub(super) struct Tree {
        #[model(primary_key, auto)]
        id: Id<Tree>,
        #[model(length = 20)]
        name: String,
    }
}

const PROGRAMS: usize = 6;

async fn programs_that_start_at_once_all_sync(database: TestDatabase) -> Result {
    for _ in 0..3 {
        let db = Database::connect(database.url()).await?;
        db.create_tables::<old::Tree>().await?;
        let start = Arc::new(Barrier::new(PROGRAMS));
        let programs = (0..PROGRAMS).map(|_| {
            let (url, start) = (database.url().to_owned(), start.clone());
            tokio::spawn(async move {
                let db = Database::connect(&url).await?;
                start.wait().await;
                let plan = db.sync::<(Tree, Wood)>().await?;
                Ok::<_, youku_orm::Error>(plan.is_empty())
            })
        });
        let mut changed = 0;
        for program in programs.collect::<Vec<_>>() {
            changed += usize::from(!program.await??);
        }
        assert_eq!(
            changed, 1,
            "one adds what is missing, and the others find it"
        );
        assert!(db.check::<(Tree, Wood)>().await?.is_empty());
        for table in ["tree", "wood"] {
            sql(format!("DROP TABLE {table}")).execute(&db).await?;
        }
    }
    Ok(())
}

async fn a_sync_that_adds_nothing_needs_no_lock(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    db.create_tables::<(Tree, Wood)>().await?;
    // On SQLite it has the write lock.
    let mut tx = db.begin().await?;
    if database.backend() == Backend::Mysql {
        let lock = "SELECT GET_LOCK(CONCAT(MD5(DATABASE()), '.youku_orm.migrations'), 0)";
        assert_eq!(sql(lock).one::<i64>(&mut tx).await?, 1);
    }
    let options = Database::options().busy_timeout(std::time::Duration::from_millis(1));
    let other = options.connect(database.url()).await?;
    let sync = async { other.sync::<(Tree, Wood)>().await };
    let limit = std::time::Duration::from_secs(20);
    assert!(tokio::time::timeout(limit, sync).await??.is_empty());
    tx.commit().await?;
    Ok(())
}
