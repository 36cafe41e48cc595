//! Upserts that must be refused.

use youku_orm::{Database, DatabaseKind, Id, Model, sql};
use youku_tests::{Result, TestDatabase, both_databases, without_returning};

use crate::clubs::{Member, Seat, all, member, members, seat};

both_databases![
    another_unique_value_is_refused,
    the_target_column_cannot_be_set,
    a_row_that_conflicts_with_two_is_not_lost,
    a_refused_row_among_many_writes_nothing,
    a_target_must_be_unique,
    a_target_must_not_be_null,
    neither_key_nor_version_can_be_changed,
    a_length_is_enforced,
    a_missing_unique_index_is_refused,
    an_index_that_another_program_drops_is_missed_once,
];

without_returning![
    another_unique_value_is_refused,
    the_target_column_cannot_be_set,
    a_row_that_conflicts_with_two_is_not_lost,
    a_refused_row_among_many_writes_nothing,
    a_target_must_be_unique,
    a_target_must_not_be_null,
    neither_key_nor_version_can_be_changed,
    a_length_is_enforced,
    a_missing_unique_index_is_refused,
    an_index_that_another_program_drops_is_missed_once,
];

async fn another_unique_value_is_refused(db: Database) -> Result {
    let before = members(&db).await?;
    let error = Member::insert(member("Cid", "c@x", Some("1")))
        .on_conflict(Member::MAIL)
        .update(Member::NAME)
        .set(Member::VISITS, Member::VISITS + 1)
        .exec(&db)
        .await
        .expect_err("Ann has this number");
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(all(&db).await?, before);
    Ok(())
}

async fn the_target_column_cannot_be_set(db: Database) -> Result {
    let before = members(&db).await?;
    let upsert = || Member::insert(member("Robert", "b@x", None)).on_conflict(Member::MAIL);
    let moved = upsert().set(Member::MAIL, "new@x").update(Member::NAME);
    let error = moved.exec(&db).await.expect_err("the row is found by it");
    assert!(
        error.to_string().contains("`mail` identifies the row"),
        "{error}"
    );
    let twice = upsert().update(Member::NAME).set(Member::NAME, "Rob");
    let error = twice.exec(&db).await.expect_err("which of the two?");
    assert!(error.to_string().contains("`name` is set twice"), "{error}");
    assert_eq!(all(&db).await?, before);
    Ok(())
}

/// MySQL checks only one of the two, possibly the wrong one, so the library refuses. SQLite changes the one that it is told.
async fn a_row_that_conflicts_with_two_is_not_lost(db: Database) -> Result {
    members(&db).await?;
    let bob = Member::filter(Member::MAIL.eq("b@x"));
    bob.set(Member::PHONE, "2").update(&db).await?;
    let before = all(&db).await?;
    let upsert = Member::insert(member("Robert", "a@x", Some("2"))).on_conflict(Member::PHONE);
    match upsert.update(Member::NAME).exec(&db).await {
        Ok(row) => {
            assert_eq!((row.name.as_str(), row.mail.as_str()), ("Robert", "b@x"));
            assert_eq!(all(&db).await?, [before[0].clone(), row]);
        }
        Err(error) => {
            assert!(error.is_unique_violation(), "{error}");
            assert_eq!(all(&db).await?, before);
        }
    }
    Ok(())
}

async fn a_refused_row_among_many_writes_nothing(db: Database) -> Result {
    let before = members(&db).await?;
    let rows = vec![
        member("Cid", "c@x", None),
        member("Bert", "b@x", None),
        member("Dan", "d@x", Some("1")),
    ];
    let refused = Member::insert_rows(rows)
        .on_conflict(Member::MAIL)
        .update(Member::NAME)
        .exec(&db)
        .await;
    assert!(refused.is_err_and(|error| error.is_unique_violation()));
    assert_eq!(all(&db).await?, before);
    Ok(())
}

async fn a_target_must_be_unique(db: Database) -> Result {
    // The table does not exist, so a statement would fail with a different error.
    let new = || Member::insert(member("Ann", "a@x", None));
    let seat = || Seat::insert(seat("A1", 1, 1, 10));
    for error in [
        new().on_conflict(Member::NAME).exec(&db).await.unwrap_err(),
        new()
            .on_conflict((Member::MAIL, Member::PHONE))
            .exec(&db)
            .await
            .unwrap_err(),
        seat().on_conflict(Seat::ROW).exec(&db).await.unwrap_err(),
        seat()
            .on_conflict((Seat::ROW, Seat::NUMBER, Seat::CODE))
            .exec(&db)
            .await
            .unwrap_err(),
    ] {
        assert!(
            error.to_string().contains("neither the key nor unique"),
            "{error}"
        );
    }
    let auto = new().on_conflict(Member::ID).exec(&db).await.unwrap_err();
    assert!(auto.to_string().contains("is an `auto` key"), "{auto}");
    Ok(())
}

async fn a_target_must_not_be_null(db: Database) -> Result {
    let new = Member::insert(member("Ann", "a@x", None)).on_conflict(Member::PHONE);
    let error = new.exec(&db).await.expect_err("no row has NULL in common");
    assert!(error.to_string().contains("`phone` is NULL"), "{error}");
    Ok(())
}

async fn neither_key_nor_version_can_be_changed(db: Database) -> Result {
    let new = || Seat::insert(seat("A1", 1, 1, 10)).on_conflict((Seat::ROW, Seat::NUMBER));
    let key = new().update(Seat::CODE).exec(&db).await.unwrap_err();
    assert!(
        key.to_string().contains("`code` is the primary key"),
        "{key}"
    );
    let version = new().update(Seat::VERSION).exec(&db).await.unwrap_err();
    assert!(version.to_string().contains("is its version"), "{version}");
    Ok(())
}

async fn a_length_is_enforced(db: Database) -> Result {
    let before = members(&db).await?;
    let new = || Member::insert(member("Ann", "a@x", None));
    let set = new()
        .on_conflict(Member::MAIL)
        .set(Member::NOTE, "too long");
    assert!(
        set.exec(&db)
            .await
            .is_err_and(|error| error.is_check_violation())
    );
    let new = new().set(Member::NOTE, "too long");
    let updated = new.on_conflict(Member::MAIL).update(Member::NOTE);
    assert!(
        updated
            .exec(&db)
            .await
            .is_err_and(|error| error.is_check_violation())
    );
    assert_eq!(all(&db).await?, before);
    Ok(())
}

#[derive(Model, Debug, PartialEq)]
struct Mark {
    #[model(primary_key, auto)]
    id: Id<Mark>,
    #[model(unique, length = 20)]
    word: String,
    uses: u32,
}

async fn upsert(db: &Database, uses: u32) -> youku_orm::Result<Mark> {
    let word = "x".to_owned();
    let upsert = Mark::insert(NewMark { word, uses }).on_conflict(Mark::WORD);
    upsert.update(Mark::USES).exec(db).await
}

/// The model says that the column is unique, and the table does not. It may have no unique index at all.
async fn a_missing_unique_index_is_refused(db: Database) -> Result {
    let keys = match db.kind() {
        DatabaseKind::Sqlite => vec!["INTEGER PRIMARY KEY AUTOINCREMENT"],
        _ => vec![
            "BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY",
            "BIGINT UNSIGNED AUTO_INCREMENT, KEY (id)",
        ],
    };
    for key in keys {
        let table = format!(
            "CREATE TABLE mark (word VARCHAR(20) NOT NULL, uses INT UNSIGNED NOT NULL, id {key})"
        );
        sql(table).execute(&db).await?;
        for _ in 0..2 {
            let error = upsert(&db, 1).await.expect_err("nothing is unique");
            assert!(error.is_schema(), "{error}");
        }
        assert_eq!(Mark::query().count(&db).await?, 0);
        sql("CREATE UNIQUE INDEX mark_word ON mark (word)")
            .execute(&db)
            .await?;
        let first = upsert(&db, 2).await?;
        let second = upsert(&db, 3).await?;
        assert_eq!((first.id, second.uses), (second.id, 3));
        assert_eq!(Mark::query().all(&db).await?, [second]);
        sql("DROP TABLE mark").execute(&db).await?;
    }
    Ok(())
}

/// Without RETURNING the second row is seen; MariaDB returns the one that it has written.
async fn an_index_that_another_program_drops_is_missed_once(database: TestDatabase) -> Result {
    let (db, other) = (
        Database::connect(database.url()).await?,
        Database::connect(database.url()).await?,
    );
    db.create_tables::<Mark>().await?;
    upsert(&db, 1).await?;
    let name: String = match db.kind() {
        DatabaseKind::Sqlite => {
            sql("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'mark'")
        }
        _ => sql("SELECT index_name FROM information_schema.statistics \
             WHERE table_schema = DATABASE() AND table_name = 'mark' AND column_name = 'word'"),
    }
    .one(&other)
    .await?;
    let drop = match db.kind() {
        DatabaseKind::Sqlite => format!("DROP INDEX `{name}`"),
        _ => format!("DROP INDEX `{name}` ON mark"),
    };
    sql(drop).execute(&other).await?;
    let missed = upsert(&db, 2).await;
    let before = Mark::query().count(&db).await?;
    if let Err(error) = missed {
        assert!(error.is_schema(), "{error}");
        let error = upsert(&db, 3).await.expect_err("nothing is unique");
        assert!(error.is_schema(), "{error}");
        assert_eq!(Mark::query().count(&db).await?, before);
    }
    Ok(())
}
