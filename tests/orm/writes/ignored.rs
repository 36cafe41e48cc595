//! Inserts that skip rows which exist already.

use youku_orm::{Database, Model, New, sql};
use youku_tests::{Result, both_databases, without_returning};

use crate::clubs::{Member, Seat, all, member, members, seat};

both_databases![
    a_free_row_is_inserted,
    a_taken_value_is_ignored,
    a_taken_key_is_ignored,
    no_other_error_is_ignored,
    of_many_the_free_rows_are_inserted,
    of_many_repeated_rows_the_first_is_inserted,
    an_error_among_many_inserts_nothing,
    ignoring_joins_a_transaction,
];

without_returning![
    a_free_row_is_inserted,
    a_taken_value_is_ignored,
    a_taken_key_is_ignored,
    no_other_error_is_ignored,
    of_many_the_free_rows_are_inserted,
    of_many_repeated_rows_the_first_is_inserted,
    an_error_among_many_inserts_nothing,
    ignoring_joins_a_transaction,
];

async fn a_free_row_is_inserted(db: Database) -> Result {
    members(&db).await?;
    let new = Member::insert(member("Cid", "c@x", None)).set(Member::VISITS, 7);
    let cid = new.or_ignore().exec(&db).await?.expect("nothing is taken");
    assert_eq!((cid.name.as_str(), cid.visits), ("Cid", 7));
    assert_eq!(Member::get(&db, cid.id).await?, cid);
    Ok(())
}

async fn a_taken_value_is_ignored(db: Database) -> Result {
    let before = members(&db).await?;
    for new in [member("Anna", "a@x", None), member("Cid", "c@x", Some("1"))] {
        assert_eq!(Member::insert(new).or_ignore().exec(&db).await?, None);
    }
    assert_eq!(all(&db).await?, before);
    Ok(())
}

async fn a_taken_key_is_ignored(db: Database) -> Result {
    members(&db).await?;
    let first = seat("A1", 1, 1, 10).insert(&db).await?;
    let second = Seat::insert(seat("A1", 2, 2, 20)).or_ignore();
    assert_eq!(second.exec(&db).await?, None);
    assert_eq!(Seat::query().all(&db).await?, [first]);
    Ok(())
}

async fn no_other_error_is_ignored(db: Database) -> Result {
    sql(
        "CREATE TABLE member (id BIGINT PRIMARY KEY, name VARCHAR(9) NOT NULL CHECK (name <> 'x'))",
    )
    .execute(&db)
    .await?;
    #[derive(Model, Debug)]
    #[model(table = "member")]
    struct Strict {
        #[model(primary_key)]
        id: i64,
        name: Option<String>,
    }
    for name in [None, Some("x".to_owned())] {
        let new = || NewStrict {
            id: 1,
            name: name.clone(),
        };
        let one = Strict::insert(new()).or_ignore().exec(&db).await;
        let error = one.expect_err("the table refuses the row");
        assert!(
            error.is_not_null_violation() || error.is_check_violation(),
            "{error}"
        );
        let many = Strict::insert_rows(vec![new()]).or_ignore().exec(&db).await;
        assert!(many.is_err());
    }
    assert!(!Strict::query().exists(&db).await?);
    Ok(())
}

async fn of_many_the_free_rows_are_inserted(db: Database) -> Result {
    members(&db).await?;
    let rows: Vec<_> = (0..50)
        .map(|number| match number % 7 {
            3 => member("taken", "a@x", None),
            _ => member("new", &format!("{number}@x"), None),
        })
        .collect();
    let inserted = Member::insert_rows(rows).or_ignore().exec(&db).await?;
    let mails: Vec<_> = inserted.iter().map(|row| row.mail.clone()).collect();
    let free = (0..50).filter(|number| number % 7 != 3);
    assert_eq!(
        mails,
        free.map(|number| format!("{number}@x")).collect::<Vec<_>>()
    );
    for row in &inserted {
        assert_eq!(Member::get(&db, row.id).await?, *row);
    }
    assert_eq!(Member::query().count(&db).await?, 2 + inserted.len() as u64);
    Ok(())
}

async fn of_many_repeated_rows_the_first_is_inserted(db: Database) -> Result {
    members(&db).await?;
    let rows = vec![member("Cid", "c@x", None), member("Carl", "c@x", None)];
    let inserted = Member::insert_rows(rows).or_ignore().exec(&db).await?;
    assert_eq!(inserted.len(), 1);
    assert_eq!(inserted[0].name, "Cid");
    let none = Member::insert_rows(Vec::new())
        .or_ignore()
        .exec(&db)
        .await?;
    assert_eq!(none, []);
    Ok(())
}

async fn an_error_among_many_inserts_nothing(db: Database) -> Result {
    let before = members(&db).await?;
    let long = "m".repeat(41);
    let rows = vec![member("Cid", "c@x", None), member("Dan", &long, None)];
    let error = Member::insert_rows(rows).or_ignore().exec(&db).await;
    assert!(error.is_err_and(|error| error.is_check_violation()));
    assert_eq!(all(&db).await?, before);
    Ok(())
}

async fn ignoring_joins_a_transaction(db: Database) -> Result {
    let before = members(&db).await?;
    let mut tx = db.begin().await?;
    let rows = vec![member("A", "a@x", None), member("C", "c@x", None)];
    let inserted = Member::insert_rows(rows).or_ignore().exec(&mut tx).await?;
    assert_eq!(inserted.len(), 1);
    assert_eq!(Member::query().count(&mut tx).await?, 3);
    tx.rollback().await?;
    assert_eq!(all(&db).await?, before);
    Ok(())
}
