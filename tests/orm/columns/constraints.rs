//! What a table adds to an insert, and which inserts it refuses.

use youku_orm::{Database, Model, New, Timestamp, sql};
use youku_tests::{Result, both_databases};

both_databases![
    defaults_hold_for_hand_written_inserts,
    a_default_that_is_an_instant,
    a_length_bounds_characters,
    a_length_bounds_bytes,
    a_nul_does_not_hide_the_length,
    the_greatest_length_is_taken,
    an_update_obeys_the_length,
];

#[derive(Model, Debug, PartialEq)]
struct Defaulted {
    #[model(primary_key)]
    id: i64,
    #[model(default = r"it's a \ 100%")]
    text: String,
    #[model(default = -7)]
    number: i64,
    #[model(default = u64::MAX)]
    great: u64,
    #[model(default = 0.1)]
    float: f64,
    #[model(default = true)]
    flag: bool,
    #[model(default = None)]
    nothing: Option<i32>,
    #[model(default = "short", length = 9)]
    short: String,
}

#[derive(Model, Debug, PartialEq)]
struct Dated {
    #[model(primary_key)]
    id: i64,
    #[model(default = Timestamp::UNIX_EPOCH)]
    since: Timestamp,
}

#[derive(Model, Debug, PartialEq)]
struct Bounded {
    #[model(primary_key, auto)]
    id: i64,
    #[model(length = 3)]
    text: String,
    #[model(length = 3)]
    bytes: Vec<u8>,
}

#[derive(Model, Debug, PartialEq)]
struct Roomy {
    #[model(primary_key, auto)]
    id: i64,
    #[model(length = 16_383)]
    text: String,
}

async fn defaults_hold_for_hand_written_inserts(db: Database) -> Result {
    db.create_tables::<Defaulted>().await?;
    let through_the_model = NewDefaulted { id: 1 }.insert(&db).await?;
    sql("INSERT INTO defaulted (id) VALUES (2)")
        .execute(&db)
        .await?;
    let by_hand = Defaulted::get(&db, 2).await?;
    assert_eq!(
        by_hand,
        Defaulted {
            id: 2,
            ..through_the_model
        }
    );
    assert_eq!(by_hand.text, r"it's a \ 100%");
    Ok(())
}

async fn a_default_that_is_an_instant(db: Database) -> Result {
    db.create_tables::<Dated>().await?;
    let dated = NewDated { id: 1 }.insert(&db).await?;
    assert_eq!(Dated::get(&db, 1).await?, dated);
    assert_eq!(dated.since, Timestamp::UNIX_EPOCH);
    Ok(())
}

fn new(text: &str, bytes: &[u8]) -> NewBounded {
    NewBounded {
        text: text.to_owned(),
        bytes: bytes.to_vec(),
    }
}

async fn bounded(db: &Database, text: &str, bytes: &[u8]) -> youku_orm::Result<Bounded> {
    new(text, bytes).insert(db).await
}

async fn a_length_bounds_characters(db: Database) -> Result {
    db.create_tables::<Bounded>().await?;
    for text in ["", "abc", "日本語", "\u{1f600}\u{1f600}\u{1f600}"] {
        bounded(&db, text, b"").await?;
    }
    for text in ["abcd", "日本語x", "abc "] {
        let error = bounded(&db, text, b"")
            .await
            .expect_err("three characters are allowed");
        assert!(error.is_check_violation(), "{text:?}: {error}");
    }
    Ok(())
}

async fn a_length_bounds_bytes(db: Database) -> Result {
    db.create_tables::<Bounded>().await?;
    bounded(&db, "", &[0, 0xff, 0]).await?;
    let error = bounded(&db, "", &[0; 4])
        .await
        .expect_err("three bytes are allowed");
    assert!(error.is_check_violation(), "{error}");
    Ok(())
}

async fn a_nul_does_not_hide_the_length(db: Database) -> Result {
    db.create_tables::<Bounded>().await?;
    assert!(bounded(&db, "a\0bcd", b"").await.is_err());
    assert_eq!(bounded(&db, "a\0b", b"").await?.text, "a\0b");
    Ok(())
}

async fn the_greatest_length_is_taken(db: Database) -> Result {
    db.create_tables::<Roomy>().await?;
    let long = "\u{1f600}".repeat(16_383);
    let roomy = NewRoomy { text: long }.insert(&db).await?;
    assert_eq!(Roomy::get(&db, roomy.id).await?, roomy);
    Ok(())
}

async fn an_update_obeys_the_length(db: Database) -> Result {
    db.create_tables::<Bounded>().await?;
    let row = bounded(&db, "abc", b"abc").await?;
    for bad in ["abcd", "abc ", "a\0bc"] {
        let every = Bounded::query()
            .every_row()
            .set(Bounded::TEXT, bad)
            .update(&db)
            .await;
        assert!(
            every.is_err_and(|error| error.is_check_violation()),
            "{bad:?}"
        );
        let long = Bounded {
            text: bad.to_owned(),
            bytes: Vec::new(),
            ..row
        };
        assert!(
            long.update(&db)
                .await
                .is_err_and(|error| error.is_check_violation()),
            "{bad:?}"
        );
    }
    let long = Bounded::insert_many(&db, vec![new("", b""), new("", &[0; 4])]).await;
    assert!(long.is_err_and(|error| error.is_check_violation()));
    assert_eq!(Bounded::query().all(&db).await?, [row]);
    Ok(())
}
