//! Columns of SQLite whose times are rewritten in the spelling of this crate.

use youku_orm::civil::{Date, DateTime, Time};
use youku_orm::{Database, DatabaseKind, FindingKind, Model, Timestamp, sql};
use youku_tests::{Result, both_databases};

use super::{Event, write};

both_databases![
    a_column_is_converted,
    a_column_that_cannot_be_converted_stays_as_it_is,
    only_times_are_converted,
    a_key_that_is_a_day_is_converted,
    cells_of_other_types_are_converted_or_named,
    no_day_that_does_not_exist_is_taken_for_one,
    what_a_trigger_writes_again_is_an_error,
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

async fn a_key_that_is_a_day_is_converted(db: Database) -> Result {
    #[derive(Model, Debug, Clone, PartialEq)]
    struct Holiday {
        #[model(primary_key)]
        day: Date,
        since: Timestamp,
    }
    db.create_tables::<Holiday>().await?;
    let changed = if db.kind() == DatabaseKind::Sqlite {
        2
    } else {
        0
    };
    for day in ["2024-05-01 00:00:00", "2024-10-01T00:00:00"] {
        let insert = sql("INSERT INTO holiday (day, since) VALUES (?, '2000-01-02 03:04')");
        insert.bind(day).execute(&db).await?;
    }
    // The other column first: the keys cannot be read yet.
    assert_eq!(db.convert_times(Holiday::SINCE).await?, changed);
    assert_eq!(db.convert_times(Holiday::DAY).await?, changed);
    let days = Holiday::query()
        .order_by(Holiday::DAY.asc())
        .all(&db)
        .await?;
    assert_eq!(days.len(), 2);
    for day in days {
        assert_eq!(Holiday::get(&db, day.day).await?, day);
    }
    Ok(())
}

/// An integer or a float is not a time; the bytes of a text are.
async fn cells_of_other_types_are_converted_or_named(db: Database) -> Result {
    db.create_tables::<Event>().await?;
    if db.kind() == DatabaseKind::Mysql {
        assert_eq!(db.convert_times(Event::AT).await?, 0);
        return Ok(());
    }
    for (cell, shown) in [("1704196800", "1704196800"), ("2460311.5", "2460311.5")] {
        let insert = format!("INSERT INTO event (at) VALUES (CAST({cell} AS NUMERIC))");
        sql("DROP TABLE event").execute(&db).await?;
        sql("CREATE TABLE event (id INTEGER PRIMARY KEY, at)")
            .execute(&db)
            .await?;
        sql(insert).execute(&db).await?;
        let error = db.convert_times(Event::AT).await.expect_err("not a time");
        let named = format!("`{shown}` in `event`.`at`");
        assert!(
            error.is_decode() && error.to_string().contains(&named),
            "{error}"
        );
        sql("DELETE FROM event").execute(&db).await?;
    }
    sql("INSERT INTO event (at) VALUES (CAST('2024-01-02 03:04:05' AS BLOB))")
        .execute(&db)
        .await?;
    assert_eq!(db.convert_times(Event::AT).await?, 1);
    let at = Event::query().one(&db).await?.at;
    assert_eq!(at.to_string(), "2024-01-02T03:04:05Z");
    Ok(())
}

async fn no_day_that_does_not_exist_is_taken_for_one(db: Database) -> Result {
    db.create_tables::<Event>().await?;
    for wrong in ["2024-13-45 00:00:00.000000", "2024-02-30 00:00:00.000000"] {
        if write(&db, "event", wrong).await.is_err() {
            continue;
        }
        let error = db.convert_times(Event::AT).await.expect_err("no such day");
        assert!(error.to_string().contains(wrong), "{error}");
        let findings = db.check::<Event>().await?;
        assert!(
            findings
                .iter()
                .any(|finding| finding.kind == FindingKind::TimeText),
            "{findings}"
        );
        assert!(
            findings.to_string().contains("without a loss"),
            "{findings}"
        );
        sql("DELETE FROM event").execute(&db).await?;
    }
    Ok(())
}

async fn what_a_trigger_writes_again_is_an_error(db: Database) -> Result {
    db.create_tables::<Event>().await?;
    write(&db, "event", "2024-01-02 03:04:05").await?;
    if db.kind() == DatabaseKind::Mysql {
        assert_eq!(db.convert_times(Event::AT).await?, 0);
        return Ok(());
    }
    let back = "CREATE TRIGGER back AFTER UPDATE ON event \
                BEGIN UPDATE event SET at = datetime(NEW.at) WHERE id = NEW.id; END";
    sql(back).execute(&db).await?;
    let error = db
        .convert_times(Event::AT)
        .await
        .expect_err("it writes it again");
    assert!(
        error.to_string().contains("a trigger of `event`"),
        "{error}"
    );
    sql("DROP TRIGGER back").execute(&db).await?;
    assert_eq!(db.convert_times(Event::AT).await?, 1);
    Ok(())
}
