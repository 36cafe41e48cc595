//! A little of everything that the SQLite driver does, to be run with each end of the range of `rusqlite`.

use youku_orm::{Database, Decimal, Id, Model, New, Result, Synchronous, sql};

/// A row whose price sorts as a number.
#[derive(Model, Debug, Clone, PartialEq)]
struct Item {
    #[model(primary_key, auto)]
    id: Id<Item>,
    #[model(unique, length = 20)]
    name: String,
    price: Decimal,
}

fn item(number: i64) -> NewItem {
    NewItem {
        name: format!("item {number}"),
        price: Decimal::new(number, 1),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let file = std::env::temp_dir().join(format!("youku_smoke_{}.db", std::process::id()));
    let url = format!("sqlite:{}", file.display());
    for url in ["sqlite::memory:", &url] {
        let options = Database::options().synchronous(Synchronous::Normal);
        let db = options.connect(url).await?;
        db.create_tables::<Item>().await?;
        for number in 0..200 {
            item(number).insert(&db).await?;
        }
        let error = item(0).insert(&db).await.expect_err("the name is taken");
        assert!(error.is_unique_violation(), "{error}");
        let dearest = Item::query().order_by(Item::PRICE.desc()).first(&db).await?;
        assert_eq!(dearest.map(|item| item.price), Some(Decimal::new(199, 1)));
        let mut rows = Item::query().stream(&db).await?;
        let mut count = 0;
        while let Some(row) = rows.next().await {
            row?;
            count += 1;
        }
        assert_eq!(count, 200);
        sql("PRAGMA foreign_keys = OFF").execute(&db).await?;
        let mut tx = db.begin().await?;
        let kept = sql("SELECT foreign_keys FROM pragma_foreign_keys");
        assert!(kept.one::<bool>(&mut tx).await?);
        tx.commit().await?;
        let two = sql("SELECT 1; SELECT 2").all::<i64>(&db).await;
        assert!(two.is_err(), "the second statement would be lost");
        let by_name = sql("SELECT price, name, id FROM item LIMIT 1");
        by_name.one::<Item>(&db).await?;
        db.close().await?;
    }
    std::fs::remove_file(file).expect("the database is closed");
    Ok(())
}
