//! Comparing models with a live database.

use youku_orm::{Database, FindingKind, Id, Model, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

use crate::models::{Book, Person};
use crate::specimen::Specimen;

both_databases![
    tables_that_the_models_created_have_no_findings,
    a_missing_table_is_found,
    a_similar_table_is_suggested,
    all_findings_are_reported_at_once,
    what_the_model_does_not_use_is_not_a_finding,
    the_error_lists_every_finding,
    a_missing_unique_index_is_found,
    a_broken_view_elsewhere_does_not_matter,
    a_generated_column_is_a_column,
    a_view_has_columns_only,
    the_action_on_delete_is_compared,
];

#[derive(Model)]
struct Shelf {
    #[model(primary_key, auto)]
    id: Id<Shelf>,
    #[model(unique, length = 9)]
    label: String,
    #[model(index)]
    height: u32,
    depth: Option<u32>,
    width: u32,
    note: String,
    room: Option<Id<Room>>,
    made_of: String,
}

#[derive(Model)]
struct Room {
    #[model(primary_key, auto)]
    id: Id<Room>,
}

type Found = Vec<(FindingKind, Option<String>)>;

async fn found(db: &Database) -> Result<Found> {
    let findings = db.check::<(Shelf, Room)>().await?;
    Ok(findings
        .iter()
        .map(|finding| (finding.kind, finding.column.clone()))
        .collect())
}

async fn tables_that_the_models_created_have_no_findings(db: Database) -> Result {
    db.create_tables::<(Shelf, Room, Person, Book, Specimen)>()
        .await?;
    let findings = db.check::<(Shelf, Room, Person, Book, Specimen)>().await?;
    assert_eq!(findings.to_string(), "");
    assert!(findings.is_empty());
    findings.into_result()?;
    Ok(())
}

async fn a_missing_table_is_found(db: Database) -> Result {
    let findings = db.check::<Room>().await?;
    assert_eq!(
        findings.to_string(),
        "the table `room` is missing; create it with `create_tables`, `sync` or a migration\n"
    );
    Ok(())
}

async fn a_similar_table_is_suggested(db: Database) -> Result {
    sql("CREATE TABLE rooms (id INT)").execute(&db).await?;
    let findings = db.check::<Room>().await?;
    assert_eq!(
        findings.to_string(),
        "the table `room` is missing; did you mean `rooms`? write `#[model(table = \"rooms\")]`\n"
    );
    Ok(())
}

async fn all_findings_are_reported_at_once(database: TestDatabase) -> Result {
    let db = Database::connect(database.url()).await?;
    db.create_tables::<Room>().await?;
    let table = "CREATE TABLE shelf (id BIGINT NOT NULL, label VARCHAR(20) NOT NULL PRIMARY KEY, \
                 height BIGINT, depth BIGINT NOT NULL, width VARCHAR(20) NOT NULL, \
                 notes VARCHAR(20), room BIGINT, material VARCHAR(20) NOT NULL)";
    sql(table).execute(&db).await?;
    let mut expected = vec![
        (FindingKind::Type, "id"),
        (FindingKind::Nullability, "height"),
        (FindingKind::Nullability, "depth"),
        (FindingKind::Type, "width"),
        (FindingKind::MissingColumn, "note"),
        (FindingKind::Type, "room"),
        (FindingKind::MissingColumn, "made_of"),
        (FindingKind::ExtraColumn, "material"),
        (FindingKind::Key, "id"),
        (FindingKind::MissingIndex, "height"),
        (FindingKind::MissingIndex, "room"),
        (FindingKind::ForeignKey, "room"),
    ];
    // Signed and unsigned are the same type in SQLite.
    if database.backend() == Backend::Mysql {
        // That of a table without a character set is latin1.
        expected.push((FindingKind::CharacterSet, "label"));
    } else {
        expected.retain(|(kind, column)| *kind != FindingKind::Type || *column == "width");
    }
    let expected = expected.into_iter();
    let expected: Found = expected
        .map(|(kind, column)| (kind, Some(column.to_owned())))
        .collect();
    assert_eq!(found(&db).await?, expected);
    Ok(())
}

async fn a_missing_unique_index_is_found(db: Database) -> Result {
    mod lax {
        use youku_orm::{Id, Model};

        #[derive(Model)]
        pub(super) struct Badge {
            #[model(primary_key, auto)]
            id: Id<Badge>,
            #[model(index, length = 9)]
            number: String,
        }
    }
    #[derive(Model)]
    struct Badge {
        #[model(primary_key, auto)]
        id: Id<Badge>,
        #[model(unique, length = 9)]
        number: String,
    }
    db.create_tables::<lax::Badge>().await?;
    let findings = db.check::<Badge>().await?;
    let kinds: Vec<FindingKind> = findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [FindingKind::MissingUnique], "{findings}");
    Ok(())
}

async fn a_broken_view_elsewhere_does_not_matter(db: Database) -> Result {
    db.create_tables::<(Shelf, Room)>().await?;
    for change in [
        "CREATE TABLE gone (x INT)",
        "CREATE VIEW broken AS SELECT x FROM gone",
        "DROP TABLE gone",
    ] {
        sql(change).execute(&db).await?;
    }
    assert_eq!(found(&db).await?, []);
    assert!(db.sync::<(Shelf, Room)>().await?.is_empty());
    Ok(())
}

async fn a_generated_column_is_a_column(db: Database) -> Result {
    #[derive(Model)]
    #[model(table = "room")]
    struct Doubled {
        #[model(primary_key, auto)]
        id: Id<Doubled>,
        twice: Option<i64>,
    }
    db.create_tables::<Room>().await?;
    for change in [
        "ALTER TABLE room ADD COLUMN size BIGINT",
        "ALTER TABLE room ADD COLUMN twice BIGINT GENERATED ALWAYS AS (size * 2) VIRTUAL",
    ] {
        sql(change).execute(&db).await?;
    }
    let findings = db.check::<Doubled>().await?;
    let kinds: Vec<_> = findings.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [FindingKind::Generated], "{findings}");
    Ok(())
}

async fn what_the_model_does_not_use_is_not_a_finding(db: Database) -> Result {
    db.create_tables::<(Shelf, Room)>().await?;
    for change in [
        "ALTER TABLE shelf ADD COLUMN colour VARCHAR(20)",
        "ALTER TABLE shelf ADD COLUMN legs INT NOT NULL DEFAULT 4",
        "CREATE INDEX legs ON shelf (legs)",
        "CREATE TABLE other (x INT)",
    ] {
        sql(change).execute(&db).await?;
    }
    assert_eq!(found(&db).await?, []);
    Ok(())
}

async fn the_error_lists_every_finding(db: Database) -> Result {
    let error = db
        .check::<(Room, Shelf)>()
        .await?
        .into_result()
        .expect_err("both are missing");
    assert!(error.is_schema());
    let text = error.to_string();
    assert!(text.contains("\nthe table `room` is missing"), "{text}");
    assert!(text.contains("\nthe table `shelf` is missing"), "{text}");
    Ok(())
}

async fn a_view_has_columns_only(db: Database) -> Result {
    sql("CREATE VIEW room AS SELECT CAST(18446744073709551615 AS UNSIGNED) AS id")
        .execute(&db)
        .await?;
    // The shelf.
    assert_eq!(found(&db).await?, [(FindingKind::MissingTable, None)]);
    Ok(())
}

async fn the_action_on_delete_is_compared(db: Database) -> Result {
    mod other {
        use youku_orm::{Id, Model};

        #[derive(Model)]
        pub(super) struct Shelf {
            #[model(primary_key, auto)]
            id: Id<Shelf>,
            #[model(on_delete = "cascade")]
            room: Option<Id<super::Room>>,
        }
    }
    db.create_tables::<(other::Shelf, Room)>().await?;
    let found = found(&db).await?;
    let room = Some("room".to_owned());
    assert_eq!(found.last(), Some(&(FindingKind::ForeignKey, room)));
    let text = db.check::<Shelf>().await?.to_string();
    assert!(
        text.contains(
            "the foreign key of `shelf`.`room` does CASCADE on delete, and the model says RESTRICT"
        ),
        "{text}"
    );
    Ok(())
}
