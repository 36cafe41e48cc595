//! Which rows a condition matches.

use youku_orm::{ColumnEnum as _, Database, Filter, Id, Model, New};
use youku_tests::{Result, both_databases};

use crate::models::{Person, Standing, names, people, person};

both_databases![
    comparisons_of_numbers,
    comparisons_of_text_go_by_code_point,
    comparisons_of_an_enum,
    comparisons_of_a_key,
    a_comparison_is_not_true_for_null,
    is_null_and_is_not_null_match,
    in_a_list,
    an_empty_list_matches_nothing,
    in_a_list_of_any_length,
    conditions_combine,
    precedence_is_the_order_of_calls,
    two_filters_both_hold,
    values_are_bound_and_never_run,
];

/// Six people: ages 1 to 6; every second one has a nickname, and `bob` is a life member.
async fn populate(db: &Database) -> Result {
    let mut people = people(db, &["ann", "bob", "cid", "dee", "eve", "fay"]).await?;
    for person in people.iter_mut().filter(|person| person.age % 2 == 0) {
        person.nickname = Some(person.name.to_uppercase());
        if person.name == "bob" {
            person.standing = Standing::LifeMember;
        }
        person.update(db).await?;
    }
    Ok(())
}

#[track_caller]
fn check(found: &[Person], expected: &[&str]) {
    assert_eq!(names(found), expected);
}

async fn matching(db: &Database, filter: Filter<Person>) -> Result<Vec<Person>> {
    Ok(Person::filter(filter)
        .order_by(Person::ID.asc())
        .all(db)
        .await?)
}

async fn comparisons_of_numbers(db: Database) -> Result {
    populate(&db).await?;
    check(&matching(&db, Person::AGE.eq(3)).await?, &["cid"]);
    check(
        &matching(&db, Person::AGE.ne(3)).await?,
        &["ann", "bob", "dee", "eve", "fay"],
    );
    check(&matching(&db, Person::AGE.lt(3)).await?, &["ann", "bob"]);
    check(
        &matching(&db, Person::AGE.le(3)).await?,
        &["ann", "bob", "cid"],
    );
    check(&matching(&db, Person::AGE.gt(4)).await?, &["eve", "fay"]);
    check(
        &matching(&db, Person::AGE.ge(4)).await?,
        &["dee", "eve", "fay"],
    );
    check(
        &matching(&db, Person::AGE.between(2, 4)).await?,
        &["bob", "cid", "dee"],
    );
    check(&matching(&db, Person::AGE.between(4, 2)).await?, &[]);
    Ok(())
}

async fn comparisons_of_text_go_by_code_point(db: Database) -> Result {
    people(
        &db,
        &[
            "Zoe",
            "amy",
            "amy ",
            "ámy",
            "Straße",
            "STRASSE",
            "\u{ffff}",
            "\u{1f600}",
        ],
    )
    .await?;
    check(&matching(&db, Person::NAME.eq("amy")).await?, &["amy"]);
    check(&matching(&db, Person::NAME.eq("AMY")).await?, &[]);
    check(&matching(&db, Person::NAME.eq("strasse")).await?, &[]);
    check(
        &matching(&db, Person::NAME.lt("a")).await?,
        &["Zoe", "Straße", "STRASSE"],
    );
    check(
        &matching(&db, Person::NAME.ge("\u{ffff}")).await?,
        &["\u{ffff}", "\u{1f600}"],
    );
    check(
        &matching(&db, Person::NAME.gt("\u{ffff}")).await?,
        &["\u{1f600}"],
    );
    Ok(())
}

async fn comparisons_of_an_enum(db: Database) -> Result {
    populate(&db).await?;
    check(
        &matching(&db, Person::STANDING.eq(Standing::LifeMember)).await?,
        &["bob"],
    );
    let both = Person::STANDING.in_([Standing::Guest, Standing::LifeMember]);
    assert_eq!(matching(&db, both).await?.len(), 6);
    assert_eq!(Standing::LifeMember.name(), "life_member");
    Ok(())
}

async fn comparisons_of_a_key(db: Database) -> Result {
    populate(&db).await?;
    check(&matching(&db, Person::ID.eq(Id::new(2))).await?, &["bob"]);
    check(&matching(&db, Person::ID.gt(Id::new(5))).await?, &["fay"]);
    Ok(())
}

async fn a_comparison_is_not_true_for_null(db: Database) -> Result {
    populate(&db).await?;
    check(&matching(&db, Person::NICKNAME.eq("BOB")).await?, &["bob"]);
    check(
        &matching(&db, Person::NICKNAME.ne("BOB")).await?,
        &["dee", "fay"],
    );
    check(
        &matching(&db, !Person::NICKNAME.eq("BOB")).await?,
        &["dee", "fay"],
    );
    Ok(())
}

async fn is_null_and_is_not_null_match(db: Database) -> Result {
    populate(&db).await?;
    check(
        &matching(&db, Person::NICKNAME.is_null()).await?,
        &["ann", "cid", "eve"],
    );
    check(
        &matching(&db, Person::NICKNAME.is_not_null()).await?,
        &["bob", "dee", "fay"],
    );
    check(
        &matching(&db, !Person::NICKNAME.is_null()).await?,
        &["bob", "dee", "fay"],
    );
    Ok(())
}

async fn in_a_list(db: Database) -> Result {
    populate(&db).await?;
    check(
        &matching(&db, Person::AGE.in_([1, 3, 5])).await?,
        &["ann", "cid", "eve"],
    );
    check(&matching(&db, Person::AGE.in_(vec![6])).await?, &["fay"]);
    check(
        &matching(&db, Person::NAME.in_(["bob", "nobody"])).await?,
        &["bob"],
    );
    let ids: Vec<Id<Person>> = [2, 4].map(Id::new).to_vec();
    check(&matching(&db, Person::ID.in_(&ids)).await?, &["bob", "dee"]);
    check(
        &matching(&db, !Person::AGE.in_([1, 2, 3, 4, 5])).await?,
        &["fay"],
    );
    Ok(())
}

async fn an_empty_list_matches_nothing(db: Database) -> Result {
    populate(&db).await?;
    check(
        &matching(&db, Person::AGE.in_(Vec::<i32>::new())).await?,
        &[],
    );
    assert_eq!(
        matching(&db, !Person::AGE.in_(Vec::<i32>::new()))
            .await?
            .len(),
        6
    );
    Ok(())
}

/// Padding a list to a power of two must not exceed the number of `?` that a database accepts.
async fn in_a_list_of_any_length(db: Database) -> Result {
    populate(&db).await?;
    for length in [500, 1_000, 20_000] {
        check(
            &matching(&db, Person::AGE.in_(6..6 + length)).await?,
            &["fay"],
        );
    }
    Ok(())
}

async fn conditions_combine(db: Database) -> Result {
    populate(&db).await?;
    let young = || Person::AGE.le(2);
    let named = || Person::NICKNAME.is_not_null();
    check(&matching(&db, young().and(named())).await?, &["bob"]);
    check(
        &matching(&db, young().or(named())).await?,
        &["ann", "bob", "dee", "fay"],
    );
    check(
        &matching(&db, !young()).await?,
        &["cid", "dee", "eve", "fay"],
    );
    check(
        &matching(&db, (!young()).and(named())).await?,
        &["dee", "fay"],
    );
    check(
        &matching(&db, !(young().and(named()))).await?,
        &["ann", "cid", "dee", "eve", "fay"],
    );
    check(&matching(&db, !!young()).await?, &["ann", "bob"]);
    Ok(())
}

async fn precedence_is_the_order_of_calls(db: Database) -> Result {
    populate(&db).await?;
    let (one, two, three) = (
        || Person::AGE.eq(1),
        || Person::AGE.ge(2),
        || Person::AGE.ge(3),
    );
    check(
        &matching(&db, one().or(two()).and(three())).await?,
        &["cid", "dee", "eve", "fay"],
    );
    let nested = one().or(two().and(three()));
    check(
        &matching(&db, nested).await?,
        &["ann", "cid", "dee", "eve", "fay"],
    );
    Ok(())
}

async fn two_filters_both_hold(db: Database) -> Result {
    populate(&db).await?;
    let found = Person::filter(Person::AGE.ge(2))
        .filter(Person::AGE.le(3))
        .order_by(Person::ID.asc());
    check(&found.all(&db).await?, &["bob", "cid"]);
    let found = Person::filter(Person::AGE.eq(1).or(Person::AGE.eq(2))).filter(Person::AGE.eq(2));
    check(&found.all(&db).await?, &["bob"]);
    Ok(())
}

async fn values_are_bound_and_never_run(db: Database) -> Result {
    populate(&db).await?;
    let name = "x'; DROP TABLE person; --";
    person(name, 7).insert(&db).await?;
    check(&matching(&db, Person::NAME.eq(name)).await?, &[name]);
    check(&matching(&db, Person::NAME.eq("' OR '1' = '1")).await?, &[]);
    Ok(())
}
