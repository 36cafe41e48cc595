//! Changing and deleting the rows that a query matches.

use youku_orm::{Database, Model};
use youku_tests::{Result, both_databases};

use crate::models::{Person, Standing, names, people};

both_databases![
    a_filter_selects_the_rows_to_update,
    several_columns_change_at_once,
    a_column_can_be_set_to_null,
    rows_that_already_had_the_value_are_counted,
    every_row_is_updated_on_request,
    a_filter_selects_the_rows_to_delete,
    every_row_is_deleted_on_request,
    nothing_matches_nothing_changes,
    an_order_does_not_disturb_a_delete,
];

async fn a_filter_selects_the_rows_to_update(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid"]).await?;
    let changed = Person::filter(Person::AGE.ge(2))
        .set(Person::IS_ACTIVE, true)
        .update(&db)
        .await?;
    assert_eq!(changed, 2);
    let active = Person::filter(Person::IS_ACTIVE.eq(true)).order_by(Person::ID.asc());
    assert_eq!(names(&active.all(&db).await?), ["bob", "cid"]);
    Ok(())
}

async fn several_columns_change_at_once(db: Database) -> Result {
    let people = people(&db, &["ann", "bob"]).await?;
    let changed = Person::filter(Person::NAME.eq("ann"))
        .set(Person::AGE, 50)
        .set(Person::NICKNAME, "A")
        .set(Person::STANDING, Standing::LifeMember)
        .update(&db)
        .await?;
    assert_eq!(changed, 1);
    let expected = Person {
        age: 50,
        nickname: Some("A".to_owned()),
        standing: Standing::LifeMember,
        ..people[0].clone()
    };
    assert_eq!(Person::get(&db, people[0].id).await?, expected);
    assert_eq!(Person::get(&db, people[1].id).await?, people[1]);
    Ok(())
}

async fn a_column_can_be_set_to_null(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    Person::query()
        .every_row()
        .set(Person::NICKNAME, "A")
        .update(&db)
        .await?;
    assert_eq!(
        Person::filter(Person::NICKNAME.eq("A")).count(&db).await?,
        1
    );
    Person::query()
        .every_row()
        .set(Person::NICKNAME, None)
        .update(&db)
        .await?;
    assert_eq!(
        Person::filter(Person::NICKNAME.is_null())
            .count(&db)
            .await?,
        1
    );
    Ok(())
}

async fn rows_that_already_had_the_value_are_counted(db: Database) -> Result {
    people(&db, &["ann", "bob"]).await?;
    let changed = Person::filter(Person::AGE.le(2))
        .set(Person::IS_ACTIVE, false)
        .update(&db)
        .await?;
    assert_eq!(changed, 2);
    Ok(())
}

async fn every_row_is_updated_on_request(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid"]).await?;
    assert_eq!(
        Person::query()
            .every_row()
            .set(Person::AGE, 7)
            .update(&db)
            .await?,
        3
    );
    assert_eq!(Person::filter(Person::AGE.eq(7)).count(&db).await?, 3);
    Ok(())
}

async fn a_filter_selects_the_rows_to_delete(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid"]).await?;
    assert_eq!(Person::filter(Person::NAME.ne("bob")).delete(&db).await?, 2);
    assert_eq!(names(&Person::query().all(&db).await?), ["bob"]);
    Ok(())
}

async fn every_row_is_deleted_on_request(db: Database) -> Result {
    people(&db, &["ann", "bob"]).await?;
    assert_eq!(Person::query().every_row().delete(&db).await?, 2);
    assert!(!Person::query().exists(&db).await?);
    Ok(())
}

async fn nothing_matches_nothing_changes(db: Database) -> Result {
    let people = people(&db, &["ann"]).await?;
    let nobody = Person::filter(Person::AGE.eq(9));
    assert_eq!(nobody.clone().set(Person::AGE, 1).update(&db).await?, 0);
    assert_eq!(nobody.delete(&db).await?, 0);
    assert_eq!(Person::query().all(&db).await?, people);
    Ok(())
}

async fn an_order_does_not_disturb_a_delete(db: Database) -> Result {
    people(&db, &["ann", "bob"]).await?;
    assert_eq!(
        Person::filter(Person::AGE.ge(1))
            .order_by(Person::AGE.desc())
            .delete(&db)
            .await?,
        2
    );
    Ok(())
}
