//! Columns of SQLite whose times are rewritten in the spelling of this crate.

use youku_orm::civil::{Date, DateTime, Time};
use youku_orm::{Database, DatabaseKind, Model, Timestamp, sql};
use youku_tests::{Result, both_databases};

use super::{Event, write};

both_databases![
    a_column_is_converted,
    a_column_that_cannot_be_converted_stays_as_it_is,
    only_times_are_converted,
];

/// Converts each kind of time, also where the values are unique and the key is a text.
async fn a_column_is_converted(db: Database) -> Result {
    #[derive(Model, Debug, Clone, PartialEq)]
    struct Shift {
        #[model(primary_key, length = 9)]
        name: String,
        #[model(unique)]
        start: Timestamp,
        planned: DateTime,
        day: Date,
        noon: Option<Time>,
    }
    db.create_tables::<Shift>().await?;
    let insert = "INSERT INTO shift (name, start, planned, day, noon) VALUES (?, ?, ?, ?, ?)";
    let own = [
        "own",
        "2024-01-02 03:04:05.000000",
        "2024-01-02 00:00:00.000000",
        "2024-01-02",
        "12:00:00.000000",
    ];
    let other = [
        "other",
        "2024-01-02T03:04:06.5+02:00",
        "2024-01-02",
        "2024-01-02 00:00:00",
        "12:00",
    ];
    let is_sqlite = db.kind() == DatabaseKind::Sqlite;
    for row in [own, other].into_iter().take(if is_sqlite { 2 } else { 1 }) {
        let insert = row.iter().fold(sql(insert), |sql, value| sql.bind(*value));
        insert.execute(&db).await?;
    }
    let changed = u64::from(is_sqlite);
    assert_eq!(Shift::query().all(&db).await.is_err(), is_sqlite);
    assert_eq!(db.convert_times(Shift::START).await?, changed);
    assert_eq!(db.convert_times(Shift::PLANNED).await?, changed);
    assert_eq!(db.convert_times(Shift::DAY).await?, changed);
    assert_eq!(db.convert_times(Shift::NOON).await?, changed);
    let shifts = Shift::query().order_by(Shift::START.asc()).all(&db).await?;
    let start = shifts[0].start;
    assert_eq!(
        start.to_string(),
        if is_sqlite {
            "2024-01-02T01:04:06.5Z"
        } else {
            "2024-01-02T03:04:05Z"
        }
    );
    for shift in &shifts {
        assert_eq!(
            Shift::filter(Shift::START.eq(shift.start)).one(&db).await?,
            *shift
        );
        assert_eq!(shift.day.to_string(), "2024-01-02");
        assert_eq!(shift.planned, shift.day.into());
        assert_eq!(shift.noon.map(|noon| noon.hour()), Some(12));
    }
    assert_eq!(db.convert_times(Shift::START).await?, 0);
    Ok(())
}

async fn a_column_that_cannot_be_converted_stays_as_it_is(db: Database) -> Result {
    if db.kind() == DatabaseKind::Mysql {
        // It refuses such texts.
        return Ok(());
    }
    db.create_tables::<Event>().await?;
    write(&db, "event", "2024-01-02 03:04:05").await?;
    for wrong in ["yesterday", "1704196800"] {
        write(&db, "event", wrong).await?;
        let error = db.convert_times(Event::AT).await;
        let error = error.expect_err("this is not a time");
        assert!(error.is_decode(), "{error}");
        assert!(
            error
                .to_string()
                .contains(&format!("`{wrong}` in `event`.`at`")),
            "{error}"
        );
        let texts: Vec<String> = sql("SELECT at FROM event ORDER BY id").all(&db).await?;
        assert_eq!(texts, ["2024-01-02 03:04:05", wrong]);
        sql("DELETE FROM event WHERE at = ?")
            .bind(wrong)
            .execute(&db)
            .await?;
    }
    Ok(())
}

async fn only_times_are_converted(db: Database) -> Result {
    let refused = db.convert_times(crate::models::Person::AGE).await;
    let error = refused.expect_err("an age is not a time").to_string();
    assert!(
        error.contains("`person`.`age` holds neither days nor times"),
        "{error}"
    );
    Ok(())
}
