//! A prefix for the tables of a program that shares its database.

use youku_orm::{Database, Id, Migrations, Model, sql};
use youku_tests::{Result, both_databases};

use crate::models::{Book, Person, book, names, people, person};

both_databases![
    every_statement_uses_the_tables_with_the_prefix,
    tables_without_the_prefix_are_not_changed,
    a_text_that_looks_like_a_table_is_stored_as_it_is,
    migrations_create_tables_with_the_prefix,
    findings_name_tables_with_their_prefix,
    tables_named_like_columns_of_the_catalogue_are_checked,
];

/// SQLite's catalogue of foreign keys has the columns `table`, `from` and `to`.
#[derive(Debug, Model)]
#[model(table = "from")]
struct Sender {
    #[model(primary_key, auto)]
    id: Id<Sender>,
    #[model(unique, length = 20)]
    name: String,
}

#[derive(Debug, Model)]
#[model(table = "table")]
struct Desk {
    #[model(primary_key, auto)]
    id: Id<Desk>,
    #[model(index)]
    sender: Id<Sender>,
}

/// Its catalogue of columns and indexes has the columns `type`, `notnull` and `unique`.
#[derive(Debug, Model)]
#[model(table = "unique")]
struct Label {
    #[model(primary_key, auto)]
    id: Id<Label>,
    desk: Id<Desk>,
}

fn prefixed(db: &Database) -> Result<Database> {
    Ok(db.with_table_prefix::<(Person, Book)>("app_")?)
}

async fn every_statement_uses_the_tables_with_the_prefix(db: Database) -> Result {
    let app = prefixed(&db)?;
    let people = people(&app, &["ann", "bob"]).await?;
    let mut owned = book("1", "one");
    owned.owner = Some(people[0].id);
    Book::insert_many(&app, vec![owned, book("2", "two")]).await?;
    let mut tx = app.begin().await?;
    Person::insert(person("ann", 7))
        .on_conflict(Person::NAME)
        .update(Person::AGE)
        .exec(&mut tx)
        .await?;
    tx.commit().await?;
    let books = Book::OWNER.load_many(&app, &people).await?;
    assert_eq!(books[0][0].title, "one");
    let owners = Book::query().join(Book::OWNER.on(Person::ID));
    let owners = owners.select((Book::TITLE, Person::AGE)).all(&app).await?;
    assert_eq!(owners, [("one".to_owned(), 7)]);
    let mut stream = Person::filter(Person::NAME.eq("bob")).stream(&app).await?;
    let bob = stream.next().await.transpose()?;
    assert_eq!(bob.as_ref(), Some(&people[1]));
    app.check::<(Person, Book)>().await?.into_result()?;
    assert!(app.sync::<(Person, Book)>().dry_run().await?.is_empty());
    let stored: u64 = sql("SELECT COUNT(*) FROM app_library_book")
        .one(&db)
        .await?;
    assert_eq!(stored, 2);
    Ok(())
}

async fn tables_without_the_prefix_are_not_changed(db: Database) -> Result {
    people(&db, &["theirs"]).await?;
    let app = prefixed(&db)?;
    assert!(!app.check::<Person>().await?.is_empty());
    people(&app, &["ours"]).await?;
    Person::query().every_row().delete(&app).await?;
    assert_eq!(Person::query().count(&app).await?, 0);
    assert_eq!(names(&Person::query().all(&db).await?), ["theirs"]);
    Ok(())
}

async fn a_text_that_looks_like_a_table_is_stored_as_it_is(db: Database) -> Result {
    let app = prefixed(&db)?;
    let text = "`person`";
    let stored = people(&app, &[text]).await?;
    assert_eq!(stored[0].name, text);
    let by_hand = "INSERT INTO `library_book` (`isbn`, `title`) \
                   VALUES ('1', 'it''s `person`') -- not `person`";
    sql(by_hand).execute(&app).await?;
    let title: String = sql("SELECT title FROM app_library_book").one(&db).await?;
    assert_eq!(title, "it's `person`");
    Ok(())
}

async fn migrations_create_tables_with_the_prefix(db: Database) -> Result {
    let steps = || {
        let create = "-- It's for `person`.\nCREATE TABLE `person` (`id` INTEGER);\n\
                      INSERT INTO `person` VALUES (1);";
        Migrations::new().sql("1_create.sql", create)
    };
    let app = prefixed(&db)?;
    assert_eq!(steps().run(&app).await?, ["1_create.sql"]);
    assert_eq!(steps().run(&app).await?, [""; 0]);
    let rows: u64 = sql("SELECT COUNT(*) FROM app_person").one(&db).await?;
    let ran: u64 = sql("SELECT COUNT(*) FROM app_youku_migration")
        .one(&db)
        .await?;
    assert_eq!((rows, ran), (1, 1));
    // Without the prefix no step has run yet.
    assert_eq!(steps().run(&db).await?, ["1_create.sql"]);
    Ok(())
}

async fn findings_name_tables_with_their_prefix(db: Database) -> Result {
    let app = prefixed(&db)?;
    let missing = app.check::<Person>().await?.to_string();
    assert!(missing.contains("`app_person`"), "{missing}");
    app.create_tables::<(Person, Book)>().await?;
    sql("ALTER TABLE app_library_book DROP COLUMN title")
        .execute(&db)
        .await?;
    let findings = app.check::<Book>().await?.to_string();
    assert!(
        findings.contains("`app_library_book`.`title`"),
        "{findings}"
    );
    let _ = app.sync::<(Person, Book)>().await?;
    app.check::<(Person, Book)>().await?.into_result()?;
    Ok(())
}

async fn tables_named_like_columns_of_the_catalogue_are_checked(db: Database) -> Result {
    type Tables = (Sender, Desk, Label);
    let app = db.with_table_prefix::<Tables>("app_")?;
    let missing = app.check::<Tables>().await?.to_string();
    for table in ["app_from", "app_table", "app_unique"] {
        assert!(missing.contains(&format!("`{table}`")), "{missing}");
    }
    assert!(!app.sync::<Tables>().await?.is_empty());
    app.check::<Tables>().await?.into_result()?;
    assert!(app.sync::<Tables>().dry_run().await?.is_empty());
    let name = "ann".to_owned();
    let sender = Sender::insert(NewSender { name }).exec(&app).await?.id;
    let desk = Desk::insert(NewDesk { sender }).exec(&app).await?.id;
    Label::insert(NewLabel { desk }).exec(&app).await?;
    let found = Sender::filter(Sender::NAME.eq("ann")).one(&app).await?;
    assert_eq!(found.id, sender);
    Ok(())
}
