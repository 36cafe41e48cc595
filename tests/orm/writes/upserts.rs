//! Inserts that change the existing row.

#[cfg(feature = "mysql")]
use std::sync::{Arc, Mutex};

use youku_orm::{Database, Model, New, Timestamp};
use youku_tests::{Result, both_databases, without_returning};

use crate::clubs::{Member, Seat, all, member, members, seat};

both_databases![
    a_new_row_is_inserted_by_an_upsert,
    only_named_columns_of_the_old_row_change,
    a_column_can_be_calculated_from_the_old_row,
    without_columns_the_old_row_is_returned,
    a_group_of_columns_is_a_target,
    a_chosen_key_is_a_target,
    many_rows_are_inserted_or_changed,
    a_row_given_twice_is_written_twice,
    more_rows_than_one_statement_holds,
    an_instant_finer_than_microseconds_is_a_target,
    a_version_is_counted_up,
];

without_returning![
    a_new_row_is_inserted_by_an_upsert,
    only_named_columns_of_the_old_row_change,
    a_column_can_be_calculated_from_the_old_row,
    without_columns_the_old_row_is_returned,
    a_group_of_columns_is_a_target,
    a_chosen_key_is_a_target,
    many_rows_are_inserted_or_changed,
    a_row_given_twice_is_written_twice,
    more_rows_than_one_statement_holds,
    an_instant_finer_than_microseconds_is_a_target,
    a_version_is_counted_up,
];

async fn a_new_row_is_inserted_by_an_upsert(db: Database) -> Result {
    members(&db).await?;
    let cid = Member::insert(member("Cid", "c@x", Some("3")))
        .on_conflict(Member::MAIL)
        .update(Member::NAME)
        .set(Member::VISITS, Member::VISITS + 1)
        .exec(&db)
        .await?;
    assert_eq!((cid.phone.as_deref(), cid.visits), (Some("3"), 1));
    assert_eq!(all(&db).await?.last(), Some(&cid));
    Ok(())
}

async fn only_named_columns_of_the_old_row_change(db: Database) -> Result {
    let before = members(&db).await?;
    let bob = Member::insert(member("Robert", "b@x", Some("2")))
        .set(Member::VISITS, 9)
        .on_conflict(Member::MAIL)
        .update((Member::NAME, Member::VISITS))
        .exec(&db)
        .await?;
    let expected = Member {
        name: "Robert".to_owned(),
        visits: 9,
        ..before[1].clone()
    };
    assert_eq!(bob, expected);
    assert_eq!(all(&db).await?, [before[0].clone(), expected]);
    Ok(())
}

async fn a_column_can_be_calculated_from_the_old_row(db: Database) -> Result {
    members(&db).await?;
    for visits in 2..5 {
        let ann = Member::insert(member("Ann", "a@x", None))
            .on_conflict(Member::MAIL)
            .set(Member::VISITS, Member::VISITS + 1)
            .set(Member::NOTE, "again")
            .exec(&db)
            .await?;
        assert_eq!((ann.visits, ann.note.as_deref()), (visits, Some("again")));
        assert_eq!(ann.phone.as_deref(), Some("1"));
    }
    Ok(())
}

async fn without_columns_the_old_row_is_returned(db: Database) -> Result {
    let before = members(&db).await?;
    let new = Member::insert(member("Anna", "a@x", Some("9"))).on_conflict(Member::MAIL);
    assert_eq!(new.exec(&db).await?, before[0]);
    let new = Member::insert(member("Cid", "c@x", None)).on_conflict(Member::MAIL);
    assert_eq!(new.exec(&db).await?.name, "Cid");
    assert_eq!(all(&db).await?[..2], before);
    Ok(())
}

async fn a_group_of_columns_is_a_target(db: Database) -> Result {
    members(&db).await?;
    seat("A1", 1, 1, 10).insert(&db).await?;
    let other = seat("A2", 1, 2, 10).insert(&db).await?;
    let changed = Seat::insert(seat("Z9", 1, 1, 99))
        .on_conflict((Seat::NUMBER, Seat::ROW))
        .update(Seat::PRICE)
        .exec(&db)
        .await?;
    assert_eq!((changed.code.as_str(), changed.price), ("A1", 99));
    assert_eq!(Seat::get(&db, "A1").await?, changed);
    assert_eq!(Seat::get(&db, "A2").await?, other);
    Ok(())
}

async fn a_chosen_key_is_a_target(db: Database) -> Result {
    members(&db).await?;
    seat("A1", 1, 1, 10).insert(&db).await?;
    let moved = Seat::insert(seat("A1", 7, 8, 10))
        .on_conflict(Seat::CODE)
        .update((Seat::ROW, Seat::NUMBER))
        .exec(&db)
        .await?;
    assert_eq!((moved.row, moved.number), (7, 8));
    assert_eq!(Seat::query().one(&db).await?, moved);
    Ok(())
}

async fn many_rows_are_inserted_or_changed(db: Database) -> Result {
    let before = members(&db).await?;
    let rows = vec![
        member("Cid", "c@x", None),
        member("Robert", "b@x", None),
        member("Dan", "d@x", None),
        member("Anna", "a@x", None),
    ];
    let written = Member::insert_rows(rows)
        .on_conflict(Member::MAIL)
        .update(Member::NAME)
        .exec(&db)
        .await?;
    let names: Vec<_> = written.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["Cid", "Robert", "Dan", "Anna"]);
    assert_eq!((written[1].id, written[3].id), (before[1].id, before[0].id));
    for row in &written {
        assert_eq!(Member::get(&db, row.id).await?, *row);
    }
    assert_eq!(Member::query().count(&db).await?, 4);
    Ok(())
}

async fn a_row_given_twice_is_written_twice(db: Database) -> Result {
    members(&db).await?;
    let rows = vec![member("One", "a@x", None), member("Two", "a@x", None)];
    let written = Member::insert_rows(rows)
        .on_conflict(Member::MAIL)
        .update(Member::NAME)
        .exec(&db)
        .await?;
    assert_eq!((written.len(), written[0].id), (2, written[1].id));
    assert_eq!(Member::get(&db, written[1].id).await?, written[1]);
    assert_eq!(written[1].name, "Two");
    Ok(())
}

async fn more_rows_than_one_statement_holds(db: Database) -> Result {
    members(&db).await?;
    let rows = |name: &str| -> Vec<_> {
        let mail = |number| format!("{number}@x");
        (0..9_000)
            .map(|number| member(name, &mail(number), None))
            .collect()
    };
    Member::insert_many(&db, rows("before")).await?;
    let written = Member::insert_rows(rows("after"))
        .on_conflict(Member::MAIL)
        .update(Member::NAME)
        .exec(&db)
        .await?;
    assert_eq!(written, all(&db).await?[2..]);
    assert!(written.iter().all(|row| row.name == "after"));
    Ok(())
}

async fn an_instant_finer_than_microseconds_is_a_target(db: Database) -> Result {
    #[derive(Model, Debug, PartialEq)]
    struct Event {
        #[model(primary_key, auto)]
        id: u64,
        #[model(unique)]
        at: Timestamp,
        text: String,
    }
    db.create_tables::<Event>().await?;
    let at: Timestamp = "2024-02-29T23:59:59.123456789Z".parse()?;
    for text in ["one", "two"] {
        let new = NewEvent {
            at,
            text: text.to_owned(),
        };
        let event = Event::insert(new)
            .on_conflict(Event::AT)
            .update(Event::TEXT);
        assert_eq!(event.exec(&db).await?.text, text);
    }
    assert_eq!(Event::query().count(&db).await?, 1);
    Ok(())
}

async fn a_version_is_counted_up(db: Database) -> Result {
    members(&db).await?;
    let upsert = |price| Seat::insert(seat("A1", 1, 1, price)).on_conflict(Seat::CODE);
    assert_eq!(upsert(1).update(Seat::PRICE).exec(&db).await?.version, 0);
    let second = upsert(2).update(Seat::PRICE).exec(&db).await?;
    assert_eq!((second.version, second.price), (1, 2));
    assert_eq!(upsert(3).exec(&db).await?, second);
    let third = Seat { price: 3, ..second }.update(&db).await?;
    assert_eq!(third.version, 2);
    Ok(())
}

/// Without `RETURNING` the row is read back, and no other program runs in between.
#[cfg(feature = "mysql")]
#[test]
fn a_row_is_read_back_in_the_same_transaction() {
    youku_tests::run_without_returning(async |db: Database| -> Result {
        members(&db).await?;
        let sent = Arc::new(Mutex::new(Vec::new()));
        let told = sent.clone();
        let db = db.on_statement(move |event| {
            let word = event.sql.split(' ').next().unwrap_or_default();
            told.lock().unwrap().push(word.to_owned());
        });
        let upsert = Member::insert(member("Anna", "a@x", None)).on_conflict(Member::MAIL);
        let anna = upsert.update(Member::NAME).exec(&db).await?;
        assert_eq!(anna.name, "Anna");
        assert_eq!(
            *sent.lock().unwrap(),
            ["BEGIN", "INSERT", "SELECT", "COMMIT"]
        );
        Ok(())
    });
}
