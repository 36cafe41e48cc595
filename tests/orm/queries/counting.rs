//! Counting rows, and checking whether there is one.

use youku_orm::{Database, Model};
use youku_tests::{Result, both_databases};

use crate::models::{Person, people};

both_databases![
    count_covers_what_the_query_covers,
    count_keeps_to_the_page,
    count_ignores_the_order,
    exists_asks_for_any_row,
    exists_keeps_to_the_page,
];

async fn count_covers_what_the_query_covers(db: Database) -> Result {
    people(&db, &[]).await?;
    assert_eq!(Person::query().count(&db).await?, 0);
    people(&db, &["ann", "bob", "cid"]).await?;
    assert_eq!(Person::query().count(&db).await?, 3);
    assert_eq!(Person::filter(Person::AGE.ge(2)).count(&db).await?, 2);
    assert_eq!(Person::filter(Person::AGE.ge(9)).count(&db).await?, 0);
    Ok(())
}

async fn count_keeps_to_the_page(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid"]).await?;
    assert_eq!(Person::query().limit(2).count(&db).await?, 2);
    assert_eq!(Person::query().limit(9).count(&db).await?, 3);
    assert_eq!(Person::query().offset(2).count(&db).await?, 1);
    assert_eq!(
        Person::filter(Person::AGE.ge(2))
            .limit(9)
            .offset(1)
            .count(&db)
            .await?,
        1
    );
    Ok(())
}

async fn count_ignores_the_order(db: Database) -> Result {
    people(&db, &["ann", "bob"]).await?;
    assert_eq!(
        Person::query()
            .order_by(Person::NAME.desc())
            .count(&db)
            .await?,
        2
    );
    assert_eq!(
        Person::query()
            .order_by(Person::NAME.desc())
            .limit(1)
            .count(&db)
            .await?,
        1
    );
    Ok(())
}

async fn exists_asks_for_any_row(db: Database) -> Result {
    people(&db, &[]).await?;
    assert!(!Person::query().exists(&db).await?);
    people(&db, &["ann", "bob"]).await?;
    assert!(Person::query().exists(&db).await?);
    assert!(Person::filter(Person::AGE.eq(2)).exists(&db).await?);
    assert!(!Person::filter(Person::AGE.eq(3)).exists(&db).await?);
    Ok(())
}

async fn exists_keeps_to_the_page(db: Database) -> Result {
    people(&db, &["ann", "bob"]).await?;
    assert!(Person::query().offset(1).exists(&db).await?);
    assert!(!Person::query().offset(2).exists(&db).await?);
    Ok(())
}
