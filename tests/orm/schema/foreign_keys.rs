//! References that the database enforces.

use youku_orm::{ColumnType, Database, Id, Model, New, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

both_databases![
    a_row_cannot_refer_to_a_missing_row,
    a_row_that_is_referred_to_cannot_be_deleted,
    cascade_deletes_what_refers,
    set_null_clears_the_reference,
    text_refers_to_a_key_of_text,
    a_row_refers_to_another_of_its_table,
    a_key_can_be_a_reference,
    tables_are_created_in_any_order,
    tables_that_refer_to_each_other_are_created,
    a_missing_table_is_named,
    an_existing_table_may_be_referred_to,
    a_reference_without_a_foreign_key_is_not_enforced,
    every_foreign_key_has_an_index,
    connections_check_foreign_keys_after_tables_were_created,
];

#[derive(Model, Debug, PartialEq)]
struct Author {
    #[model(primary_key, auto)]
    id: Id<Author>,
    #[model(references = Country, length = 2)]
    country: Option<Code>,
}

/// A key with its own type.
#[derive(ColumnType, Debug, Clone, PartialEq)]
struct Code(String);

#[derive(Model, Debug, Clone, PartialEq)]
struct Country {
    #[model(primary_key, length = 2)]
    code: Code,
}

#[derive(Model, Debug, PartialEq)]
struct Post {
    #[model(primary_key, auto)]
    id: Id<Post>,
    author: Id<Author>,
}

#[derive(Model, Debug, PartialEq)]
struct Comment {
    #[model(primary_key, auto)]
    id: Id<Comment>,
    #[model(on_delete = "cascade")]
    post: Id<Post>,
    #[model(on_delete = "set_null", index = "writer")]
    author: Option<Id<Author>>,
    #[model(index = "writer")]
    likes: u32,
    #[model(references = Self, on_delete = "cascade")]
    reply_to: Option<Id<Comment>>,
}

/// Has the same key as the row that it belongs to.
#[derive(Model, Debug, PartialEq)]
struct Profile {
    #[model(primary_key)]
    author: Id<Author>,
    #[model(no_foreign_key)]
    reviewer: Id<Author>,
}

#[derive(Model, Debug, PartialEq)]
struct Egg {
    #[model(primary_key, auto)]
    id: Id<Egg>,
    layer: Option<Id<Hen>>,
}

#[derive(Model, Debug, PartialEq)]
struct Hen {
    #[model(primary_key, auto)]
    id: Id<Hen>,
    from: Option<Id<Egg>>,
}

async fn create(db: &Database) -> Result {
    // Each refers to one after it.
    type All = (Comment, Post, Profile, Author, Country);
    Ok(db.create_tables::<All>().await?)
}

async fn author(db: &Database) -> Result<Author> {
    Ok(NewAuthor { country: None }.insert(db).await?)
}

async fn post(db: &Database, author: Id<Author>) -> Result<Post> {
    Ok(NewPost { author }.insert(db).await?)
}

fn comment(post: &Post) -> NewComment {
    NewComment {
        post: post.id,
        author: None,
        likes: 0,
        reply_to: None,
    }
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, youku_orm::Error>) {
    let error = result.expect_err("a foreign key refuses it");
    assert!(error.is_foreign_key_violation(), "{error}");
}

async fn a_row_cannot_refer_to_a_missing_row(db: Database) -> Result {
    create(&db).await?;
    let nobody = Id::new(99);
    refused(NewPost { author: nobody }.insert(&db).await);
    let mut post = post(&db, author(&db).await?.id).await?;
    post.author = nobody;
    refused(post.update(&db).await);
    Ok(())
}

async fn a_row_that_is_referred_to_cannot_be_deleted(db: Database) -> Result {
    create(&db).await?;
    let author = author(&db).await?;
    let post = post(&db, author.id).await?;
    refused(author.delete(&db).await);
    refused(Author::query().every_row().delete(&db).await);
    post.delete(&db).await?;
    author.delete(&db).await?;
    Ok(())
}

async fn cascade_deletes_what_refers(db: Database) -> Result {
    create(&db).await?;
    let author = author(&db).await?;
    let posts = [post(&db, author.id).await?, post(&db, author.id).await?];
    let first = comment(&posts[0]).insert(&db).await?;
    let other = comment(&posts[1]).insert(&db).await?;
    let reply = NewComment {
        reply_to: Some(first.id),
        ..comment(&posts[1])
    };
    reply.insert(&db).await?;
    posts[0].delete(&db).await?;
    assert_eq!(Comment::query().all(&db).await?, [other]);
    Ok(())
}

async fn set_null_clears_the_reference(db: Database) -> Result {
    create(&db).await?;
    let (one, two) = (author(&db).await?, author(&db).await?);
    let post = post(&db, one.id).await?;
    let by_two = NewComment {
        author: Some(two.id),
        ..comment(&post)
    };
    let by_two = by_two.insert(&db).await?;
    two.delete(&db).await?;
    assert_eq!(Comment::get(&db, by_two.id).await?.author, None);
    Ok(())
}

async fn text_refers_to_a_key_of_text(db: Database) -> Result {
    create(&db).await?;
    let from = |code: &str| NewAuthor {
        country: Some(Code(code.to_owned())),
    };
    refused(from("de").insert(&db).await);
    let code = Code("de".to_owned());
    let country = NewCountry { code }.insert(&db).await?;
    let authors = [from("de").insert(&db).await?];
    let countries: Vec<Option<Country>> = Author::COUNTRY.load_one(&db, &authors).await?;
    assert_eq!(countries, [Some(country)]);
    refused(from("DE").insert(&db).await);
    Ok(())
}

async fn a_row_refers_to_another_of_its_table(db: Database) -> Result {
    create(&db).await?;
    let post = post(&db, author(&db).await?.id).await?;
    let reply_to = |id| NewComment {
        reply_to: Some(id),
        ..comment(&post)
    };
    refused(reply_to(Id::new(99)).insert(&db).await);
    let first = comment(&post).insert(&db).await?;
    reply_to(first.id).insert(&db).await?;
    first.delete(&db).await?;
    assert_eq!(Comment::query().count(&db).await?, 0);
    Ok(())
}

async fn a_key_can_be_a_reference(db: Database) -> Result {
    create(&db).await?;
    let of = |author| NewProfile {
        author,
        reviewer: author,
    };
    refused(of(Id::new(99)).insert(&db).await);
    of(author(&db).await?.id).insert(&db).await?;
    Ok(())
}

async fn tables_are_created_in_any_order(db: Database) -> Result {
    create(&db).await?;
    db.create_tables::<(Country, Author, Profile, Post, Comment)>()
        .await?;
    let findings = db.check::<(Country, Author, Profile, Post, Comment)>();
    findings.await?.into_result()?;
    Ok(())
}

async fn tables_that_refer_to_each_other_are_created(db: Database) -> Result {
    db.create_tables::<(Egg, Hen)>().await?;
    db.check::<(Egg, Hen)>().await?.into_result()?;
    let egg = NewEgg { layer: None }.insert(&db).await?;
    let hen = NewHen { from: Some(egg.id) }.insert(&db).await?;
    let layer = Some(hen.id);
    NewEgg { layer }.insert(&db).await?;
    refused(hen.delete(&db).await);
    Ok(())
}

async fn a_missing_table_is_named(db: Database) -> Result {
    let error = db
        .create_tables::<(Country, Post, Egg)>()
        .await
        .expect_err("two tables are nowhere");
    assert!(error.is_schema());
    assert_eq!(
        error.to_string(),
        "`post`.`author` refers to the table `author`, `egg`.`layer` refers to the table `hen`, \
         which is not in the database: create its model in the same call, or write \
         `no_foreign_key` on the column"
    );
    let created = Country::query().count(&db).await;
    assert!(created.is_err_and(|error| error.is_schema()));
    Ok(())
}

async fn an_existing_table_may_be_referred_to(db: Database) -> Result {
    db.create_tables::<Country>().await?;
    db.create_tables::<Author>().await?;
    db.create_tables::<Post>().await?;
    post(&db, author(&db).await?.id).await?;
    Ok(())
}

async fn a_reference_without_a_foreign_key_is_not_enforced(db: Database) -> Result {
    create(&db).await?;
    let author = author(&db).await?.id;
    let reviewer = Id::new(99);
    NewProfile { author, reviewer }.insert(&db).await?;
    Ok(())
}

async fn every_foreign_key_has_an_index(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    create(&db).await?;
    let names = match database.backend() {
        Backend::Mysql => {
            "SELECT DISTINCT index_name FROM information_schema.statistics \
             WHERE table_schema = DATABASE() AND index_name <> 'PRIMARY' ORDER BY index_name"
        }
        Backend::Sqlite | Backend::SqliteMemory => {
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
        }
    };
    let names: Vec<String> = sql(names).all(&db).await?;
    assert_eq!(
        names,
        [
            "author.country.foreign",
            "comment.post.foreign",
            "comment.reply_to.foreign",
            "comment.writer.index",
            "post.author.foreign",
        ]
    );
    Ok(())
}

/// On MySQL, the connection that creates tables does not check foreign keys during that time.
async fn connections_check_foreign_keys_after_tables_were_created(
    database: TestDatabase,
) -> Result {
    let options = Database::options().max_connections(1);
    let db = options.connect(database.url()).await?;
    create(&db).await?;
    refused(
        NewPost {
            author: Id::new(99),
        }
        .insert(&db)
        .await,
    );
    Ok(())
}
