//! Streams of rows.

use youku_orm::{Database, Id, Model};
use youku_tests::{Result, both_databases};

both_databases![
    a_stream_reads_every_row,
    a_stream_gives_an_error_and_ends,
    a_stream_gives_the_rows_before_one_that_does_not_fit,
    a_dropped_stream_returns_its_connection,
];

/// An item with a weight.
#[derive(Model, Debug, PartialEq)]
struct Parcel {
    #[model(primary_key, auto)]
    id: Id<Parcel>,
    weight: i32,
    note: Option<String>,
}

/// A parcel, in a struct whose author expects small weights.
#[derive(Model, Debug)]
#[model(table = "parcel")]
struct Letter {
    #[model(primary_key, auto)]
    id: Id<Letter>,
    weight: i8,
}

/// Parcels of these weights, in this order. Every third has a note.
async fn parcels(db: &Database, weights: std::ops::Range<i32>) -> Result<Vec<Parcel>> {
    db.create_tables::<Parcel>().await?;
    let parcel = |weight| NewParcel {
        weight,
        note: (weight % 3 == 0).then(|| format!("no. {weight}")),
    };
    Ok(Parcel::insert_many(db, weights.map(parcel).collect()).await?)
}

async fn a_stream_reads_every_row(db: Database) -> Result {
    let written = parcels(&db, 0..1000).await?;
    let in_order = Parcel::query().order_by(Parcel::ID.asc());
    let (mut stream, mut read) = (in_order.stream(&db).await?, Vec::new());
    while let Some(parcel) = stream.next().await {
        read.push(parcel?);
    }
    assert_eq!(read, written);
    assert!(stream.next().await.is_none());
    Ok(())
}

async fn a_stream_gives_an_error_and_ends(db: Database) -> Result {
    // MySQL refuses it before there is a stream.
    let error = match Parcel::query().stream(&db).await {
        Ok(mut stream) => {
            let error = stream.next().await.unwrap().unwrap_err();
            assert!(stream.next().await.is_none());
            error
        }
        Err(error) => error,
    };
    assert!(error.is_schema(), "{error}");
    assert!(error.sql().is_some());
    // Its connection is usable.
    parcels(&db, 0..1).await?;
    Ok(())
}

async fn a_stream_gives_the_rows_before_one_that_does_not_fit(db: Database) -> Result {
    // So that the last rows before it do not fill a chunk.
    parcels(&db, 5..1005).await?;
    let in_order = Letter::query().order_by(Letter::ID.asc());
    let mut letters = in_order.stream(&db).await?;
    for weight in 5..=127 {
        let letter = letters.next().await.transpose()?;
        assert_eq!(letter.map(|letter| letter.weight), Some(weight));
    }
    let error = letters.next().await.unwrap().unwrap_err();
    assert!(error.is_decode() && error.sql().is_some(), "{error}");
    assert!(letters.next().await.is_none());
    // Its connection is usable.
    assert_eq!(Parcel::query().count(&db).await?, 1000);
    Ok(())
}

async fn a_dropped_stream_returns_its_connection(db: Database) -> Result {
    parcels(&db, 0..3000).await?;
    // More streams than the pool has connections.
    for read in 0..25 {
        let mut stream = Parcel::query().stream(&db).await?;
        for _ in 0..read {
            assert!(stream.next().await.unwrap().is_ok());
        }
    }
    assert_eq!(Parcel::query().count(&db).await?, 3000);
    Ok(())
}

#[cfg(feature = "mysql")]
mod in_pieces {
    use std::future::poll_fn;
    use std::pin::pin;
    use std::time::Duration;

    use youku_orm::{Database, Model, New};
    use youku_tests::{Backend, Proxy, Result, TestDatabase, run};

    use super::{NewParcel, Parcel, parcels};

    /// The network may end a piece anywhere in a row, and the reader may stop waiting for the rest. The driver
    /// keeps what has arrived, but does not promise to.
    #[test]
    fn no_row_is_lost_when_the_reply_arrives_in_pieces() {
        run(Backend::Mysql, async |database: TestDatabase| -> Result {
            let proxy = Proxy::start(database.url()).await?;
            let options = Database::options().max_connections(1);
            let db = options.connect(proxy.url()).await?;
            let written = parcels(&db, 0..200).await?;
            let in_order = || Parcel::query().order_by(Parcel::ID.asc());
            let mut waits = 0;
            // The next bytes arrive only when the reader waits, so it is certain that it does.
            let mut wait = |ends: bool| {
                if !ends {
                    waits += 1;
                    proxy.allow(5);
                }
            };
            proxy.allow(0);
            let mut stream = pin!(in_order().stream(&db));
            let mut stream = poll_fn(|ctx| {
                let begun = stream.as_mut().poll(ctx);
                wait(begun.is_ready());
                begun
            })
            .await?;
            let mut read = Vec::new();
            // A new future for every poll, so that the previous one is dropped.
            while let Some(parcel) = poll_fn(|ctx| {
                let next = pin!(stream.next()).poll(ctx);
                wait(next.is_ready());
                next
            })
            .await
            {
                read.push(parcel?);
            }
            assert_eq!(read, written);
            assert!(waits > 200, "the reader waited {waits} times");
            proxy.restore();

            // Dropped in the middle of a row with a long note. The rows before it are much shorter than what may pass.
            let note = Some("x".repeat(50_000));
            NewParcel { weight: 200, note }.insert(&db).await?;
            proxy.allow(20_000);
            let mut stream = in_order().stream(&db).await?;
            for _ in 0..200 {
                assert!(stream.next().await.unwrap().is_ok());
            }
            let a_while = Duration::from_millis(50);
            let last = tokio::time::timeout(a_while, stream.next()).await;
            assert!(last.is_err(), "the last row was there as a whole");
            drop(stream);
            proxy.restore();
            assert_eq!(Parcel::query().count(&db).await?, 201);
            Ok(())
        });
    }
}
