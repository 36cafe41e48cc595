//! UUIDs.

use proptest::prelude::{Strategy, any};
use youku_orm::{Database, Model, New, Uuid, sql};
use youku_tests::{Result, both_databases};

use super::round_trip;
use super::samples::sample;

both_databases![
    uuids,
    a_uuid_is_a_key,
    bytes_of_another_length_are_not_a_uuid
];

round_trip!(uuids: Uuid, ordered, {
    let extremes = [Uuid::nil(), Uuid::max(), Uuid::from_u128(1), Uuid::from_u128(1 << 64)];
    sample(any::<u128>().prop_map(Uuid::from_u128), extremes)
});

#[derive(Model, Debug, Clone, PartialEq)]
struct Parcel {
    #[model(primary_key)]
    number: Uuid,
    #[model(index)]
    sender: Option<Uuid>,
}

async fn a_uuid_is_a_key(db: Database) -> Result {
    db.create_tables::<Parcel>().await?;
    let number = Uuid::from_u128(7 << 100);
    let parcel = NewParcel {
        number,
        sender: Some(Uuid::max()),
    }
    .insert(&db)
    .await?;
    assert_eq!(Parcel::find(&db, number).await?, Some(parcel.clone()));
    let again = NewParcel {
        number,
        sender: None,
    }
    .insert(&db)
    .await;
    assert!(again.is_err_and(|error| error.is_unique_violation()));
    parcel.delete(&db).await?;
    assert_eq!(Parcel::find(&db, number).await?, None);
    Ok(())
}

async fn bytes_of_another_length_are_not_a_uuid(db: Database) -> Result {
    let error = sql("SELECT x'00'")
        .one::<Uuid>(&db)
        .await
        .expect_err("it is one byte");
    assert!(
        error.is_decode() && error.to_string().contains("16 bytes"),
        "{error}"
    );
    Ok(())
}
