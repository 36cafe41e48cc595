//! Numbers of rows and plans of selections and joins.

use youku_orm::{Database, Model, count_all};
use youku_tests::{Result, both_databases};

use crate::models::{Book, Person, book, people};

both_databases![
    a_selection_counts_its_rows,
    a_distinct_selection_counts_different_rows,
    a_grouped_selection_counts_its_groups,
    groups_and_orders_repeat_what_is_selected,
    a_locked_selection_counts_and_locks,
    a_join_has_optional_filters_and_a_plan,
    a_selection_exists_or_not,
    a_selection_has_a_plan,
];

async fn library(db: &Database) -> Result {
    let readers = people(db, &["ann", "bob", "cid"]).await?;
    for (isbn, owner) in [("1", Some(0)), ("2", Some(0)), ("3", Some(1)), ("4", None)] {
        let mut new = book(isbn, "A");
        new.owner = owner.map(|index: usize| readers[index].id);
        Book::insert(new).exec(db).await?;
    }
    Ok(())
}

async fn a_selection_counts_its_rows(db: Database) -> Result {
    library(&db).await?;
    let titles = Book::query().select((Book::TITLE, Book::TITLE));
    assert_eq!(titles.clone().count(&db).await?, 4);
    assert_eq!(titles.clone().limit(3).count(&db).await?, 3);
    assert_eq!(titles.limit(3).offset(2).count(&db).await?, 2);
    let joined = Book::query().join(Book::OWNER.on(Person::ID));
    assert_eq!(
        joined.select((Book::ISBN, Person::NAME)).count(&db).await?,
        3
    );
    Ok(())
}

async fn a_distinct_selection_counts_different_rows(db: Database) -> Result {
    library(&db).await?;
    let titles = Book::query().select((Book::TITLE, Book::TITLE)).distinct();
    assert_eq!(titles.count(&db).await?, 1);
    let owners = Book::query().select(Book::OWNER).distinct();
    assert_eq!(owners.count(&db).await?, 3);
    Ok(())
}

async fn a_grouped_selection_counts_its_groups(db: Database) -> Result {
    library(&db).await?;
    let groups = Book::query()
        .select((Book::OWNER, count_all()))
        .group_by(Book::OWNER);
    assert_eq!(groups.clone().count(&db).await?, 3);
    let large = groups.having(count_all::<Book>().gt(1u64));
    assert_eq!(large.count(&db).await?, 1);
    Ok(())
}

async fn a_locked_selection_counts_and_locks(db: Database) -> Result {
    library(&db).await?;
    let locked = Book::query().for_update().select(Book::ISBN);
    assert!(locked.clone().count(&db).await.unwrap_err().is_usage());
    assert!(locked.clone().exists(&db).await.unwrap_err().is_usage());
    let mut tx = db.begin().await?;
    assert_eq!(locked.clone().count(&mut tx).await?, 4);
    assert!(locked.exists(&mut tx).await?);
    tx.commit().await?;
    Ok(())
}

async fn a_selection_exists_or_not(db: Database) -> Result {
    library(&db).await?;
    let titled =
        |title: &'static str| Book::filter(Book::TITLE.eq(title)).select((Book::ISBN, Book::ISBN));
    assert!(titled("A").exists(&db).await?);
    assert!(!titled("B").exists(&db).await?);
    Ok(())
}

async fn a_selection_has_a_plan(db: Database) -> Result {
    library(&db).await?;
    let plan = Book::filter(Book::ISBN.eq("1"))
        .select(Book::TITLE)
        .explain(&db)
        .await?;
    assert!(plan.contains("library_book"), "{plan}");
    Ok(())
}

async fn groups_and_orders_repeat_what_is_selected(db: Database) -> Result {
    library(&db).await?;
    let owner = || Person::NAME.concat("!");
    let counts = Person::query()
        .select((owner(), count_all()))
        .group_by(owner())
        .order_by(owner().desc());
    let found = counts.all(&db).await?;
    assert_eq!(found.iter().map(|row| row.1).collect::<Vec<_>>(), [1, 1, 1]);
    assert_eq!(found[0].0, "cid!");
    let ages = Person::query()
        .select(Person::AGE / 2)
        .distinct()
        .order_by(Person::AGE / 2);
    assert_eq!(ages.all(&db).await?, [Some(0), Some(1)]);
    Ok(())
}

async fn a_join_has_optional_filters_and_a_plan(db: Database) -> Result {
    library(&db).await?;
    let joined = |name: Option<&'static str>| {
        let by_name = name.map(|name| Person::NAME.eq(name));
        Book::query()
            .join(Book::OWNER.on(Person::ID))
            .filter_if(by_name)
    };
    assert_eq!(joined(None).count(&db).await?, 3);
    assert_eq!(joined(Some("bob")).count(&db).await?, 1);
    assert!(!joined(Some("eve")).exists(&db).await?);
    assert!(joined(None).explain(&db).await?.contains("library_book"));
    Ok(())
}
