//! Structs with `#[derive(Projection)]` in place of tuples.

use youku_orm::{Database, Id, Left, Model, New, Projection, count_all, sql};
use youku_tests::{Result, both_databases};

use crate::models::{Book, NewBook, Person, Standing, book, people};

both_databases![
    fields_are_the_columns_of_their_names,
    a_field_selects_any_expression,
    groups_are_read_into_structs,
    both_sides_of_a_join_are_read,
    a_left_side_may_be_missing,
    three_sides_are_read,
    first_one_and_distinct_work_as_on_tuples,
    hand_written_sql_is_read_by_name,
    a_cell_that_does_not_fit_names_its_column,
];

#[derive(Projection, Debug, PartialEq)]
#[model(from = Person)]
struct Who {
    name: String,
    id: Id<Person>,
    nickname: Option<String>,
    standing: Standing,
}

#[derive(Projection, Debug, PartialEq)]
#[model(from = Person)]
struct Ages {
    #[model(select = Person::STANDING)]
    r#type: Standing,
    #[model(select = count_all::<Person>())]
    people: u64,
    #[model(select = Person::AGE.max())]
    oldest: Option<i32>,
    #[model(select = Person::AGE.sum())]
    cells: Option<i64>,
}

#[derive(Projection, Debug, PartialEq)]
#[model(from = (Book, Left<Person>))]
struct Loan {
    title: String,
    #[model(select = Person::NAME)]
    reader: Option<String>,
    #[model(select = Person::NICKNAME)]
    nickname: Option<String>,
}

#[derive(Projection, Debug, PartialEq)]
#[model(from = (Book, Person))]
struct Owned {
    title: String,
    #[model(select = Person::AGE + 1)]
    next_age: i32,
}

/// Read only from hand-written SQL.
#[derive(Projection, Debug, PartialEq)]
struct Count {
    name: String,
    books: u64,
}

async fn library(db: &Database) -> Result<Vec<Person>> {
    let people = people(db, &["ann", "bob"]).await?;
    let owned = NewBook {
        owner: Some(people[1].id),
        ..book("1", "Dune")
    };
    owned.insert(db).await?;
    book("2", "Emma").insert(db).await?;
    Ok(people)
}

async fn fields_are_the_columns_of_their_names(db: Database) -> Result {
    let people = people(&db, &["ann", "bob"]).await?;
    let query = Person::filter(Person::AGE.gt(1)).select_as::<Who>();
    assert_eq!(
        query.all(&db).await?,
        [Who {
            name: "bob".to_owned(),
            id: people[1].id,
            nickname: None,
            standing: Standing::Guest,
        }]
    );
    Ok(())
}

async fn a_field_selects_any_expression(db: Database) -> Result {
    library(&db).await?;
    let owned = Book::query()
        .join(Book::OWNER.on(Person::ID))
        .select_as::<Owned>()
        .one(&db)
        .await?;
    let dune = Owned {
        title: "Dune".to_owned(),
        next_age: 3,
    };
    assert_eq!(owned, dune);
    Ok(())
}

async fn groups_are_read_into_structs(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid"]).await?;
    let ages = Person::query()
        .select_as::<Ages>()
        .group_by(Person::STANDING)
        .having(count_all::<Person>().gt(2u64))
        .all(&db)
        .await?;
    let guests = Ages {
        r#type: Standing::Guest,
        people: 3,
        oldest: Some(3),
        cells: Some(6),
    };
    assert_eq!(ages, [guests]);
    Ok(())
}

async fn both_sides_of_a_join_are_read(db: Database) -> Result {
    library(&db).await?;
    let none = Book::query()
        .join(Book::OWNER.on(Person::ID))
        .filter(Person::NAME.eq("ann"))
        .select_as::<Owned>();
    assert_eq!(none.clone().first(&db).await?, None);
    assert!(none.one(&db).await.is_err_and(|error| error.is_not_found()));
    Ok(())
}

async fn a_left_side_may_be_missing(db: Database) -> Result {
    library(&db).await?;
    let loans = Book::query()
        .left_join(Book::OWNER.on(Person::ID))
        .order_by(Book::ISBN.asc())
        .select_as::<Loan>()
        .all(&db)
        .await?;
    let loan = |title: &str, reader: Option<&str>| Loan {
        title: title.to_owned(),
        reader: reader.map(str::to_owned),
        nickname: None,
    };
    assert_eq!(loans, [loan("Dune", Some("bob")), loan("Emma", None)]);
    Ok(())
}

async fn three_sides_are_read(db: Database) -> Result {
    #[derive(Model)]
    struct Stamp {
        #[model(primary_key, auto)]
        id: Id<Stamp>,
        isbn: String,
        colour: u8,
    }

    #[derive(Projection, Debug, PartialEq)]
    #[model(from = (Book, Left<Person>, Stamp))]
    struct Stamped {
        isbn: String,
        #[model(select = Person::ID)]
        owner: Option<Id<Person>>,
        #[model(select = Stamp::COLOUR)]
        colour: u8,
    }

    library(&db).await?;
    db.create_tables::<Stamp>().await?;
    let stamp = NewStamp {
        isbn: "2".to_owned(),
        colour: 7,
    };
    stamp.insert(&db).await?;
    let stamped = Book::query()
        .left_join(Book::OWNER.on(Person::ID))
        .join(Book::ISBN.on(Stamp::ISBN))
        .select_as::<Stamped>()
        .one(&db)
        .await?;
    let emma = Stamped {
        isbn: "2".to_owned(),
        owner: None,
        colour: 7,
    };
    assert_eq!(stamped, emma);
    Ok(())
}

async fn first_one_and_distinct_work_as_on_tuples(db: Database) -> Result {
    people(&db, &["ann", "bob"]).await?;
    let who = Person::query()
        .select_as::<Who>()
        .order_by(Person::AGE.desc())
        .distinct();
    assert_eq!(
        who.clone().first(&db).await?.map(|who| who.name).as_deref(),
        Some("bob")
    );
    assert!(
        who.clone()
            .one(&db)
            .await
            .is_err_and(|error| error.is_too_many_rows())
    );
    assert_eq!(who.limit(1).offset(1).one(&db).await?.name, "ann");
    Ok(())
}

async fn hand_written_sql_is_read_by_name(db: Database) -> Result {
    library(&db).await?;
    let counts: Vec<Count> = sql(
        "SELECT COUNT(*) AS books, name FROM library_book JOIN person ON owner = id GROUP BY name",
    )
    .all(&db)
    .await?;
    let bob = Count {
        name: "bob".to_owned(),
        books: 1,
    };
    assert_eq!(counts, [bob]);
    let who: Vec<Who> = sql("SELECT nickname, standing, id, name FROM person WHERE age = 1")
        .all(&db)
        .await?;
    assert_eq!(who[0].name, "ann");
    let error = sql("SELECT nickname, standing, id FROM person")
        .all::<Who>(&db)
        .await;
    let error = error.expect_err("a column is missing");
    assert!(error.to_string().contains("no column `name`"), "{error}");
    Ok(())
}

async fn a_cell_that_does_not_fit_names_its_column(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    sql("UPDATE person SET standing = 'king'")
        .execute(&db)
        .await?;
    let error = Person::query().select_as::<Who>().all(&db).await;
    let error = error.expect_err("the standing is unknown");
    assert!(error.is_decode(), "{error}");
    assert!(error.to_string().contains("column `standing`"), "{error}");
    Ok(())
}
