//! Searching for a part of a text.

use youku_orm::{Database, DatabaseKind, Filter, Id, Model};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

use crate::models::{Person, names, people};

both_databases![
    patterns_distinguish_case,
    special_characters_of_patterns_are_taken_literally,
    a_pattern_may_have_wildcards,
    the_beginning_of_a_text_is_found_in_an_index,
    a_pattern_with_nul_is_refused,
    a_long_chain_of_conditions_is_accepted,
    a_list_of_the_greatest_length_is_accepted,
];

async fn check(db: &Database, filter: Filter<Person>, expected: &[&str]) -> Result {
    let found = Person::filter(filter)
        .order_by(Person::ID.asc())
        .all(db)
        .await?;
    assert_eq!(names(&found), expected);
    Ok(())
}

async fn patterns_distinguish_case(db: Database) -> Result {
    people(&db, &["Anna", "anna", "hannah", "Änne"]).await?;
    check(&db, Person::NAME.starts_with("an"), &["anna"]).await?;
    check(&db, Person::NAME.contains("ann"), &["anna", "hannah"]).await?;
    check(&db, Person::NAME.ends_with("na"), &["Anna", "anna"]).await?;
    check(&db, Person::NAME.starts_with("ä"), &[]).await?;
    check(
        &db,
        !Person::NAME.starts_with("an"),
        &["Anna", "hannah", "Änne"],
    )
    .await?;
    Ok(())
}

async fn special_characters_of_patterns_are_taken_literally(db: Database) -> Result {
    people(
        &db,
        &[
            "100%",
            "100 x",
            "a_b",
            "axb",
            "wow!",
            "wow",
            r"back\slash",
            "it's",
        ],
    )
    .await?;
    check(&db, Person::NAME.contains("%"), &["100%"]).await?;
    check(&db, Person::NAME.contains("_"), &["a_b"]).await?;
    check(&db, Person::NAME.ends_with("!"), &["wow!"]).await?;
    check(&db, Person::NAME.contains(r"\"), &[r"back\slash"]).await?;
    check(&db, Person::NAME.contains("'"), &["it's"]).await?;
    check(&db, Person::NAME.starts_with("100%"), &["100%"]).await?;
    let all = Person::filter(Person::NAME.contains(""));
    assert_eq!(all.count(&db).await?, 8);
    Ok(())
}

async fn a_pattern_may_have_wildcards(db: Database) -> Result {
    people(&db, &["ann", "anna", "a%", "日本"]).await?;
    check(&db, Person::NAME.like("a__"), &["ann"]).await?;
    check(&db, Person::NAME.like("a%"), &["ann", "anna", "a%"]).await?;
    check(&db, Person::NAME.like("a!%"), &["a%"]).await?;
    check(&db, Person::NAME.like("__"), &["a%", "日本"]).await?;
    check(&db, Person::NICKNAME.like("%"), &[]).await?;
    Ok(())
}

async fn the_beginning_of_a_text_is_found_in_an_index(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    let names: Vec<String> = (0..200).map(|number| format!("name {number:03}")).collect();
    people(&db, &names.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    let ranged = match database.backend() {
        Backend::Mysql => "range",
        Backend::Sqlite | Backend::SqliteMemory => "(name>? AND name<?)",
    };
    // Before and after the statement is in the cache of its connection.
    for _ in 0..3 {
        let some = Person::filter(Person::NAME.starts_with("name 01"));
        let plan = some.clone().explain(&db).await?;
        assert!(plan.contains(ranged), "{plan}");
        assert_eq!(some.all(&db).await?.len(), 10);
    }
    Ok(())
}

async fn a_pattern_with_nul_is_refused(db: Database) -> Result {
    people(&db, &["ann", "a\0b"]).await?;
    let patterns = [
        Person::NAME.contains("\0"),
        Person::NAME.starts_with("a\0"),
        Person::NAME.ends_with("\0b"),
        Person::NAME.like("a\0%"),
    ];
    for pattern in patterns {
        let refused = Person::filter(pattern).all(&db).await.unwrap_err();
        assert!(refused.to_string().contains("NUL"), "{refused}");
    }
    check(&db, Person::NAME.eq("a\0b"), &["a\0b"]).await?;
    check(&db, Person::NAME.starts_with("a"), &["ann", "a\0b"]).await
}

async fn a_long_chain_of_conditions_is_accepted(db: Database) -> Result {
    people(&db, &["ann", "bob"]).await?;
    let chain = (0..400).fold(Person::NAME.eq("bob"), |chain, number| {
        chain.or(Person::NAME.eq(format!("nobody {number}")))
    });
    check(&db, chain, &["bob"]).await
}

/// What the documentation of `in_` says about the two databases.
async fn a_list_of_the_greatest_length_is_accepted(db: Database) -> Result {
    people(&db, &["ann", "bob"]).await?;
    let most: u64 = if db.kind() == DatabaseKind::Sqlite {
        32_766
    } else {
        65_535
    };
    let ids = |count: u64| Person::filter(Person::ID.in_((1..=count).map(Id::new)));
    assert_eq!(ids(most).count(&db).await?, 2);
    assert!(ids(most + 1).count(&db).await.is_err());
    assert_eq!(ids(1).count(&db).await?, 1);
    Ok(())
}
