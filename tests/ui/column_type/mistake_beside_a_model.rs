// mistakes: 1

use youku_orm::{ColumnType, Model};

#[derive(Clone, PartialEq, ColumnType)]
struct Isbn {
    text: String,
}

#[derive(Model)]
struct Book {
    #[model(primary_key, length = 20)]
    isbn: Isbn,
    sequel: Option<Isbn>,
}

fn main() {
    let isbn = Isbn {
        text: String::new(),
    };
    let _ = Book::filter(Book::ISBN.eq(&isbn));
    let _ = NewBook { isbn, sequel: None };
}
