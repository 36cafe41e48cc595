//! Rows that refer to other rows, loaded for a whole list at once.

use youku_orm::testing::expect_statements;
use youku_orm::{Database, Id, Model, New, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

use crate::models::{Book, NewBook, NewPerson, Person, book, people, person};

both_databases![
    a_relation_is_one_query,
    load_many_is_aligned_with_its_input,
    load_one_is_aligned_with_its_input,
    a_row_that_several_refer_to_is_loaded_for_each,
    a_missing_row_is_none,
    nothing_loads_nothing,
    long_lists_are_split,
    a_target_that_is_listed_twice_has_its_rows_twice,
    relations_can_be_loaded_in_levels,
    keys_of_text_and_numbers_are_references_too,
    a_column_that_refers_elsewhere_is_refused,
    keys_with_another_comparison_are_refused,
    a_wider_index_changes_no_order,
];

/// A note whose author may no longer exist.
#[derive(Model, Debug, PartialEq)]
struct Note {
    #[model(primary_key, auto)]
    id: i64,
    #[model(no_foreign_key)]
    author: Id<Person>,
}

/// A text in a guest book.
#[derive(Model, Debug, Clone, PartialEq)]
struct Entry {
    #[model(primary_key, auto)]
    id: i64,
    author: Id<Person>,
    #[model(length = 20)]
    text: String,
}

/// A chapter of a book whose key is a text.
#[derive(Model, Debug, Clone, PartialEq)]
struct Chapter {
    #[model(primary_key)]
    number: i32,
    #[model(references = Book, length = 20)]
    isbn: String,
    #[model(references = Self)]
    before: Option<i32>,
    #[model(no_foreign_key)]
    translator: Option<Id<Person>>,
}

async fn chapter(db: &Database, number: i32, isbn: &str) -> Result<Chapter> {
    let new = NewChapter {
        number,
        isbn: isbn.to_owned(),
        before: (number > 1).then_some(1),
        translator: None,
    };
    Ok(new.insert(db).await?)
}

async fn owned(db: &Database, isbn: &str, owner: Option<Id<Person>>) -> Result<Book> {
    let new = NewBook {
        owner,
        ..book(isbn, isbn)
    };
    Ok(new.insert(db).await?)
}

async fn a_relation_is_one_query(db: Database) -> Result {
    let readers = people(&db, &["ann", "bob", "cid"]).await?;
    let mut books = Vec::new();
    for (isbn, reader) in ["1", "2", "3"].iter().zip(&readers) {
        books.push(owned(&db, isbn, Some(reader.id)).await?);
    }
    let owned = expect_statements(&db, 1, async |db| Book::OWNER.load_many(db, &readers).await);
    assert_eq!(owned.await?.len(), 3);
    let owners = expect_statements(&db, 1, async |db| Book::OWNER.load_one(db, &books).await);
    assert_eq!(owners.await?.len(), 3);
    let none = expect_statements(&db, 0, async |db| Book::OWNER.load_many(db, &[]).await);
    assert!(none.await?.is_empty());
    Ok(())
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
    db.create_tables::<Note>().await?;
    let author = Id::new(99);
    let orphan = [NewNote { author }.insert(&db).await?];
    assert_eq!(Note::AUTHOR.load_one(&db, &orphan).await?, [None]);
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

async fn a_target_that_is_listed_twice_has_its_rows_twice(db: Database) -> Result {
    let readers = people(&db, &["ann", "bob"]).await?;
    let book = owned(&db, "1", Some(readers[0].id)).await?;
    let twice = [&readers[0], &readers[1], &readers[0]];
    let books = Book::OWNER.load_many(&db, twice).await?;
    assert_eq!(books, [vec![book.clone()], vec![], vec![book]]);
    Ok(())
}

async fn relations_can_be_loaded_in_levels(db: Database) -> Result {
    let readers = people(&db, &["ann", "bob", "cid"]).await?;
    db.create_tables::<Chapter>().await?;
    for (isbn, reader) in [("1", 0), ("2", 0), ("3", 2)] {
        owned(&db, isbn, Some(readers[reader].id)).await?;
    }
    for (number, isbn) in [(1, "2"), (2, "3"), (3, "2")] {
        chapter(&db, number, isbn).await?;
    }
    let books = Book::OWNER.load_many(&db, &readers).await?;
    let chapters = Chapter::ISBN.load_many(&db, books.iter().flatten()).await?;
    let numbers: Vec<Vec<i32>> = chapters
        .iter()
        .map(|some| some.iter().map(|chapter| chapter.number).collect())
        .collect();
    assert_eq!(numbers, [vec![], vec![1, 3], vec![2]]);
    // And back up to the owners.
    let books: Vec<Option<Book>> = Chapter::ISBN
        .load_one(&db, chapters.iter().flatten())
        .await?;
    let owners = Book::OWNER.load_one(&db, books.iter().flatten()).await?;
    let names: Vec<&str> = owners.iter().flatten().map(|owner| &*owner.name).collect();
    assert_eq!(names, ["ann", "ann", "cid"]);
    Ok(())
}

async fn keys_of_text_and_numbers_are_references_too(db: Database) -> Result {
    people(&db, &[]).await?;
    db.create_tables::<Chapter>().await?;
    let book = owned(&db, "1", None).await?;
    let first = chapter(&db, 1, "1").await?;
    let second = chapter(&db, 2, "1").await?;
    let both = [first.clone(), second.clone()];
    let books: Vec<Option<Book>> = Chapter::ISBN.load_one(&db, &both).await?;
    assert_eq!(books, [Some(book.clone()), Some(book)]);
    let before: Vec<Option<Chapter>> = Chapter::BEFORE.load_one(&db, &both).await?;
    assert_eq!(before, [None, Some(first)]);
    let after = Chapter::BEFORE.load_many(&db, &both).await?;
    assert_eq!(after, [vec![second], vec![]]);
    let translators = Chapter::TRANSLATOR.load_one(&db, &both).await?;
    assert_eq!(translators, [None, None]);
    Ok(())
}

async fn a_column_that_refers_elsewhere_is_refused(db: Database) -> Result {
    people(&db, &[]).await?;
    db.create_tables::<Chapter>().await?;
    let number = Chapter::NUMBER;
    let error = number
        .load_one::<Chapter>(&db, &[])
        .await
        .expect_err("a number refers to nothing");
    assert_eq!(
        error.to_string(),
        "`chapter`.`number` does not refer to a model; write `references = …` with the model of \
         `chapter` on the column"
    );
    Ok(())
}

/// `ANN` finds `ann` in the database, but not in the list of requested keys.
async fn keys_with_another_comparison_are_refused(database: TestDatabase) -> Result {
    #[derive(Model, Debug, Clone, PartialEq)]
    struct Tag {
        #[model(primary_key, length = 20)]
        name: String,
        #[model(references = Self, length = 20)]
        parent: Option<String>,
    }
    let db = Database::connect(database.url()).await?;
    let collation = match database.backend() {
        Backend::Mysql => "COLLATE utf8mb4_general_ci",
        _ => "COLLATE NOCASE",
    };
    let text = format!("VARCHAR(20) {collation}");
    let table = format!("CREATE TABLE tag (name {text} NOT NULL PRIMARY KEY, parent {text})");
    sql(table).execute(&db).await?;
    let tag = |name: &str, parent: Option<&str>| NewTag {
        name: name.to_owned(),
        parent: parent.map(str::to_owned),
    };
    let ann = tag("ann", None).insert(&db).await?;
    let bob = tag("bob", Some("ANN")).insert(&db).await?;
    let parents: youku_orm::Result<Vec<Option<Tag>>> = Tag::PARENT.load_one(&db, [&bob]).await;
    let children = Tag::PARENT.load_many(&db, [&ann]).await;
    for error in [parents.map(drop), children.map(drop)] {
        let error = error.expect_err("a row would be lost");
        assert!(error.is_schema(), "{error}");
    }
    Ok(())
}

/// Such an index returns the rows of each group in the order of its second column.
async fn a_wider_index_changes_no_order(db: Database) -> Result {
    let readers = people(&db, &["ann", "bob"]).await?;
    db.create_tables::<Entry>().await?;
    let index = "CREATE INDEX entry_by_text ON entry (author, text)";
    sql(index).execute(&db).await?;
    for number in 0..40 {
        let text = format!("{:02}", 99 - number);
        let author = readers[number % 2].id;
        NewEntry { author, text }.insert(&db).await?;
    }
    for entries in Entry::AUTHOR.load_many(&db, &readers).await? {
        assert_eq!(entries.len(), 20);
        assert!(entries.is_sorted_by_key(|entry| entry.id), "{entries:?}");
    }
    Ok(())
}
