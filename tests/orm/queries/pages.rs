//! Keyset pagination.

use std::collections::BTreeSet;

use youku_orm::{Cursor, Database, DatabaseKind, Id, Model, New, Value};
use youku_tests::{Result, both_databases};

use crate::models::{Person, people, person};

both_databases![
    pages_visit_every_row_once_in_order,
    pages_of_equal_rows_are_ordered_by_key,
    a_page_does_not_repeat_rows_when_others_come,
    a_cursor_can_be_written_as_text,
    a_cursor_of_text_and_time_can_be_written_as_text,
    a_cursor_of_another_order_is_refused,
    a_nullable_order_is_refused,
    a_query_with_its_own_limit_has_no_pages,
    an_index_serves_the_order_of_pages,
    an_index_is_forced,
    a_page_without_rows_is_refused,
    a_query_continues_after_a_cursor_and_ends_before_another,
    a_join_continues_after_a_cursor,
    a_query_after_a_cursor_of_another_order_is_refused,
    a_limit_in_front_of_a_cursor_is_refused,
];

/// Something that happened.
#[derive(Model, Debug, PartialEq)]
struct Event {
    #[model(primary_key, auto)]
    id: Id<Event>,
    #[model(index)]
    weight: i32,
    at: youku_orm::Timestamp,
}

/// A consequence of an event.
#[derive(Model)]
struct Sequel {
    #[model(primary_key, auto)]
    id: Id<Sequel>,
    event: Id<Event>,
}

/// Seventy events with ten different weights.
async fn events(db: &Database) -> Result {
    db.create_tables::<Event>().await?;
    let event = |number: i64| NewEvent {
        weight: i32::try_from(number % 10).unwrap(),
        at: youku_orm::Timestamp::from_second(number / 3).unwrap(),
    };
    Event::insert_many(db, (0..70).map(event).collect()).await?;
    Ok(())
}

async fn pages_visit_every_row_once_in_order(db: Database) -> Result {
    events(&db).await?;
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let query = Event::query().order_by(Event::WEIGHT.desc());
        let page = query.page(after, 8).all(&db).await?;
        assert!(page.rows.len() <= 8);
        seen.extend(page.rows.into_iter().map(|event| (event.weight, event.id)));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 70);
    assert!(seen.is_sorted_by(|left, right| left > right), "{seen:?}");
    Ok(())
}

async fn pages_of_equal_rows_are_ordered_by_key(db: Database) -> Result {
    events(&db).await?;
    let same = || Event::filter(Event::WEIGHT.eq(3)).order_by(Event::WEIGHT.asc());
    let first = same().page(None, 4).all(&db).await?;
    let second = same().page(first.next, 4).all(&db).await?;
    assert_eq!((first.rows.len(), second.rows.len()), (4, 3));
    assert_eq!(second.next, None);
    let ids: BTreeSet<_> = first
        .rows
        .iter()
        .chain(&second.rows)
        .map(|event| event.id)
        .collect();
    assert_eq!(ids.len(), 7);
    Ok(())
}

async fn a_page_does_not_repeat_rows_when_others_come(db: Database) -> Result {
    people(&db, &["b", "d", "f", "h"]).await?;
    let by_name = || Person::query().order_by(Person::NAME.asc());
    let first = by_name().page(None, 2).all(&db).await?;
    person("a", 1).insert(&db).await?;
    person("e", 1).insert(&db).await?;
    let second = by_name().page(first.next, 2).all(&db).await?;
    let names: Vec<_> = second
        .rows
        .iter()
        .map(|person| person.name.as_str())
        .collect();
    assert_eq!(names, ["e", "f"]);
    Ok(())
}

async fn a_cursor_can_be_written_as_text(db: Database) -> Result {
    events(&db).await?;
    let page = Event::query().page(None, 5).all(&db).await?;
    let text = page.next.unwrap().to_string();
    let cursor: Cursor<Event> = text.parse()?;
    let rest = Event::query().page(Some(cursor), 1000).all(&db).await?;
    assert_eq!(rest.rows.len(), 65);
    for broken in ["", "x1", "u", "u1.", "szz", "s0"] {
        assert!(broken.parse::<Cursor<Event>>().is_err(), "{broken}");
    }
    Ok(())
}

async fn a_cursor_of_text_and_time_can_be_written_as_text(db: Database) -> Result {
    people(&db, &["a.ä😀", "b", "c"]).await?;
    let by_name = || Person::query().order_by(Person::NAME.asc());
    let page = by_name().page(None, 1).all(&db).await?;
    let cursor = page.next.unwrap().to_string().parse()?;
    assert_eq!(
        by_name().page(Some(cursor), 9).all(&db).await?.rows.len(),
        2
    );

    events(&db).await?;
    let by_time = || Event::query().order_by(Event::AT.asc());
    let page = by_time().page(None, 30).all(&db).await?;
    let cursor = page.next.unwrap().to_string().parse()?;
    assert_eq!(
        by_time().page(Some(cursor), 99).all(&db).await?.rows.len(),
        40
    );
    Ok(())
}

async fn a_cursor_of_another_order_is_refused(db: Database) -> Result {
    events(&db).await?;
    let page = Event::query().page(None, 5).all(&db).await?;
    let other = Event::query().order_by(Event::AT.asc());
    let error = other.page(page.next, 5).all(&db).await.unwrap_err();
    assert!(
        error.to_string().contains("does not belong to this order"),
        "{error}"
    );
    Ok(())
}

async fn a_nullable_order_is_refused(db: Database) -> Result {
    people(&db, &["a"]).await?;
    let query = Person::query().order_by(Person::NICKNAME.asc());
    let error = query.page(None, 5).all(&db).await.unwrap_err();
    assert!(error.to_string().contains("take no NULL"), "{error}");
    Ok(())
}

async fn a_query_with_its_own_limit_has_no_pages(db: Database) -> Result {
    events(&db).await?;
    for limited in [Event::query().limit(3), Event::query().offset(3)] {
        let error = limited.page(None, 5).all(&db).await.unwrap_err();
        assert!(error.to_string().contains("its own limit"), "{error}");
    }
    Ok(())
}

async fn an_index_serves_the_order_of_pages(db: Database) -> Result {
    db.create_tables::<Event>().await?;
    let at = youku_orm::Timestamp::UNIX_EPOCH;
    let many = (0..3000).map(|weight| NewEvent { weight, at }).collect();
    Event::insert_many(&db, many).await?;
    let by_weight = || Event::query().order_by(Event::WEIGHT.asc());
    let first = by_weight().page(None, 50).all(&db).await?;
    let plan = by_weight().page(first.next, 50).explain(&db).await?;
    let seeks = plan.contains("event.weight.index");
    let sorts = plan.contains("filesort") || plan.contains("TEMP B-TREE");
    assert!(seeks && !sorts, "{plan}");
    Ok(())
}

/// Half of the rows are after each position, so a planner without a hint reads all of them.
async fn an_index_is_forced(db: Database) -> Result {
    db.create_tables::<(Event, Sequel)>().await?;
    let at = youku_orm::Timestamp::UNIX_EPOCH;
    let many = (0..3000).map(|weight| NewEvent { weight, at }).collect();
    Event::insert_many(&db, many).await?;
    let event = Event::filter(Event::WEIGHT.eq(1999)).one(&db).await?.id;
    NewSequel { event }.insert(&db).await?;
    let heavy = || Event::filter(Event::WEIGHT.ge(1500)).force_index("event.weight.index");
    let plan = heavy().explain(&db).await?;
    let by_force = db.kind() == DatabaseKind::Mysql;
    assert!(plan.contains("event.weight.index") || !by_force, "{plan}");

    assert_eq!(heavy().count(&db).await?, 1500);
    assert_eq!(heavy().limit(7).count(&db).await?, 7);
    assert!(heavy().exists(&db).await?);
    let weights = heavy().order_by(Event::WEIGHT.desc()).select(Event::WEIGHT);
    assert_eq!(weights.first(&db).await?, Some(2999));
    let sequels = heavy().join(Event::ID.on(Sequel::EVENT));
    assert_eq!(sequels.count(&db).await?, 1);
    assert_eq!(heavy().set(Event::WEIGHT, 0).update(&db).await?, 1500);
    assert_eq!(heavy().delete(&db).await?, 0);

    let none = Event::query().force_index("no`where").all(&db).await;
    assert_eq!(none.is_err(), by_force);
    Ok(())
}

async fn a_page_without_rows_is_refused(db: Database) -> Result {
    events(&db).await?;
    let error = Event::query().page(None, 0).all(&db).await.unwrap_err();
    assert!(error.to_string().contains("at least one row"), "{error}");
    Ok(())
}

async fn a_query_continues_after_a_cursor_and_ends_before_another(db: Database) -> Result {
    events(&db).await?;
    for descending in [false, true] {
        let all = || {
            Event::query().order_by(if descending {
                Event::WEIGHT.desc()
            } else {
                Event::WEIGHT.asc()
            })
        };
        let columns = (Event::WEIGHT, Event::ID);
        let rows = all().after(None)?.select(columns).all(&db).await?;
        let cursor = |(weight, id): (i32, Id<Event>)| {
            Cursor::from_values(vec![Value::I64(weight.into()), Value::U64(id.get())])
        };
        let between = all()
            .after(Some(cursor(rows[9])))?
            .before(cursor(rows[20]))?;
        let between = between.select(columns).all(&db).await?;
        assert_eq!(between, rows[10..20], "{descending}");
        let page = all().page(Some(cursor(rows[9])), 10).all(&db).await?;
        assert_eq!(page.next, Some(cursor(rows[19])));
    }
    Ok(())
}

async fn a_join_continues_after_a_cursor(db: Database) -> Result {
    events(&db).await?;
    db.create_tables::<Sequel>().await?;
    let sequel = |number: u64| NewSequel {
        event: Id::new(1 + number % 70),
    };
    Sequel::insert_many(&db, (0..90).map(sequel).collect()).await?;
    let newest = Sequel::query().order_by(Sequel::ID.desc());
    let newest = newest.after(Some(Cursor::from_values(vec![Value::U64(81)])))?;
    let joined = newest.join(Sequel::EVENT.on(Event::ID)).limit(2);
    let found = joined.select((Sequel::ID, Event::ID)).all(&db).await?;
    assert_eq!(
        found,
        [(Id::new(80), Id::new(10)), (Id::new(79), Id::new(9))]
    );
    Ok(())
}

async fn a_query_after_a_cursor_of_another_order_is_refused(db: Database) -> Result {
    events(&db).await?;
    let by_weight = || Event::query().order_by(Event::WEIGHT.asc());
    let of_ids = || Cursor::from_values(vec![Value::U64(1)]);
    assert!(by_weight().after(Some(of_ids())).is_err());
    assert!(by_weight().before(of_ids()).is_err());
    let text = vec![Value::Text("1".to_owned()), Value::U64(1)];
    assert!(by_weight().after(Some(Cursor::from_values(text))).is_err());
    Ok(())
}

/// The text names the method, so that the reader knows which call to move.
async fn a_limit_in_front_of_a_cursor_is_refused(db: Database) -> Result {
    events(&db).await?;
    let cursor = || Cursor::from_values(vec![Value::U64(1)]);
    for limited in [Event::query().limit(3), Event::query().offset(3)] {
        let after = limited.clone().after(Some(cursor())).map(drop);
        let after = after.expect_err("the limit came first").to_string();
        assert!(after.starts_with("call `after` before `limit`"), "{after}");
        let before = limited.before(cursor()).map(drop);
        let before = before.expect_err("the limit came first").to_string();
        assert!(
            before.starts_with("call `before` before `limit`"),
            "{before}"
        );
    }
    Ok(())
}
