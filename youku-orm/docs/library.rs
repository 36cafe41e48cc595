// The rows with which every example of `queries.md` and `writes.md` starts, in the tables that `queries.md` shows.

/// Ann wrote two books, Bob one, Cid none; one book has two reviews.
async fn library() -> Result<Database> {
    let db = Database::connect("sqlite::memory:").await?;
    db.create_tables::<(Author, Book, Review)>().await?;
    let names = ["Ann", "Bob", "Cid"].map(|name| NewAuthor { name: name.into() });
    let authors = Author::insert_many(&db, names.into()).await?;
    let book = |author: usize, title: &str, year, sold| NewBook {
        author_id: authors[author].id,
        title: title.into(),
        year,
        subtitle: None,
        sold,
        printed: 100,
    };
    let books = vec![book(0, "Alpha", 1999, 100), book(0, "Beta", 2004, 20), book(1, "100 %", 2004, 90)];
    let books = Book::insert_many(&db, books).await?;
    for stars in [3, 5] {
        NewReview { book_id: books[0].id, stars }.insert(&db).await?;
    }
    Ok(db)
}
