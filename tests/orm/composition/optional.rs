//! Conditions that are there or not.

use youku_orm::{Database, Filter, Model, New};
use youku_tests::{Result, both_databases};

use crate::models::{Person, names, people, person};

both_databases![
    a_filter_is_added_where_it_is_needed,
    a_missing_filter_changes_nothing,
    a_filter_after_a_limit_is_one_before_it,
    all_of_many_and_any_of_many,
    ten_thousand_conditions,
    thousands_of_calls_of_filter,
    all_of_nothing_is_every_row,
    any_of_nothing_is_no_row,
    operators_are_and_and_or,
    a_write_with_an_empty_filter_sends_nothing,
    a_write_of_a_page_sends_nothing,
    every_row_of_a_narrowed_query,
    a_column_is_an_order,
];

async fn six(db: &Database) -> Result {
    people(db, &["ann", "bob", "cid", "dee", "eve", "fay"]).await?;
    Ok(())
}

async fn search(db: &Database, name: Option<&str>, age: Option<i32>) -> Result<Vec<Person>> {
    let mut query = Person::query().order_by(Person::ID);
    if let Some(name) = name {
        query = query.filter(Person::NAME.contains(name));
    }
    if let Some(age) = age {
        query = query.filter(Person::AGE.ge(age));
    }
    Ok(query.all(db).await?)
}

async fn a_filter_is_added_where_it_is_needed(db: Database) -> Result {
    six(&db).await?;
    assert_eq!(search(&db, None, None).await?.len(), 6);
    assert_eq!(names(&search(&db, Some("e"), None).await?), ["dee", "eve"]);
    assert_eq!(names(&search(&db, Some("e"), Some(5)).await?), ["eve"]);
    Ok(())
}

async fn a_missing_filter_changes_nothing(db: Database) -> Result {
    six(&db).await?;
    let found = async |age: Option<i32>| {
        let by_age = age.map(|age| Person::AGE.ge(age));
        let query = Person::query().filter_if(by_age);
        query.order_by(Person::ID).all(&db).await
    };
    assert_eq!(found(None).await?.len(), 6);
    assert_eq!(names(&found(Some(6)).await?), ["fay"]);
    Ok(())
}

async fn a_filter_after_a_limit_is_one_before_it(db: Database) -> Result {
    six(&db).await?;
    let before = Person::query()
        .filter(Person::AGE.gt(3))
        .limit(2)
        .order_by(Person::ID);
    let after = Person::query()
        .limit(2)
        .order_by(Person::ID)
        .filter(Person::AGE.gt(3));
    assert_eq!(names(&before.all(&db).await?), ["dee", "eve"]);
    assert_eq!(names(&after.all(&db).await?), ["dee", "eve"]);
    Ok(())
}

async fn all_of_many_and_any_of_many(db: Database) -> Result {
    six(&db).await?;
    let words = ["e", "d"];
    let all = Filter::all(words.map(|word| Person::NAME.contains(word)));
    assert_eq!(names(&Person::filter(all).all(&db).await?), ["dee"]);
    let any = Filter::any(words.map(|word| Person::NAME.contains(word)));
    let found = Person::filter(any).order_by(Person::ID).all(&db).await?;
    assert_eq!(names(&found), ["cid", "dee", "eve"]);
    Ok(())
}

async fn ten_thousand_conditions(db: Database) -> Result {
    six(&db).await?;
    let any = Filter::any((0..10_000).map(|number| Person::AGE.eq(number)));
    assert_eq!(Person::filter(any).count(&db).await?, 6);
    let all = Filter::all((0..10_000).map(|number| Person::AGE.ne(number + 6)));
    assert_eq!(Person::filter(all).count(&db).await?, 5);
    Ok(())
}

async fn thousands_of_calls_of_filter(db: Database) -> Result {
    six(&db).await?;
    let query = (0..5_000).fold(Person::query(), |query, number| {
        query.filter(Person::AGE.ne(number + 6))
    });
    assert_eq!(query.count(&db).await?, 5);
    Ok(())
}

async fn all_of_nothing_is_every_row(db: Database) -> Result {
    six(&db).await?;
    let all = || Filter::<Person>::all([]);
    let old = || Person::AGE.gt(4);
    assert_eq!(Person::filter(all()).count(&db).await?, 6);
    assert_eq!(Person::filter(all().and(old())).count(&db).await?, 2);
    assert_eq!(Person::filter(old().or(all())).count(&db).await?, 6);
    assert_eq!(Person::filter(!all()).count(&db).await?, 0);
    Ok(())
}

async fn any_of_nothing_is_no_row(db: Database) -> Result {
    six(&db).await?;
    let any = || Filter::<Person>::any([]);
    let old = || Person::AGE.gt(4);
    assert_eq!(Person::filter(any()).count(&db).await?, 0);
    assert_eq!(Person::filter(any().or(old())).count(&db).await?, 2);
    assert_eq!(Person::filter(old().and(any())).count(&db).await?, 0);
    assert_eq!(Person::filter(!any()).count(&db).await?, 6);
    assert_eq!(Person::filter(any()).delete(&db).await?, 0);
    Ok(())
}

async fn operators_are_and_and_or(db: Database) -> Result {
    six(&db).await?;
    let middle = Person::AGE.gt(1) & Person::AGE.lt(3) | Person::NAME.eq("fay");
    let found = Person::filter(middle).order_by(Person::ID).all(&db).await?;
    assert_eq!(names(&found), ["bob", "fay"]);
    Ok(())
}

async fn a_write_with_an_empty_filter_sends_nothing(db: Database) -> Result {
    six(&db).await?;
    let empty = [
        Filter::all([]),
        !Filter::any([]),
        !Person::AGE.in_([0; 0]),
        Filter::all([Filter::all([])]),
        Filter::any([Filter::all([]), Person::AGE.eq(1)]),
    ];
    for filter in empty {
        let deleted = Person::filter(filter.clone())
            .delete(&db)
            .await
            .unwrap_err();
        assert!(deleted.is_usage(), "{deleted}");
        assert!(
            deleted.to_string().contains("query().every_row()"),
            "{deleted}"
        );
        let query = Person::filter(filter).filter_if(None::<Filter<Person>>);
        let updated = query.set(Person::AGE, 9).update(&db).await.unwrap_err();
        assert!(updated.is_usage(), "{updated}");
    }
    assert_eq!(Person::filter(Person::AGE.ne(9)).count(&db).await?, 6);
    // With a condition next to it, it is an ordinary filter.
    let bob = Person::filter(Filter::<Person>::all([])).filter(Person::NAME.eq("bob"));
    assert_eq!(bob.delete(&db).await?, 1);
    Ok(())
}

async fn a_write_of_a_page_sends_nothing(db: Database) -> Result {
    six(&db).await?;
    let refused = Person::query().limit(2).every_row().delete(&db).await;
    let error = refused.unwrap_err();
    assert!(
        error.is_usage() && error.to_string().contains("`limit`"),
        "{error}"
    );
    assert_eq!(Person::query().count(&db).await?, 6);
    Ok(())
}

async fn every_row_of_a_narrowed_query(db: Database) -> Result {
    six(&db).await?;
    let old = Person::query().filter(Person::AGE.gt(4));
    assert_eq!(old.every_row().delete(&db).await?, 2);
    assert_eq!(Person::query().every_row().delete(&db).await?, 4);
    Ok(())
}

async fn a_column_is_an_order(db: Database) -> Result {
    crate::models::create(&db).await?;
    for (name, age) in [("bob", 2), ("ann", 2), ("cid", 1)] {
        person(name, age).insert(&db).await?;
    }
    let query = Person::query()
        .order_by(Person::AGE)
        .order_by(Person::NAME.desc());
    assert_eq!(names(&query.all(&db).await?), ["cid", "bob", "ann"]);
    Ok(())
}
