//! Functions of text and values that depend on conditions, with the same result on both databases.

use youku_orm::{Database, Expr, Model, count_if, when};
use youku_tests::{Result, both_databases};

use crate::models::{Person, names, people};

both_databases![
    letters_change_their_case_beyond_ascii,
    a_search_ignores_case,
    lengths_are_in_characters,
    texts_are_joined,
    null_has_a_stand_in,
    a_case_takes_the_first_condition_that_holds,
    rows_are_counted_by_condition,
];

async fn letters_change_their_case_beyond_ascii(db: Database) -> Result {
    people(&db, &["ÉmiliE", "СОФЬЯ", "straße", "ΆλΦΑ"]).await?;
    let select = (Person::NAME.lower(), Person::NAME.upper());
    let found = Person::query()
        .select(select)
        .order_by(Person::ID)
        .all(&db)
        .await?;
    let expected = [
        ("émilie", "ÉMILIE"),
        ("софья", "СОФЬЯ"),
        ("straße", "STRAßE"),
        ("άλφα", "ΆΛΦΑ"),
    ];
    assert_eq!(found, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    Ok(())
}

async fn a_search_ignores_case(db: Database) -> Result {
    people(&db, &["ÉmiliE", "100 % A", "100 xx a", "İzmir"]).await?;
    let found = async |filter| Person::filter(filter).order_by(Person::ID).all(&db).await;
    assert_eq!(
        names(&found(Person::NAME.icontains("émil")).await?),
        ["ÉmiliE"]
    );
    assert_eq!(
        names(&found(Person::NAME.icontains("100 % a")).await?),
        ["100 % A"]
    );
    assert_eq!(names(&found(Person::NAME.ieq("éMILIe")).await?), ["ÉmiliE"]);
    assert_eq!(names(&found(Person::NAME.ieq("émil")).await?), [""; 0]);
    assert_eq!(
        names(&found(Person::NAME.icontains("IZM")).await?),
        ["İzmir"]
    );
    assert!(
        found(Person::NAME.icontains("\0"))
            .await
            .unwrap_err()
            .is_usage()
    );
    Ok(())
}

async fn lengths_are_in_characters(db: Database) -> Result {
    people(&db, &["é", "日本語", "👍\0a"]).await?;
    let lengths = Person::query()
        .select(Person::NAME.length())
        .order_by(Person::ID);
    assert_eq!(lengths.all(&db).await?, [1, 3, 3]);
    let of_nicknames = Person::query().select(Person::NICKNAME.length()).limit(1);
    assert_eq!(of_nicknames.one(&db).await?, None);
    Ok(())
}

async fn texts_are_joined(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let select = (
        Person::NAME.concat("-").concat(Person::NAME),
        Person::NAME.concat(Person::NICKNAME),
        Person::NICKNAME.concat("x"),
    );
    let found: (String, Option<String>, Option<String>) =
        Person::query().select(select).one(&db).await?;
    assert_eq!(found, ("ann-ann".to_owned(), None, None));
    Ok(())
}

async fn null_has_a_stand_in(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let select = (
        Person::NICKNAME.coalesce("none"),
        Person::NICKNAME.coalesce(Person::NAME),
        Person::NICKNAME.coalesce(Person::NICKNAME),
    );
    let found: (String, String, Option<String>) = Person::query().select(select).one(&db).await?;
    assert_eq!(found, ("none".to_owned(), "ann".to_owned(), None));
    Ok(())
}

async fn a_case_takes_the_first_condition_that_holds(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid"]).await?;
    let size = when(Person::AGE.lt(2), "small").when(Person::AGE.lt(3), "medium");
    let sizes = Person::query().select((size.clone().otherwise("large"), size.or_null()));
    let found = sizes.order_by(Person::ID).all(&db).await?;
    let text = str::to_owned;
    let expected = [
        (text("small"), Some(text("small"))),
        (text("medium"), Some(text("medium"))),
        (text("large"), None),
    ];
    assert_eq!(found, expected);
    let by_case: Expr<Person, i64> = when(Person::NAME.eq("cid"), 0i64).otherwise(1);
    let first = Person::query().order_by(by_case).first(&db).await?;
    assert_eq!(first.map(|person| person.name), Some(text("cid")));
    Ok(())
}

async fn rows_are_counted_by_condition(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid"]).await?;
    let select = (
        count_if(Person::AGE.gt(1)),
        count_if(Person::NAME.eq("ann")),
    );
    assert_eq!(Person::query().select(select).one(&db).await?, (2, 1));
    let none = Person::filter(Person::AGE.gt(99)).select(count_if(Person::AGE.gt(1)));
    assert_eq!(none.one(&db).await?, 0);
    Ok(())
}
