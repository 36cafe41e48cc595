//! Rows that refer to others, loaded for a whole list at once.

use youku_orm::{Database, Id, Model, New};
use youku_tests::{Result, both_databases};

use crate::models::{Book, NewBook, NewPerson, Person, book, people, person};

both_databases![
    load_many_is_aligned_with_its_input,
    load_one_is_aligned_with_its_input,
    a_row_that_several_refer_to_is_loaded_for_each,
    a_missing_row_is_none,
    nothing_loads_nothing,
    long_lists_are_split,
];

async fn owned(db: &Database, isbn: &str, owner: Option<Id<Person>>) -> Result<Book> {
    let new = NewBook {
        owner,
        ..book(isbn, isbn)
    };
    Ok(new.insert(db).await?)
}

async fn load_many_is_aligned_with_its_input(db: Database) -> Result {
    let readers = people(&db, &["ann", "bob", "cid"]).await?;
    owned(&db, "2", Some(readers[0].id)).await?;
    owned(&db, "1", Some(readers[0].id)).await?;
    owned(&db, "3", Some(readers[2].id)).await?;
    owned(&db, "4", None).await?;
    let reversed = readers.iter().rev();
    let books = Book::OWNER.load_many(&db, reversed).await?;
    let isbns: Vec<Vec<&str>> = books
        .iter()
        .map(|some| some.iter().map(|book| book.isbn.as_str()).collect())
        .collect();
    assert_eq!(isbns, [vec!["3"], vec![], vec!["1", "2"]]);
    Ok(())
}

async fn load_one_is_aligned_with_its_input(db: Database) -> Result {
    let readers = people(&db, &["ann", "bob"]).await?;
    let books = [
        owned(&db, "1", Some(readers[1].id)).await?,
        owned(&db, "2", None).await?,
        owned(&db, "3", Some(readers[0].id)).await?,
    ];
    let owners = Book::OWNER.load_one(&db, &books).await?;
    assert_eq!(
        owners,
        [Some(readers[1].clone()), None, Some(readers[0].clone())]
    );
    Ok(())
}

async fn a_row_that_several_refer_to_is_loaded_for_each(db: Database) -> Result {
    let readers = people(&db, &["ann"]).await?;
    let books = [
        owned(&db, "1", Some(readers[0].id)).await?,
        owned(&db, "2", Some(readers[0].id)).await?,
    ];
    let owners = Book::OWNER.load_one(&db, &books).await?;
    assert_eq!(owners, [Some(readers[0].clone()), Some(readers[0].clone())]);
    Ok(())
}

async fn a_missing_row_is_none(db: Database) -> Result {
    people(&db, &[]).await?;
    let orphan = [owned(&db, "1", Some(Id::new(99))).await?];
    assert_eq!(Book::OWNER.load_one(&db, &orphan).await?, [None]);
    Ok(())
}

async fn nothing_loads_nothing(db: Database) -> Result {
    people(&db, &[]).await?;
    assert!(Book::OWNER.load_many(&db, &[]).await?.is_empty());
    assert!(Book::OWNER.load_one(&db, &[]).await?.is_empty());
    Ok(())
}

async fn long_lists_are_split(db: Database) -> Result {
    people(&db, &[]).await?;
    let new: Vec<NewPerson> = (0..1201)
        .map(|age| person(&format!("p{age}"), age))
        .collect();
    let readers = Person::insert_many(&db, new).await?;
    let new = |reader: &Person| NewBook {
        owner: Some(reader.id),
        ..book(&reader.name, "")
    };
    let books = Book::insert_many(&db, readers.iter().map(new).collect()).await?;
    let loaded = Book::OWNER.load_many(&db, &readers).await?;
    assert!(
        loaded
            .iter()
            .zip(&books)
            .all(|(some, book)| some == std::slice::from_ref(book))
    );
    let owners = Book::OWNER.load_one(&db, &books).await?;
    assert!(
        owners
            .iter()
            .zip(&readers)
            .all(|(owner, reader)| owner.as_ref() == Some(reader))
    );
    Ok(())
}
