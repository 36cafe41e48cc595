//! Columns of types that this crate does not create: read right, or refused.

use youku_orm::{Database, DatabaseKind, Id, Model, sql};
use youku_tests::{Result, both_databases};

both_databases![bits_are_numbers, digits_in_a_text_are_no_number];

/// On MySQL the bits arrive as bytes: 49 is the digit `1`.
async fn bits_are_numbers(db: Database) -> Result {
    #[derive(Model, Debug, PartialEq)]
    struct Switches {
        #[model(primary_key)]
        id: Id<Switches>,
        bits: u16,
        is_on: bool,
    }
    let table = match db.kind() {
        DatabaseKind::Sqlite => {
            "CREATE TABLE switches (id INTEGER PRIMARY KEY, bits INTEGER NOT NULL, is_on INTEGER NOT NULL)"
        }
        _ => {
            "CREATE TABLE switches (id BIGINT UNSIGNED PRIMARY KEY, bits BIT(16) NOT NULL, is_on BIT(1) NOT NULL)"
        }
    };
    sql(table).execute(&db).await?;
    let numbers = [0, 1, 49, 57, 255, 0x3130, 0xffff];
    for (id, bits) in (0..).zip(numbers) {
        let new = NewSwitches {
            id: Id::new(id),
            bits,
            is_on: bits > 49,
        };
        let row = Switches::insert(new).exec(&db).await?;
        assert_eq!(Switches::get(&db, row.id).await?, row);
        let found = Switches::filter(Switches::BITS.eq(bits)).one(&db).await?;
        assert_eq!(found, row);
        let signed = sql("SELECT bits FROM switches WHERE id = ?").bind(id);
        assert_eq!(signed.one::<i64>(&db).await?, i64::from(bits));
    }
    let sorted = Switches::query().order_by(Switches::BITS.asc());
    let sorted = sorted.select(Switches::BITS).all(&db).await?;
    assert_eq!(sorted, numbers);
    if db.kind() == DatabaseKind::Mysql {
        let text = sql("SELECT bits FROM switches WHERE id = 2")
            .one::<String>(&db)
            .await;
        assert!(text.is_err_and(|error| error.is_decode()));
        let float = sql("SELECT bits FROM switches WHERE id = 2")
            .one::<f64>(&db)
            .await;
        assert!(float.is_err_and(|error| error.is_decode()));
    }
    Ok(())
}

/// A text sorts by its characters and compares with a number by its value, so pages over it would lose rows.
async fn digits_in_a_text_are_no_number(db: Database) -> Result {
    sql("CREATE TABLE parcel (id INTEGER PRIMARY KEY, weight VARCHAR(9) NOT NULL)")
        .execute(&db)
        .await?;
    sql("INSERT INTO parcel VALUES (1, '12')")
        .execute(&db)
        .await?;
    let weight = || sql("SELECT weight FROM parcel");
    assert!(
        weight()
            .one::<i64>(&db)
            .await
            .is_err_and(|error| error.is_decode())
    );
    assert!(
        weight()
            .one::<u8>(&db)
            .await
            .is_err_and(|error| error.is_decode())
    );
    assert!(
        weight()
            .one::<f64>(&db)
            .await
            .is_err_and(|error| error.is_decode())
    );
    assert_eq!(weight().one::<String>(&db).await?, "12");
    Ok(())
}
