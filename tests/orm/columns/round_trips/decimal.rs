//! Exact numbers.

use proptest::prelude::{Strategy, any};
use youku_orm::{Database, Decimal, sql};
use youku_tests::{Result, both_databases};

use super::round_trip;
use super::samples::sample;

both_databases![decimals, a_float_is_not_read_as_a_decimal];

round_trip!(decimals: Decimal, ordered, {
    let texts = [
        "0", "-0.0", "1.50", "1.5", "9", "10", "-9", "-10", "0.0000000000000000000000000001",
        "79228162514264337593543950335", "79228162514264337593543950334", "-79228162514264337593543950335",
        "7.9228162514264337593543950335", "7.9228162514264337593543950334", "19.99",
    ];
    let parts = (any::<i128>(), 32..127_u32, 0..=28_u32);
    let any_decimal = parts.prop_map(|(digits, shift, scale)| Decimal::from_i128_with_scale(digits >> shift, scale));
    sample(any_decimal, texts.map(|text| text.parse().unwrap()))
});

async fn a_float_is_not_read_as_a_decimal(db: Database) -> Result {
    let exact: Decimal = sql("SELECT 12").one(&db).await?;
    assert_eq!(exact, Decimal::from(12));
    let error = sql("SELECT 1.5e0")
        .one::<Decimal>(&db)
        .await
        .expect_err("it is a float");
    assert!(error.is_decode(), "{error}");
    let text = sql("SELECT ?").bind("twelve").one::<Decimal>(&db).await;
    let error = text.expect_err("it is not a number");
    assert!(
        error.is_decode() && !error.to_string().contains("twelve"),
        "{error}"
    );
    Ok(())
}
