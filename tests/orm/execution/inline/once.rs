//! A write that was acknowledged once was executed once, however long it took.

use std::time::Duration;

use youku_orm::{Database, Id, Model, New, Synchronous, sql};

use super::{LONG, on_one_thread};

/// How much of the calling thread's time a statement may take. A cheap write needs a hundredth of it.
const BUDGET: Duration = Duration::from_millis(5);

/// A value whose check takes several times [`BUDGET`].
const DEAR: i64 = 30_000_000;

/// A row that takes as long to write as its `cost` says.
#[derive(Model, Debug, Clone, PartialEq)]
struct Item {
    #[model(primary_key, auto)]
    id: Id<Item>,
    #[model(unique, length = 20)]
    name: String,
    hits: i64,
    cost: i64,
    #[model(version)]
    version: u32,
}

/// A new row of that name.
fn item(name: &str, cost: i64) -> NewItem {
    NewItem {
        name: name.to_owned(),
        hits: 0,
        cost,
    }
}

/// A table whose CHECK first takes as long as `cost` says, in a single step, and then enough steps that SQLite calls the
/// progress handler. No step jumps back, where SQLite would call it in the middle of the statement, so it calls it at the end.
async fn create(db: &Database) -> youku_orm::Result<()> {
    let steps = " + hits".repeat(600);
    let table = format!(
        "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, hits INTEGER NOT NULL, \
         cost INTEGER NOT NULL, version INTEGER NOT NULL, CHECK (length(hex(zeroblob(cost))){steps} >= 0))"
    );
    sql(table).execute(db).await?;
    Ok(())
}

/// Runs the test on a database in a file and on one in memory.
#[expect(
    clippy::needless_pass_by_value,
    reason = "a closure is written in the call"
)]
fn on_both(test: impl AsyncFn(&Database) -> youku_orm::Result<()>) {
    on_one_thread(async |database| {
        let options = || {
            Database::options()
                .synchronous(Synchronous::Normal)
                .inline_budget(BUDGET)
        };
        for url in [database.url(), "sqlite::memory:"] {
            let db = options().connect(url).await?;
            create(&db).await?;
            // Enough runs that each text counts as short even if the machine is busy.
            for number in 0..8 {
                item(&format!("cheap {number}"), 0).insert(&db).await?;
            }
            test(&db).await?;
        }
        Ok(())
    });
}

async fn count(db: &Database, name: &str) -> youku_orm::Result<u64> {
    Item::filter(Item::NAME.eq(name)).count(db).await
}

#[test]
fn an_insert_over_its_budget_is_executed_once() {
    on_both(async |db| {
        let dear = item("dear", DEAR).insert(db).await?;
        assert_eq!(count(db, "dear").await?, 1);
        assert_eq!(Item::get(db, dear.id).await?, dear);
        assert_eq!(Item::query().count(db).await?, 9);
        Ok(())
    });
}

#[test]
fn an_insert_of_many_over_its_budget_is_executed_once() {
    on_both(async |db| {
        let rows = |kind: &str, costs: [i64; 3]| -> Vec<NewItem> {
            let named = |(number, cost)| item(&format!("{kind} {number}"), cost);
            (0..).zip(costs).map(named).collect()
        };
        for number in 0..8 {
            let rows = rows(&format!("few {number}"), [0; 3]);
            Item::insert_rows(rows).execute(db).await?;
        }
        let inserted = Item::insert_many(db, rows("dear", [0, 0, DEAR])).await?;
        assert_eq!(inserted.len(), 3);
        let counted = Item::insert_rows(rows("dearer", [0, 0, DEAR])).execute(db);
        assert_eq!(counted.await?, 3);
        assert_eq!(Item::query().count(db).await?, 8 + 8 * 3 + 3 + 3);
        Ok(())
    });
}

#[test]
fn a_versioned_update_over_its_budget_is_executed_once() {
    on_both(async |db| {
        let mut row = item("versioned", 0).insert(db).await?;
        for _ in 0..8 {
            row = row.update(db).await?;
        }
        row.cost = DEAR;
        let updated = row.update(db).await?;
        assert_eq!(updated.version, row.version + 1);
        assert_eq!(Item::get(db, row.id).await?, updated);
        Ok(())
    });
}

#[test]
fn an_update_by_expression_over_its_budget_is_executed_once() {
    on_both(async |db| {
        let row = item("counted", 0).insert(db).await?;
        let count_up = |cost: i64| {
            Item::filter(Item::ID.eq(row.id))
                .set(Item::HITS, Item::HITS + 1)
                .set(Item::COST, cost)
        };
        for _ in 0..8 {
            count_up(0).update(db).await?;
        }
        assert_eq!(count_up(DEAR).update(db).await?, 1);
        assert_eq!(Item::get(db, row.id).await?.hits, 9);
        Ok(())
    });
}

#[test]
fn an_upsert_over_its_budget_is_executed_once() {
    on_both(async |db| {
        let upsert = |cost: i64| {
            Item::insert(item("upserted", cost))
                .on_conflict(Item::NAME)
                .set(Item::HITS, Item::HITS + 1)
                .set(Item::COST, cost)
        };
        for _ in 0..8 {
            upsert(0).exec(db).await?;
        }
        assert_eq!(upsert(DEAR).exec(db).await?.hits, 8);
        assert_eq!(count(db, "upserted").await?, 1);
        Ok(())
    });
}

#[test]
fn a_delete_with_returning_over_its_budget_is_executed_once() {
    on_both(async |db| {
        let slow = "DELETE FROM item WHERE name = ? RETURNING length(hex(zeroblob(?)))";
        for number in 0..8 {
            let deleted: Vec<i64> = sql(slow)
                .bind(format!("cheap {number}"))
                .bind(0)
                .all(db)
                .await?;
            assert_eq!(deleted, [0]);
        }
        item("last", 0).insert(db).await?;
        let deleted: Vec<i64> = sql(slow).bind("last").bind(DEAR).all(db).await?;
        assert_eq!(deleted, [2 * DEAR]);
        assert_eq!(Item::query().count(db).await?, 0);
        Ok(())
    });
}

#[test]
fn a_write_over_its_budget_inside_a_transaction_is_executed_once() {
    on_both(async |db| {
        let mut tx = db.begin().await?;
        for number in 0..8 {
            item(&format!("inside {number}"), 0).insert(&mut tx).await?;
        }
        item("dear", DEAR).insert(&mut tx).await?;
        tx.commit().await?;
        assert_eq!(count(db, "dear").await?, 1);
        assert_eq!(Item::query().count(db).await?, 17);
        Ok(())
    });
}

/// `SQLITE_BUSY` comes before a write has an effect, so the write starts again on a thread and is executed once.
#[test]
fn a_write_that_meets_a_lock_is_executed_once() {
    on_one_thread(async |database| {
        let options = Database::options()
            .synchronous(Synchronous::Normal)
            .inline_budget(LONG)
            .busy_timeout(LONG);
        let db = options.clone().connect(database.url()).await?;
        create(&db).await?;
        for number in 0..3 {
            item(&format!("cheap {number}"), 0).insert(&db).await?;
        }
        // Like another process: only SQLite knows this lock.
        let other = options.connect(database.url()).await?;
        let mut lock = other.begin().await?;
        item("locked", 0).insert(&mut lock).await?;
        let insert = item("waiting", 0).insert(&db);
        let (inserted, released) = tokio::join!(insert, lock.commit());
        released?;
        assert_eq!(inserted?.name, "waiting");
        assert_eq!(count(&db, "waiting").await?, 1);
        assert_eq!(Item::query().count(&db).await?, 5);
        Ok(())
    });
}
