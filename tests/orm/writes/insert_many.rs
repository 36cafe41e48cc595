//! Many rows in few statements.

use youku_orm::{Database, Id, Model, New};
use youku_tests::{Result, both_databases, without_returning};

use crate::models::{Book, NewPerson, Person, book, create, people, person};

both_databases![
    rows_are_returned_in_order_with_their_keys,
    rows_are_found_as_they_were_returned,
    without_rows_no_statement_is_sent,
    one_row_is_inserted,
    chosen_keys_are_kept,
    more_rows_than_one_statement_holds,
    more_bytes_than_one_packet_holds,
    one_bad_row_inserts_nothing,
    one_bad_row_in_a_later_statement_inserts_nothing,
    one_bad_row_in_a_later_statement_undoes_those_of_the_transaction,
    rows_join_an_open_transaction,
    rows_with_only_a_key,
    keys_are_right_while_another_writer_inserts,
    rows_are_only_counted,
    more_rows_than_one_statement_holds_are_counted,
    no_rows_are_counted_without_a_statement,
    one_bad_row_is_an_error_when_rows_are_only_counted,
    one_bad_row_in_a_later_statement_undoes_those_that_are_only_counted,
    rows_that_are_only_counted_join_an_open_transaction,
    rows_with_only_a_key_are_counted,
];

without_returning![
    rows_are_returned_in_order_with_their_keys,
    rows_are_found_as_they_were_returned,
    without_rows_no_statement_is_sent,
    one_row_is_inserted,
    chosen_keys_are_kept,
    more_rows_than_one_statement_holds,
    more_bytes_than_one_packet_holds,
    one_bad_row_inserts_nothing,
    one_bad_row_in_a_later_statement_inserts_nothing,
    one_bad_row_in_a_later_statement_undoes_those_of_the_transaction,
    rows_join_an_open_transaction,
    rows_with_only_a_key,
    keys_are_right_while_another_writer_inserts,
    rows_are_only_counted,
    more_rows_than_one_statement_holds_are_counted,
    no_rows_are_counted_without_a_statement,
    one_bad_row_is_an_error_when_rows_are_only_counted,
    one_bad_row_in_a_later_statement_undoes_those_that_are_only_counted,
    rows_that_are_only_counted_join_an_open_transaction,
    rows_with_only_a_key_are_counted,
];

#[derive(Model, Debug, PartialEq)]
struct Ticket {
    #[model(primary_key, auto)]
    number: u32,
}

fn crowd(size: i32) -> Vec<NewPerson> {
    (1..=size)
        .map(|number| person(&format!("person {number}"), number))
        .collect()
}

async fn rows_are_returned_in_order_with_their_keys(db: Database) -> Result {
    create(&db).await?;
    let inserted = Person::insert_many(&db, crowd(5)).await?;
    for (number, person) in (1..).zip(&inserted) {
        assert_eq!(person.id, Id::new(number));
        assert_eq!(person.name, format!("person {number}"));
    }
    assert_eq!(inserted.len(), 5);
    Ok(())
}

async fn rows_are_found_as_they_were_returned(db: Database) -> Result {
    people(&db, &["before"]).await?;
    let inserted = Person::insert_many(&db, crowd(20)).await?;
    let found = Person::filter(Person::NAME.ne("before"))
        .order_by(Person::ID.asc())
        .all(&db)
        .await?;
    assert_eq!(found, inserted);
    Ok(())
}

async fn without_rows_no_statement_is_sent(db: Database) -> Result {
    // The table does not exist, so a statement would fail.
    assert_eq!(Person::insert_many(&db, Vec::new()).await?, []);
    Ok(())
}

async fn one_row_is_inserted(db: Database) -> Result {
    create(&db).await?;
    let inserted = Person::insert_many(&db, crowd(1)).await?;
    assert_eq!(Person::query().all(&db).await?, inserted);
    Ok(())
}

async fn chosen_keys_are_kept(db: Database) -> Result {
    create(&db).await?;
    let inserted = Book::insert_many(&db, vec![book("b", "Dune"), book("a", "Emma")]).await?;
    let keys: Vec<_> = inserted.iter().map(|book| book.isbn.as_str()).collect();
    assert_eq!(keys, ["b", "a"]);
    assert_eq!(Book::get(&db, "a").await?.title, "Emma");
    Ok(())
}

/// A row has five values, and SQLite takes 32,766 of them.
async fn more_rows_than_one_statement_holds(db: Database) -> Result {
    create(&db).await?;
    let inserted = Person::insert_many(&db, crowd(15_000)).await?;
    assert_eq!(
        Person::query().order_by(Person::AGE.asc()).all(&db).await?,
        inserted
    );
    Ok(())
}

/// The test server accepts at most 8 MiB at once, and these rows are larger.
async fn more_bytes_than_one_packet_holds(db: Database) -> Result {
    #[derive(Model, Debug, PartialEq)]
    struct Blob {
        #[model(primary_key, auto)]
        id: u64,
        bytes: Vec<u8>,
    }
    db.create_tables::<Blob>().await?;
    let rows = (0..12).map(|byte| NewBlob {
        bytes: vec![byte; 1 << 20],
    });
    let inserted = Blob::insert_many(&db, rows.collect()).await?;
    let found = Blob::query().order_by(Blob::ID.asc()).all(&db).await?;
    assert!(found == inserted && found.len() == 12);
    Ok(())
}

async fn one_bad_row_inserts_nothing(db: Database) -> Result {
    people(&db, &["person 3"]).await?;
    let error = Person::insert_many(&db, crowd(5))
        .await
        .expect_err("the name is taken");
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(Person::query().count(&db).await?, 1);
    Ok(())
}

async fn one_bad_row_in_a_later_statement_inserts_nothing(db: Database) -> Result {
    people(&db, &["person 14999"]).await?;
    let error = Person::insert_many(&db, crowd(15_000))
        .await
        .expect_err("the name is taken");
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(Person::query().count(&db).await?, 1);
    Ok(())
}

async fn one_bad_row_in_a_later_statement_undoes_those_of_the_transaction(db: Database) -> Result {
    people(&db, &["person 14999"]).await?;
    let mut tx = db.begin().await?;
    let error = Person::insert_many(&mut tx, crowd(15_000))
        .await
        .expect_err("the name is taken");
    assert!(error.is_unique_violation(), "{error}");
    Person::insert_many(&mut tx, crowd(2)).await?;
    tx.commit().await?;
    assert_eq!(Person::query().count(&db).await?, 3);
    Ok(())
}

async fn rows_join_an_open_transaction(db: Database) -> Result {
    create(&db).await?;
    let mut tx = db.begin().await?;
    Person::insert_many(&mut tx, crowd(3)).await?;
    tx.rollback().await?;
    assert_eq!(Person::query().count(&db).await?, 0);
    Ok(())
}

async fn rows_with_only_a_key(db: Database) -> Result {
    db.create_tables::<Ticket>().await?;
    assert_eq!(NewTicket {}.insert(&db).await?, Ticket { number: 1 });
    let many = Ticket::insert_many(&db, vec![NewTicket {}, NewTicket {}, NewTicket {}]).await?;
    let numbers: Vec<u32> = many.iter().map(|ticket| ticket.number).collect();
    assert_eq!(numbers, [2, 3, 4]);
    Ok(())
}

async fn keys_are_right_while_another_writer_inserts(db: Database) -> Result {
    create(&db).await?;
    let batch = |who: i32| {
        (0..50)
            .map(|number| person(&format!("{who}/{number}"), who))
            .collect::<Vec<_>>()
    };
    let (one, two, three) = tokio::join!(
        Person::insert_many(&db, batch(1)),
        Person::insert_many(&db, batch(2)),
        Person::insert_many(&db, batch(3)),
    );
    for inserted in [one?, two?, three?].concat() {
        assert_eq!(Person::get(&db, inserted.id).await?, inserted);
    }
    Ok(())
}

async fn rows_are_only_counted(db: Database) -> Result {
    create(&db).await?;
    assert_eq!(Person::insert_rows(crowd(5)).execute(&db).await?, 5);
    let found = Person::query().order_by(Person::ID.asc()).all(&db).await?;
    let names: Vec<&str> = found.iter().map(|person| &*person.name).collect();
    let expected = ["person 1", "person 2", "person 3", "person 4", "person 5"];
    assert_eq!(names, expected);
    Ok(())
}

async fn more_rows_than_one_statement_holds_are_counted(db: Database) -> Result {
    create(&db).await?;
    let count = Person::insert_rows(crowd(15_000)).execute(&db).await?;
    assert_eq!(count, 15_000);
    assert_eq!(Person::query().count(&db).await?, 15_000);
    Ok(())
}

async fn no_rows_are_counted_without_a_statement(db: Database) -> Result {
    // The table does not exist, so a statement would fail.
    assert_eq!(Person::insert_rows(Vec::new()).execute(&db).await?, 0);
    Ok(())
}

async fn one_bad_row_is_an_error_when_rows_are_only_counted(db: Database) -> Result {
    people(&db, &["person 14999"]).await?;
    let error = Person::insert_rows(crowd(15_000))
        .execute(&db)
        .await
        .expect_err("the name is taken");
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(Person::query().count(&db).await?, 1);
    Ok(())
}

async fn one_bad_row_in_a_later_statement_undoes_those_that_are_only_counted(
    db: Database,
) -> Result {
    people(&db, &["person 14999"]).await?;
    let mut tx = db.begin().await?;
    let error = Person::insert_rows(crowd(15_000))
        .execute(&mut tx)
        .await
        .expect_err("the name is taken");
    assert!(error.is_unique_violation(), "{error}");
    Person::insert_rows(crowd(2)).execute(&mut tx).await?;
    tx.commit().await?;
    assert_eq!(Person::query().count(&db).await?, 3);
    Ok(())
}

async fn rows_that_are_only_counted_join_an_open_transaction(db: Database) -> Result {
    create(&db).await?;
    let mut tx = db.begin().await?;
    assert_eq!(Person::insert_rows(crowd(3)).execute(&mut tx).await?, 3);
    tx.rollback().await?;
    assert_eq!(Person::query().count(&db).await?, 0);
    Ok(())
}

async fn rows_with_only_a_key_are_counted(db: Database) -> Result {
    db.create_tables::<Ticket>().await?;
    let many = vec![NewTicket {}, NewTicket {}, NewTicket {}];
    assert_eq!(Ticket::insert_rows(many).execute(&db).await?, 3);
    assert_eq!(Ticket::query().count(&db).await?, 3);
    Ok(())
}
