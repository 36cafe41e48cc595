//! Adding to a live database what the models have and the database lacks.

use youku_orm::{Database, Id, Model, New, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

both_databases![
    tables_columns_and_indexes_are_added,
    a_dry_run_changes_nothing,
    a_second_sync_does_nothing,
    a_table_that_the_model_created_lacks_nothing,
    nothing_is_dropped_or_altered,
    a_column_without_a_default_is_refused_when_there_are_rows,
    a_column_without_a_default_is_added_to_an_empty_table,
    a_unique_index_over_repeated_values_is_refused,
    foreign_keys_are_added,
    a_reference_that_rows_would_get_by_default_is_added_or_refused,
    added_text_columns_compare_like_those_of_other_tables,
    a_missing_table_is_named,
];

#[derive(Model, Debug, PartialEq)]
struct Owner {
    #[model(primary_key, auto)]
    id: Id<Owner>,
    #[model(length = 20)]
    name: String,
}

/// The table `pet` in its first version.
mod old {
    use youku_orm::Model;

    #[derive(Model)]
    pub(super) struct Pet {
        #[model(primary_key, auto)]
        id: i64,
        #[model(length = 20)]
        pub(super) name: String,
        pub(super) obsolete: Option<String>,
    }
}

/// The table in its second version.
#[derive(Model, Debug, PartialEq)]
struct Pet {
    #[model(primary_key, auto)]
    id: i64,
    #[model(unique, length = 20)]
    name: String,
    #[model(default = "it's a \\ cat", length = 20)]
    kind: String,
    #[model(default = 4, index = "body")]
    legs: u8,
    #[model(index = "body")]
    tail: Option<u8>,
    #[model(on_delete = "set_null")]
    owner: Option<Id<Owner>>,
}

/// With columns that cannot be added to a table with rows.
mod strict {
    use youku_orm::{Model, Timestamp};

    #[derive(Model)]
    pub(super) struct Pet {
        #[model(primary_key, auto)]
        id: i64,
        born: Timestamp,
        weight: f64,
    }
}

async fn old(db: &Database, names: &[&str]) -> Result {
    db.create_tables::<old::Pet>().await?;
    for name in names {
        let (name, obsolete) = ((*name).to_owned(), Some("kept".to_owned()));
        old::NewPet { name, obsolete }.insert(db).await?;
    }
    Ok(())
}

async fn tables_columns_and_indexes_are_added(db: Database) -> Result {
    old(&db, &["tom"]).await?;
    let plan = db.sync::<(Pet, Owner)>().await?;
    assert!(!plan.is_empty());
    let tom = Pet {
        id: 1,
        name: "tom".to_owned(),
        kind: "it's a \\ cat".to_owned(),
        legs: 4,
        tail: None,
        owner: None,
    };
    assert_eq!(Pet::query().all(&db).await?, [tom]);
    let name = "ann".to_owned();
    let owner = Some(NewOwner { name }.insert(&db).await?.id);
    let name = "tom".to_owned();
    let again = NewPet {
        name,
        tail: None,
        owner,
    }
    .insert(&db)
    .await;
    assert!(again.is_err_and(|error| error.is_unique_violation()));
    let long = Pet::insert(NewPet {
        name: "rex".to_owned(),
        tail: None,
        owner,
    });
    let long = long.set(Pet::KIND, "x".repeat(21)).exec(&db).await;
    assert!(long.is_err_and(|error| error.is_check_violation()));
    db.check::<(Pet, Owner)>().await?.into_result()?;
    Ok(())
}

async fn a_dry_run_changes_nothing(db: Database) -> Result {
    old(&db, &["tom"]).await?;
    let plan = db.sync::<(Pet, Owner)>().dry_run().await?;
    let lines = plan.to_string();
    assert_eq!(lines.lines().count(), plan.statements().count());
    assert!(
        lines.starts_with("CREATE TABLE IF NOT EXISTS `owner`"),
        "{lines}"
    );
    assert!(
        lines.contains("\nALTER TABLE `pet` ADD COLUMN `tail` "),
        "{lines}"
    );
    assert!(
        lines.contains("\nCREATE INDEX `pet.body.index` ON `pet` (`legs`, `tail`);\n"),
        "{lines}"
    );
    assert!(Owner::query().count(&db).await.is_err());
    assert_eq!(db.sync::<(Pet, Owner)>().dry_run().await?, plan);
    assert_eq!(db.sync::<(Pet, Owner)>().await?, plan);
    Ok(())
}

async fn a_second_sync_does_nothing(db: Database) -> Result {
    old(&db, &["tom"]).await?;
    let _ = db.sync::<(Pet, Owner)>().await?;
    let second = db.sync::<(Pet, Owner)>().await?;
    assert_eq!(second.to_string(), "");
    assert!(second.is_empty());
    Ok(())
}

async fn a_table_that_the_model_created_lacks_nothing(db: Database) -> Result {
    db.create_tables::<(Pet, Owner)>().await?;
    let plan = db.sync::<(Pet, Owner)>().await?;
    assert_eq!(plan.to_string(), "");
    Ok(())
}

async fn nothing_is_dropped_or_altered(db: Database) -> Result {
    old(&db, &["tom"]).await?;
    sql("CREATE TABLE other (x INT)").execute(&db).await?;
    let _ = db.sync::<(Pet, Owner)>().await?;
    let kept: String = sql("SELECT obsolete FROM pet").one(&db).await?;
    assert_eq!(kept, "kept");
    sql("SELECT x FROM other").execute(&db).await?;
    Ok(())
}

async fn a_column_without_a_default_is_refused_when_there_are_rows(db: Database) -> Result {
    old(&db, &["tom"]).await?;
    let refused = db.sync::<(Owner, strict::Pet)>().await;
    let error = refused.expect_err("`tom` has no birthday");
    assert!(error.is_schema());
    let text = error.to_string();
    assert!(
        text.contains("`pet`.`born` is NOT NULL without a default"),
        "{text}"
    );
    assert!(text.contains("`pet`.`weight`"), "{text}");
    // No statement has run.
    assert!(Owner::query().count(&db).await.is_err());
    Ok(())
}

async fn a_column_without_a_default_is_added_to_an_empty_table(db: Database) -> Result {
    old(&db, &[]).await?;
    let _ = db.sync::<strict::Pet>().await?;
    assert_eq!(strict::Pet::query().count(&db).await?, 0);
    Ok(())
}

async fn a_unique_index_over_repeated_values_is_refused(db: Database) -> Result {
    old(&db, &["tom", "tom"]).await?;
    let refused = db.sync::<(Pet, Owner)>().await;
    let error = refused.expect_err("two are called tom");
    assert!(error.is_unique_violation(), "{error}");
    assert!(!error.to_string().contains("tom"), "{error}");
    Ok(())
}

/// SQLite has them only on columns that are added.
async fn foreign_keys_are_added(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    db.create_tables::<Owner>().await?;
    let table = "CREATE TABLE pet (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(20) NOT NULL, \
                 kind VARCHAR(20) NOT NULL, legs SMALLINT NOT NULL, tail SMALLINT";
    match database.backend() {
        Backend::Mysql => {
            sql(format!("{table}, owner BIGINT UNSIGNED)"))
                .execute(&db)
                .await?
        }
        _ => sql(format!("{table})")).execute(&db).await?,
    };
    let _ = db.sync::<Pet>().await?;
    let lost = "INSERT INTO pet (id, name, kind, legs, owner) VALUES (1, 'a', 'b', 4, 99)";
    let error = sql(lost).execute(&db).await.expect_err("no person is 99");
    assert!(error.is_foreign_key_violation(), "{error}");
    assert_eq!(db.sync::<Pet>().await?.to_string(), "");
    Ok(())
}

/// SQLite cannot do this, and the library says so before any statement runs.
async fn a_reference_that_rows_would_get_by_default_is_added_or_refused(
    database: TestDatabase,
) -> Result {
    #[derive(Model)]
    struct Kind {
        #[model(primary_key, length = 20)]
        name: String,
    }
    #[derive(Model)]
    #[model(table = "pet")]
    struct Sorted {
        #[model(primary_key, auto)]
        id: i64,
        #[model(references = Kind, default = "cat", length = 20)]
        kind: String,
    }
    let db = Database::connect(database.url()).await?;
    old(&db, &["tom"]).await?;
    db.create_tables::<Kind>().await?;
    let name = "cat".to_owned();
    NewKind { name }.insert(&db).await?;
    let done = db.sync::<Sorted>().await;
    if database.backend() == Backend::Mysql {
        assert!(!done?.is_empty());
    } else {
        let error = done.expect_err("SQLite adds no such column");
        assert!(error.is_schema(), "{error}");
        assert!(error.to_string().contains("has a default"), "{error}");
    }
    Ok(())
}

async fn added_text_columns_compare_like_those_of_other_tables(database: TestDatabase) -> Result {
    #[derive(Model)]
    struct Word {
        #[model(primary_key, auto)]
        id: i64,
        #[model(unique, length = 20)]
        text: Option<String>,
    }
    let db = Database::connect(database.url()).await?;
    let table = match database.backend() {
        Backend::Mysql => "CREATE TABLE word (id BIGINT AUTO_INCREMENT PRIMARY KEY) CHARSET=latin1",
        _ => "CREATE TABLE word (id INTEGER PRIMARY KEY)",
    };
    sql(table).execute(&db).await?;
    let _ = db.sync::<Word>().await?;
    for text in ["a", "A", "优酷"] {
        let text = Some(text.to_owned());
        NewWord { text }.insert(&db).await?;
    }
    Ok(())
}

async fn a_missing_table_is_named(db: Database) -> Result {
    old(&db, &[]).await?;
    let error = db.sync::<Pet>().await.expect_err("`owner` is nowhere");
    assert!(error.is_schema());
    assert!(
        error.to_string().contains("refers to the table `owner`"),
        "{error}"
    );
    Ok(())
}
