//! Inserting, reading, changing and deleting one row.

use youku_orm::{Database, Id, Model, New, Table};
use youku_tests::{Result, both_databases};

use crate::models::{Book, Person, Standing, book, create, people, person};

both_databases![
    an_inserted_row_is_returned_with_its_key_and_defaults,
    an_inserted_row_is_found_as_it_was_returned,
    a_set_column_replaces_its_default,
    a_set_column_replaces_the_value_of_new,
    an_auto_key_cannot_be_set,
    a_chosen_key_is_kept,
    a_missing_row_is_none,
    getting_a_missing_row_is_an_error,
    an_update_writes_every_column_of_one_row,
    an_update_without_changes_is_not_an_error,
    an_update_returns_the_row,
    updating_a_missing_row_is_an_error,
    only_changed_columns_are_written,
    without_changes_no_statement_is_sent,
    rows_with_different_keys_are_not_compared,
    changes_of_a_missing_row_are_an_error,
    changes_join_a_transaction,
    a_delete_removes_one_row,
    deleting_a_missing_row_is_an_error,
    keys_are_not_reused,
    find_takes_a_key_by_value_and_by_reference,
];

async fn an_inserted_row_is_returned_with_its_key_and_defaults(db: Database) -> Result {
    create(&db).await?;
    let ann = person("ann", 30).insert(&db).await?;
    let expected = Person {
        id: Id::new(1),
        name: "ann".to_owned(),
        age: 30,
        nickname: None,
        standing: Standing::Guest,
        is_active: false,
    };
    assert_eq!(ann, expected);
    let bob = person("bob", 31).insert(&db).await?;
    assert_eq!(bob.id, Id::new(2));
    Ok(())
}

async fn an_inserted_row_is_found_as_it_was_returned(db: Database) -> Result {
    create(&db).await?;
    let mut new = person("ann", -30);
    new.nickname = Some("Annie".to_owned());
    let ann = new.insert(&db).await?;
    assert_eq!(Person::find(&db, ann.id).await?, Some(ann));
    Ok(())
}

async fn a_set_column_replaces_its_default(db: Database) -> Result {
    create(&db).await?;
    let ann = Person::insert(person("ann", 30))
        .set(Person::STANDING, Standing::LifeMember)
        .set(Person::IS_ACTIVE, true)
        .exec(&db)
        .await?;
    assert_eq!((ann.standing, ann.is_active), (Standing::LifeMember, true));
    assert_eq!((ann.name.as_str(), ann.age), ("ann", 30));
    assert_eq!(Person::get(&db, ann.id).await?, ann);
    Ok(())
}

async fn a_set_column_replaces_the_value_of_new(db: Database) -> Result {
    create(&db).await?;
    let ann = Person::insert(person("ann", 30))
        .set(Person::NICKNAME, "Annie")
        .set(Person::AGE, 31)
        .exec(&db)
        .await?;
    assert_eq!((ann.nickname.as_deref(), ann.age), (Some("Annie"), 31));
    assert_eq!(Person::get(&db, ann.id).await?, ann);
    Ok(())
}

async fn an_auto_key_cannot_be_set(db: Database) -> Result {
    create(&db).await?;
    let refused = Person::insert(person("ann", 30))
        .set(Person::ID, Id::new(7))
        .exec(&db)
        .await;
    let text = refused.expect_err("the key is the database's").to_string();
    assert!(text.contains("`id` of `person` is an `auto` key"), "{text}");
    assert_eq!(Person::query().count(&db).await?, 0);
    Ok(())
}

async fn a_chosen_key_is_kept(db: Database) -> Result {
    create(&db).await?;
    let dune = book("978-0441172719", "Dune").insert(&db).await?;
    assert_eq!(dune.isbn, "978-0441172719");
    assert_eq!(Book::find(&db, "978-0441172719").await?, Some(dune));
    Ok(())
}

async fn a_missing_row_is_none(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    assert_eq!(Person::find(&db, Id::new(2)).await?, None);
    Ok(())
}

async fn getting_a_missing_row_is_an_error(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    assert_eq!(Person::get(&db, Id::new(1)).await?.name, "ann");
    let error = Person::get(&db, Id::new(2))
        .await
        .expect_err("the second row is missing");
    assert!(error.is_not_found());
    assert!(
        error.to_string().contains("no row of `person` matches"),
        "{error}"
    );
    Ok(())
}

async fn an_update_writes_every_column_of_one_row(db: Database) -> Result {
    let people = people(&db, &["ann", "bob"]).await?;
    let changed = Person {
        name: "anna".to_owned(),
        age: 99,
        nickname: Some("A".to_owned()),
        standing: Standing::LifeMember,
        is_active: true,
        ..people[0].clone()
    };
    changed.update(&db).await?;
    assert_eq!(Person::get(&db, changed.id).await?, changed);
    assert_eq!(Person::get(&db, people[1].id).await?, people[1]);

    let cleared = Person {
        nickname: None,
        ..changed
    };
    cleared.update(&db).await?;
    assert_eq!(Person::get(&db, cleared.id).await?, cleared);
    Ok(())
}

async fn an_update_without_changes_is_not_an_error(db: Database) -> Result {
    let people = people(&db, &["ann"]).await?;
    people[0].update(&db).await?;
    Ok(())
}

async fn an_update_returns_the_row(db: Database) -> Result {
    let people = people(&db, &["ann"]).await?;
    assert_eq!(people[0].update(&db).await?, people[0]);
    let dune = book("1", "Dune").insert(&db).await?;
    assert_eq!(dune.update(&db).await?, dune);
    Ok(())
}

async fn only_changed_columns_are_written(db: Database) -> Result {
    let people = people(&db, &["ann", "bob"]).await?;
    let after = Person {
        age: 40,
        nickname: Some("A".to_owned()),
        ..people[0].clone()
    };
    // Another handle changes another column in between.
    let renamed = Person::filter(Person::NAME.eq("ann")).set(Person::NAME, "anna");
    assert_eq!(renamed.update(&db).await?, 1);
    assert_eq!(db.update_changed(&people[0], &after).await?, after);
    let expected = Person {
        name: "anna".to_owned(),
        ..after
    };
    assert_eq!(Person::get(&db, expected.id).await?, expected);
    assert_eq!(Person::get(&db, people[1].id).await?, people[1]);
    Ok(())
}

async fn without_changes_no_statement_is_sent(db: Database) -> Result {
    let people = people(&db, &["ann"]).await?;
    people[0].delete(&db).await?;
    // A statement would not find the row.
    let same = db.update_changed(&people[0], &people[0]).await?;
    assert_eq!(same, people[0]);
    Ok(())
}

async fn rows_with_different_keys_are_not_compared(db: Database) -> Result {
    let people = people(&db, &["ann", "bob"]).await?;
    let error = db
        .update_changed(&people[0], &people[1])
        .await
        .expect_err("these are two rows");
    assert!(
        error.to_string().contains("two states of one row"),
        "{error}"
    );
    assert_eq!(Person::query().all(&db).await?, people);
    Ok(())
}

async fn changes_of_a_missing_row_are_an_error(db: Database) -> Result {
    let people = people(&db, &["ann"]).await?;
    people[0].delete(&db).await?;
    let after = Person {
        age: 40,
        ..people[0].clone()
    };
    let error = db
        .update_changed(&people[0], &after)
        .await
        .expect_err("the row is gone");
    assert!(error.is_not_found(), "{error}");
    Ok(())
}

async fn changes_join_a_transaction(db: Database) -> Result {
    let people = people(&db, &["ann"]).await?;
    let after = Person {
        age: 40,
        ..people[0].clone()
    };
    let mut tx = db.begin().await?;
    tx.update_changed(&people[0], &after).await?;
    assert_eq!(Person::get(&mut tx, after.id).await?.age, 40);
    tx.rollback().await?;
    assert_eq!(Person::query().all(&db).await?, people);
    Ok(())
}

async fn updating_a_missing_row_is_an_error(db: Database) -> Result {
    let people = people(&db, &["ann"]).await?;
    people[0].delete(&db).await?;
    let error = people[0].update(&db).await.expect_err("the row is gone");
    assert!(error.is_not_found());
    Ok(())
}

async fn a_delete_removes_one_row(db: Database) -> Result {
    let people = people(&db, &["ann", "bob"]).await?;
    people[0].delete(&db).await?;
    assert_eq!(Person::query().all(&db).await?, people[1..]);
    Ok(())
}

async fn deleting_a_missing_row_is_an_error(db: Database) -> Result {
    let people = people(&db, &["ann"]).await?;
    people[0].delete(&db).await?;
    let error = people[0].delete(&db).await.expect_err("the row is gone");
    assert!(error.is_not_found());
    Ok(())
}

async fn keys_are_not_reused(db: Database) -> Result {
    let people = people(&db, &["ann", "bob"]).await?;
    people[1].delete(&db).await?;
    assert_eq!(person("cid", 3).insert(&db).await?.id, Id::new(3));
    Ok(())
}

async fn find_takes_a_key_by_value_and_by_reference(db: Database) -> Result {
    create(&db).await?;
    let dune = book("1", "Dune").insert(&db).await?;
    let ann = person("ann", 1).insert(&db).await?;
    assert!(Book::find(&db, &dune.isbn).await?.is_some());
    assert!(Book::find(&db, dune.isbn.clone()).await?.is_some());
    assert!(Person::find(&db, ann.id).await?.is_some());
    assert_eq!(dune.key(), "1");
    Ok(())
}
