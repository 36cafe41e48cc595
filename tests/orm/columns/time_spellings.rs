//! Days and times that something else wrote: what is read is also found, sorted and paged right, and any other spelling is an
//! error when it is read.

#[cfg(feature = "sqlite")]
mod conversion;

use std::fmt::Debug;

use youku_orm::civil::{Date, DateTime, Time};
use youku_orm::{Column, ColumnType, Database, DatabaseKind, FromRow, Id, Model, Timestamp, sql};
use youku_tests::{Result, both_databases};

both_databases![
    instants_that_are_read_are_found,
    moments_that_are_read_are_found,
    days_that_are_read_are_found,
    times_of_day_that_are_read_are_found,
    an_error_names_column_value_and_conversion,
    an_offset_is_never_dropped,
    an_offset_in_a_column_without_one_is_named,
];

/// A table with one time of type `T`.
struct Times<M: Model, T> {
    id: Column<M, Id<M>, youku_orm::PrimaryKey>,
    at: Column<M, T>,
    read: fn(&M) -> T,
}

impl<M, T> Times<M, T>
where
    M: Model<Key = Id<M>> + Debug + Clone + PartialEq + Sync,
    T: ColumnType + FromRow + Debug + Clone + PartialEq + PartialOrd,
{
    /// Stores each spelling among four values of the library's own and reads all of them.
    async fn check(self, db: &Database, own: [&str; 4], others: &[&str]) -> Result {
        db.create_tables::<M>().await?;
        for text in own {
            write(db, M::TABLE, text).await?;
        }
        self.are_found(db)
            .await?
            .expect("the spellings are the library's own");
        for text in others {
            if write(db, M::TABLE, text).await.is_err() {
                // MySQL knows no such spelling.
                continue;
            }
            if let Err(error) = self.are_found(db).await? {
                assert!(error.is_decode(), "{text}: {error}");
                assert_eq!(db.kind(), DatabaseKind::Sqlite, "{text}: {error}");
            }
            let last = M::query().select(self.id.max()).one(db).await?;
            let last = M::filter(self.id.eq(last.ok_or("there are rows")?));
            last.delete(db).await?;
        }
        Ok(())
    }

    /// Whatever is read is found by every comparison, in order, and page by page.
    async fn are_found(&self, db: &Database) -> Result<youku_orm::Result<()>> {
        let rows = match M::query().all(db).await {
            Ok(rows) => rows,
            Err(error) => return Ok(Err(error)),
        };
        let mut sorted: Vec<T> = rows.iter().map(self.read).collect();
        sorted.sort_by(|left, right| left.partial_cmp(right).expect("times have an order"));
        let same = |value: &T| sorted.iter().filter(|other| *other == value).count() as u64;
        for value in &sorted {
            let found = M::filter(self.at.eq(value)).count(db).await?;
            assert_eq!(found, same(value), "equal to {value:?}");
            let found = M::filter(self.at.in_([value])).count(db).await?;
            assert_eq!(found, same(value), "in a list with {value:?}");
            let found = M::filter(self.at.between(value, value)).count(db).await?;
            assert_eq!(found, same(value), "between {value:?}");
            let less = sorted.iter().filter(|other| *other < value).count() as u64;
            let found = M::filter(self.at.lt(value)).count(db).await?;
            assert_eq!(found, less, "less than {value:?}");
        }
        let (mut paged, mut after) = (Vec::new(), None);
        for _ in 0..=sorted.len() {
            let page = M::query()
                .order_by(self.at.asc())
                .page(after, 2)
                .all(db)
                .await?;
            paged.extend(page.rows.iter().map(self.read));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(paged, sorted, "page by page");
        Ok(Ok(()))
    }
}

async fn write(db: &Database, table: &str, text: &str) -> Result {
    let insert = format!("INSERT INTO {table} (at) VALUES (?)");
    sql(insert).bind(text).execute(db).await?;
    Ok(())
}

/// The spellings of SQLite's own functions, of RFC 3339, and of other libraries.
const OTHER_INSTANTS: [&str; 9] = [
    "2024-01-02 03:04:05",
    "2024-01-02 03:04:05.5",
    "2024-01-02 03:04",
    "2024-01-02",
    "2024-01-02T03:04:05.500000",
    "2024-01-02T03:04:05Z",
    "2024-01-02 03:04:05+02:00",
    "2024-01-02 03:04:05.123456+00:00",
    "2024-01-02 03:04:05.1234567",
];

const OWN_INSTANTS: [&str; 4] = [
    "2024-01-02 03:04:04.999999",
    "2024-01-02 03:04:05.000000",
    "2024-01-02 03:04:05.500000",
    "9999-01-02 00:00:00.000000",
];

/// A table with a column of this type, whose spellings are checked.
macro_rules! times {
    ($db:expr, $ty:ty, $own:expr, $others:expr) => {{
        #[derive(Model, Debug, Clone, PartialEq)]
        struct Event {
            #[model(primary_key, auto)]
            id: Id<Event>,
            at: $ty,
        }
        let times = Times {
            id: Event::ID,
            at: Event::AT,
            read: |event: &Event| event.at.clone(),
        };
        times.check($db, $own, &$others).await
    }};
}

async fn instants_that_are_read_are_found(db: Database) -> Result {
    times!(&db, Timestamp, OWN_INSTANTS, OTHER_INSTANTS)
}

async fn moments_that_are_read_are_found(db: Database) -> Result {
    times!(&db, DateTime, OWN_INSTANTS, OTHER_INSTANTS)
}

async fn days_that_are_read_are_found(db: Database) -> Result {
    let own = ["2024-01-02", "0001-01-01", "2024-01-01", "9999-12-31"];
    let others = [
        "2024-01-02 00:00:00",
        "2024-01-02T00:00:00Z",
        "20240102",
        "2024-1-2",
        "2024-01-02 00:00:00.000000",
    ];
    times!(&db, Date, own, others)
}

async fn times_of_day_that_are_read_are_found(db: Database) -> Result {
    let own = [
        "03:04:05.000000",
        "03:04:05.500000",
        "00:00:00.000000",
        "23:59:59.999999",
    ];
    let others = [
        "03:04:05",
        "03:04",
        "03:04:05.5",
        "T03:04:05",
        "03:04:05.123456789",
        "030405",
    ];
    times!(&db, Time, own, others)
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Event {
    #[model(primary_key, auto)]
    id: Id<Event>,
    at: Timestamp,
}

async fn an_error_names_column_value_and_conversion(db: Database) -> Result {
    db.create_tables::<Event>().await?;
    write(&db, "event", "2024-01-02 03:04:05").await?;
    let read = Event::query().all(&db).await;
    if db.kind() == DatabaseKind::Mysql {
        assert_eq!(read?.len(), 1);
        return Ok(());
    }
    let error = read
        .expect_err("SQLite's own spelling sorts differently")
        .to_string();
    for part in [
        "`at`",
        "`event`",
        "`2024-01-02 03:04:05`",
        "`Database::convert_times`",
    ] {
        assert!(error.contains(part), "no {part} in {error}");
    }
    Ok(())
}

async fn an_offset_is_never_dropped(db: Database) -> Result {
    db.create_tables::<Event>().await?;
    for text in [
        "2024-01-02 12:00:00+02:00",
        "2024-01-02 12:00:00.000000+02:00",
    ] {
        if write(&db, "event", text).await.is_err() {
            continue;
        }
        let ten = "2024-01-02T10:00:00Z".parse::<Timestamp>()?;
        for read in Event::query().all(&db).await.into_iter().flatten() {
            assert_eq!(read.at, ten, "{text}");
        }
    }
    Ok(())
}

/// The conversion that the error of an instant names would refuse the text.
async fn an_offset_in_a_column_without_one_is_named(db: Database) -> Result {
    #[derive(Model, Debug)]
    struct Plan {
        #[model(primary_key, auto)]
        id: Id<Plan>,
        at: DateTime,
    }
    db.create_tables::<Plan>().await?;
    let text = "2024-01-02 12:00:00.000000+02:00";
    if write(&db, "plan", text).await.is_err() || db.kind() == DatabaseKind::Mysql {
        return Ok(());
    }
    let error = Plan::query().all(&db).await.expect_err("it has an offset");
    for part in [text, "make the field a `Timestamp`"] {
        assert!(error.to_string().contains(part), "no {part} in {error}");
    }
    #[cfg(feature = "sqlite")]
    assert!(db.convert_times(Plan::AT).await.is_err());
    Ok(())
}
