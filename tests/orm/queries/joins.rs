//! Joins of two and three models, and subqueries that check for a matching row.

use youku_orm::{Database, Id, Model, New, count_all};
use youku_tests::{Result, both_databases};

use crate::models::{Book, NewBook, Person, book, people};

both_databases![
    an_inner_join_omits_rows_without_a_match,
    a_left_join_keeps_rows_without_a_match,
    filters_and_order_reach_both_sides,
    three_models_join_in_a_row,
    a_left_joined_column_is_an_option,
    what_is_calculated_from_a_left_joined_column_is_an_option,
    a_join_is_counted_within_its_page,
    one_of_a_join_is_the_only_row,
    a_subquery_finds_rows_with_a_match,
    a_negated_subquery_finds_rows_without_a_match,
    a_joined_group_counts_its_rows,
];

/// A loan of a book.
#[derive(Model, Debug, PartialEq)]
struct Loan {
    #[model(primary_key, auto)]
    id: Id<Loan>,
    #[model(length = 20)]
    isbn: String,
    reader: Id<Person>,
}

/// Ann owns two books, Bob one, Cid none; one book has no owner.
async fn library(db: &Database) -> Result<Vec<Person>> {
    let readers = people(db, &["ann", "bob", "cid"]).await?;
    db.create_tables::<Loan>().await?;
    let owned = |isbn: &str, title: &str, owner: usize| NewBook {
        owner: Some(readers[owner].id),
        ..book(isbn, title)
    };
    let books = vec![
        owned("1", "Dune", 0),
        owned("2", "Emma", 0),
        owned("3", "Ulysses", 1),
        book("4", "Beowulf"),
    ];
    Book::insert_many(db, books).await?;
    Ok(readers)
}

fn titles<T>(rows: &[(Book, T)]) -> Vec<&str> {
    rows.iter().map(|(book, _)| book.title.as_str()).collect()
}

async fn an_inner_join_omits_rows_without_a_match(db: Database) -> Result {
    let readers = library(&db).await?;
    let rows: Vec<(Book, Person)> = Book::query()
        .join(Book::OWNER.on(Person::ID))
        .order_by(Book::ISBN.asc())
        .all(&db)
        .await?;
    assert_eq!(titles(&rows), ["Dune", "Emma", "Ulysses"]);
    assert_eq!(rows[0].1, readers[0]);
    assert_eq!(rows[2].1, readers[1]);
    Ok(())
}

async fn a_left_join_keeps_rows_without_a_match(db: Database) -> Result {
    let readers = library(&db).await?;
    let rows: Vec<(Book, Option<Person>)> = Book::query()
        .left_join(Book::OWNER.on(Person::ID))
        .order_by(Book::ISBN.desc())
        .limit(2)
        .all(&db)
        .await?;
    assert_eq!(titles(&rows), ["Beowulf", "Ulysses"]);
    assert_eq!(rows[0].1, None);
    assert_eq!(rows[1].1.as_ref(), Some(&readers[1]));
    Ok(())
}

async fn filters_and_order_reach_both_sides(db: Database) -> Result {
    library(&db).await?;
    let rows = Book::filter(Book::TITLE.ne("Emma"))
        .join(Book::OWNER.on(Person::ID))
        .filter(Person::AGE.le(2))
        .order_by(Person::NAME.desc())
        .offset(1)
        .all(&db)
        .await?;
    assert_eq!(titles(&rows), ["Dune"]);
    Ok(())
}

async fn three_models_join_in_a_row(db: Database) -> Result {
    let readers = library(&db).await?;
    let isbn = "1".to_owned();
    let reader = readers[2].id;
    NewLoan { isbn, reader }.insert(&db).await?;
    let loans = Loan::query()
        .join(Loan::ISBN.on(Book::ISBN))
        .join(Loan::READER.on(Person::ID));
    let (_, book, reader) = loans.clone().one(&db).await?;
    assert_eq!((book.title.as_str(), reader), ("Dune", readers[2].clone()));
    let names = loans.select((Book::TITLE, Person::NAME)).all(&db).await?;
    assert_eq!(names, [("Dune".to_owned(), "cid".to_owned())]);

    let owners = Loan::query()
        .join(Loan::ISBN.on(Book::ISBN))
        .left_join(Book::OWNER.on(Person::ID));
    let (_, _, owner) = owners.one(&db).await?;
    assert_eq!(owner.as_ref(), Some(&readers[0]));
    Ok(())
}

async fn a_left_joined_column_is_an_option(db: Database) -> Result {
    library(&db).await?;
    let rows: Vec<(String, Option<String>, Option<i32>)> = Book::query()
        .left_join(Book::OWNER.on(Person::ID))
        .select((Book::TITLE, Person::NAME, Person::AGE))
        .order_by(Book::ISBN.desc())
        .limit(2)
        .all(&db)
        .await?;
    assert_eq!(rows[0], ("Beowulf".to_owned(), None, None));
    assert_eq!(
        rows[1],
        ("Ulysses".to_owned(), Some("bob".to_owned()), Some(2))
    );
    Ok(())
}

async fn what_is_calculated_from_a_left_joined_column_is_an_option(db: Database) -> Result {
    library(&db).await?;
    let joined = Book::query().left_join(Book::OWNER.on(Person::ID));
    let rows: Vec<(Option<i32>, Option<String>)> = joined
        .clone()
        .select((Person::AGE + 1, Person::NAME.upper()))
        .order_by(Book::ISBN.desc())
        .limit(2)
        .all(&db)
        .await?;
    assert_eq!(rows, [(None, None), (Some(3), Some("BOB".to_owned()))]);
    // A number of rows is never NULL.
    let without: u64 = joined
        .filter(Person::ID.is_null())
        .select(Person::ID.count())
        .one(&db)
        .await?;
    assert_eq!(without, 0);
    Ok(())
}

async fn a_join_is_counted_within_its_page(db: Database) -> Result {
    library(&db).await?;
    let joined = Book::query().join(Book::OWNER.on(Person::ID));
    assert_eq!(joined.clone().count(&db).await?, 3);
    assert_eq!(joined.clone().limit(2).count(&db).await?, 2);
    assert_eq!(joined.offset(2).count(&db).await?, 1);
    Ok(())
}

async fn one_of_a_join_is_the_only_row(db: Database) -> Result {
    library(&db).await?;
    let joined = Book::query().join(Book::OWNER.on(Person::ID));
    assert!(
        joined
            .clone()
            .one(&db)
            .await
            .unwrap_err()
            .is_too_many_rows()
    );
    let nobody = joined.filter(Person::NAME.eq("cid"));
    assert!(nobody.clone().one(&db).await.unwrap_err().is_not_found());
    assert_eq!(nobody.first(&db).await?, None);
    Ok(())
}

async fn a_subquery_finds_rows_with_a_match(db: Database) -> Result {
    library(&db).await?;
    let with_dune = Book::filter(Book::TITLE.eq("Dune")).exists_for(Book::OWNER.on(Person::ID));
    let found = Person::filter(with_dune.and(Person::AGE.lt(9)))
        .one(&db)
        .await?;
    assert_eq!(found.name, "ann");
    Ok(())
}

async fn a_negated_subquery_finds_rows_without_a_match(db: Database) -> Result {
    library(&db).await?;
    let owns_a_book = Book::query().exists_for(Book::OWNER.on(Person::ID));
    assert_eq!(Person::filter(!owns_a_book).one(&db).await?.name, "cid");
    Ok(())
}

async fn a_joined_group_counts_its_rows(db: Database) -> Result {
    library(&db).await?;
    let books: Vec<(String, u64)> = Book::query()
        .join(Book::OWNER.on(Person::ID))
        .select((Person::NAME, count_all::<Book>()))
        .group_by(Person::NAME)
        .order_by(Person::NAME.asc())
        .all(&db)
        .await?;
    assert_eq!(books, [("ann".to_owned(), 2), ("bob".to_owned(), 1)]);
    Ok(())
}
