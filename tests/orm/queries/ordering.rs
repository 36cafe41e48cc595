//! Order, pages, and the three ways to read one row.

use youku_orm::{Database, Id, Model, New};
use youku_tests::{Result, both_databases};

use crate::models::{Person, names, people, person};

both_databases![
    all_reads_every_row,
    rows_come_in_either_order,
    text_is_ordered_by_code_point,
    null_comes_first_ascending_and_last_descending,
    a_second_order_decides_among_equals,
    limit_and_offset_select_a_page,
    an_offset_works_without_a_limit,
    the_greatest_limit_is_unlimited,
    first_is_the_first_of_the_order,
    first_of_nothing_is_none,
    first_keeps_to_the_page,
    one_is_the_only_row,
    one_without_a_row_is_not_found,
    one_of_two_is_too_many,
    one_keeps_to_the_page,
];

async fn all_reads_every_row(db: Database) -> Result {
    let inserted = people(&db, &["ann", "bob", "cid"]).await?;
    let mut found = Person::query().all(&db).await?;
    found.sort_by_key(|person| person.id);
    assert_eq!(found, inserted);
    Ok(())
}

async fn rows_come_in_either_order(db: Database) -> Result {
    people(&db, &["bob", "ann", "cid"]).await?;
    let up = Person::query()
        .order_by(Person::NAME.asc())
        .all(&db)
        .await?;
    assert_eq!(names(&up), ["ann", "bob", "cid"]);
    let down = Person::query()
        .order_by(Person::AGE.desc())
        .all(&db)
        .await?;
    assert_eq!(names(&down), ["cid", "ann", "bob"]);
    Ok(())
}

async fn text_is_ordered_by_code_point(db: Database) -> Result {
    people(
        &db,
        &["\u{1f600}", "b", "\u{ffff}", "á", "B", "a", "Z", "a ", "a!"],
    )
    .await?;
    let found = Person::query()
        .order_by(Person::NAME.asc())
        .all(&db)
        .await?;
    assert_eq!(
        names(&found),
        ["B", "Z", "a", "a ", "a!", "b", "á", "\u{ffff}", "\u{1f600}"]
    );
    Ok(())
}

async fn null_comes_first_ascending_and_last_descending(db: Database) -> Result {
    let mut people = people(&db, &["ann", "bob", "cid"]).await?;
    for (person, nickname) in people.iter_mut().zip([Some("x"), None, Some("y")]) {
        person.nickname = nickname.map(str::to_owned);
        person.update(&db).await?;
    }
    let up = Person::query()
        .order_by(Person::NICKNAME.asc())
        .all(&db)
        .await?;
    assert_eq!(names(&up), ["bob", "ann", "cid"]);
    let down = Person::query()
        .order_by(Person::NICKNAME.desc())
        .all(&db)
        .await?;
    assert_eq!(names(&down), ["cid", "ann", "bob"]);
    Ok(())
}

async fn a_second_order_decides_among_equals(db: Database) -> Result {
    people(&db, &[]).await?;
    for (name, age) in [("b", 1), ("c", 2), ("a", 1), ("d", 2)] {
        person(name, age).insert(&db).await?;
    }
    let query = Person::query()
        .order_by(Person::AGE.desc())
        .order_by(Person::NAME.asc());
    assert_eq!(names(&query.all(&db).await?), ["c", "d", "a", "b"]);
    Ok(())
}

async fn limit_and_offset_select_a_page(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid", "dee", "eve"]).await?;
    let query = Person::query().order_by(Person::ID.asc());
    assert_eq!(
        names(&query.clone().limit(2).all(&db).await?),
        ["ann", "bob"]
    );
    assert_eq!(
        names(&query.clone().limit(2).offset(2).all(&db).await?),
        ["cid", "dee"]
    );
    assert_eq!(
        names(&query.clone().offset(4).limit(2).all(&db).await?),
        ["eve"]
    );
    assert!(query.clone().limit(2).offset(5).all(&db).await?.is_empty());
    assert!(query.clone().limit(0).all(&db).await?.is_empty());
    let filtered = Person::filter(Person::AGE.ge(2))
        .order_by(Person::ID.asc())
        .limit(1);
    assert_eq!(names(&filtered.all(&db).await?), ["bob"]);
    Ok(())
}

async fn an_offset_works_without_a_limit(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid"]).await?;
    let query = Person::query().order_by(Person::ID.asc()).offset(1);
    assert_eq!(names(&query.all(&db).await?), ["bob", "cid"]);
    assert!(Person::query().offset(u64::MAX).all(&db).await?.is_empty());
    Ok(())
}

async fn the_greatest_limit_is_unlimited(db: Database) -> Result {
    people(&db, &["ann", "bob"]).await?;
    assert_eq!(Person::query().limit(u64::MAX).all(&db).await?.len(), 2);
    Ok(())
}

async fn first_is_the_first_of_the_order(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid"]).await?;
    let oldest = Person::query()
        .order_by(Person::AGE.desc())
        .first(&db)
        .await?;
    assert_eq!(oldest.map(|person| person.name), Some("cid".to_owned()));
    Ok(())
}

async fn first_of_nothing_is_none(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    assert_eq!(Person::filter(Person::AGE.gt(1)).first(&db).await?, None);
    Ok(())
}

async fn first_keeps_to_the_page(db: Database) -> Result {
    people(&db, &["ann", "bob"]).await?;
    let query = Person::query().order_by(Person::ID.asc());
    let second = query.clone().offset(1).first(&db).await?;
    assert_eq!(second.map(|person| person.id), Some(Id::new(2)));
    assert_eq!(query.limit(0).first(&db).await?, None);
    Ok(())
}

async fn one_is_the_only_row(db: Database) -> Result {
    people(&db, &["ann", "bob"]).await?;
    assert_eq!(
        Person::filter(Person::NAME.eq("bob")).one(&db).await?.age,
        2
    );
    Ok(())
}

async fn one_without_a_row_is_not_found(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let error = Person::filter(Person::AGE.eq(9))
        .one(&db)
        .await
        .expect_err("no person is nine");
    assert!(error.is_not_found() && !error.is_too_many_rows(), "{error}");
    Ok(())
}

async fn one_of_two_is_too_many(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid"]).await?;
    let error = Person::query().one(&db).await.expect_err("there are three");
    assert!(error.is_too_many_rows() && !error.is_not_found(), "{error}");
    assert!(
        error.to_string().contains("more than one row of `person`"),
        "{error}"
    );
    Ok(())
}

async fn one_keeps_to_the_page(db: Database) -> Result {
    people(&db, &["ann", "bob"]).await?;
    let oldest = Person::query()
        .order_by(Person::AGE.desc())
        .limit(1)
        .one(&db)
        .await?;
    assert_eq!(oldest.name, "bob");
    Ok(())
}
