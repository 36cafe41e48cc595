//! Checking tables that something else made: each property on which a promise depends is compared.

use youku_orm::{ColumnEnum, Database, FindingKind, Id, Model, New, Tables, Timestamp, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases, run};

both_databases![
    a_collation_is_compared,
    an_unknown_check_is_found,
    the_default_is_compared,
    a_trigger_is_found,
    two_models_of_one_table_are_found,
    what_sqlite_alone_or_mysql_alone_can_lose_is_found,
];

#[derive(Model, Debug)]
#[model(table = "guest")]
struct Guest {
    #[model(primary_key, auto)]
    id: Id<Guest>,
    #[model(length = 20)]
    name: String,
    #[model(default = Mood::Calm)]
    mood: Mood,
}

#[derive(ColumnEnum, Debug, Clone, Copy, PartialEq)]
enum Mood {
    Calm,
    Loud,
}

/// The kinds and columns of all findings.
async fn found<T: Tables>(db: &Database) -> Result<Vec<(FindingKind, Option<String>)>> {
    let findings = db.check::<T>().await?;
    let pairs = findings.iter();
    Ok(pairs
        .map(|finding| (finding.kind, finding.column.clone()))
        .collect())
}

fn of(kind: FindingKind, column: &str) -> (FindingKind, Option<String>) {
    (kind, Some(column.to_owned()))
}

/// The table of `Guest` with this definition of its name.
async fn table(database: &TestDatabase, name: &str) -> Result<Database> {
    let db = Database::connect(database.url()).await?;
    let (key, mood) = match database.backend() {
        Backend::Mysql => (
            "BIGINT UNSIGNED NOT NULL PRIMARY KEY AUTO_INCREMENT",
            "VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL DEFAULT 'calm'",
        ),
        Backend::Sqlite | Backend::SqliteMemory => (
            "INTEGER PRIMARY KEY AUTOINCREMENT",
            "TEXT NOT NULL DEFAULT 'calm'",
        ),
    };
    let create = format!("CREATE TABLE guest (id {key}, name {name}, mood {mood})");
    sql(create).execute(&db).await?;
    Ok(db)
}

async fn a_collation_is_compared(database: TestDatabase) -> Result {
    let (name, kind) = match database.backend() {
        Backend::Mysql => (
            "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL",
            FindingKind::Collation,
        ),
        Backend::Sqlite | Backend::SqliteMemory => {
            ("TEXT COLLATE NOCASE NOT NULL", FindingKind::Collation)
        }
    };
    let db = table(&database, name).await?;
    assert_eq!(found::<Guest>(&db).await?, [of(kind, "name")]);
    let text = db.check::<Guest>().await?.to_string();
    assert!(text.contains("not by code point"), "{text}");
    Ok(())
}

async fn an_unknown_check_is_found(db: Database) -> Result {
    db.create_tables::<Guest>().await?;
    assert_eq!(found::<Guest>(&db).await?, []);
    sql("DROP TABLE guest").execute(&db).await?;
    let url = "id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL CHECK (name <> 'nobody'), mood VARCHAR(32) NOT NULL";
    let create = format!("CREATE TABLE guest ({url}, CONSTRAINT short CHECK (name <> mood))");
    sql(create).execute(&db).await?;
    let found = found::<Guest>(&db).await?;
    let checks = found.iter().filter(|(kind, _)| *kind == FindingKind::Check);
    let columns: Vec<_> = checks.map(|(_, column)| column.as_deref()).collect();
    assert_eq!(columns, [Some("name"), None]);
    Ok(())
}

async fn the_default_is_compared(db: Database) -> Result {
    db.create_tables::<Guest>().await?;
    assert_eq!(found::<Guest>(&db).await?, []);

    #[derive(Model)]
    #[model(table = "guest")]
    struct Louder {
        #[model(primary_key, auto)]
        id: Id<Louder>,
        #[model(length = 20)]
        name: String,
        #[model(default = Mood::Loud)]
        mood: Mood,
    }
    assert_eq!(
        found::<Louder>(&db).await?,
        [of(FindingKind::DefaultValue, "mood")]
    );
    Ok(())
}

async fn a_trigger_is_found(db: Database) -> Result {
    db.create_tables::<Guest>().await?;
    sql("CREATE TRIGGER louder AFTER INSERT ON guest FOR EACH ROW BEGIN DELETE FROM guest WHERE id < 0; END")
        .execute(&db)
        .await?;
    assert_eq!(found::<Guest>(&db).await?, [(FindingKind::Trigger, None)]);
    let text = db.check::<Guest>().await?.to_string();
    assert!(text.contains("`louder`"), "{text}");
    Ok(())
}

async fn two_models_of_one_table_are_found(db: Database) -> Result {
    #[derive(Model)]
    #[model(table = "guest")]
    struct Name {
        #[model(primary_key, auto)]
        id: Id<Name>,
        #[model(length = 20)]
        name: String,
    }
    db.create_tables::<Guest>().await?;
    let found = found::<(Guest, Name)>(&db).await?;
    assert!(
        found.contains(&(FindingKind::SharedTable, None)),
        "{found:?}"
    );
    Ok(())
}

/// What only one of the databases has, each on that one.
async fn what_sqlite_alone_or_mysql_alone_can_lose_is_found(database: TestDatabase) -> Result {
    #[derive(Model)]
    struct Event {
        #[model(primary_key)]
        id: i64,
        at: Timestamp,
    }
    let db = Database::connect(database.url()).await?;
    match database.backend() {
        Backend::Mysql => {
            let columns = "id BIGINT PRIMARY KEY AUTO_INCREMENT, at DATETIME NOT NULL";
            sql(format!("CREATE TABLE event ({columns})"))
                .execute(&db)
                .await?;
            assert_eq!(
                found::<Event>(&db).await?,
                [of(FindingKind::Type, "at"), of(FindingKind::Key, "id")]
            );
        }
        Backend::Sqlite | Backend::SqliteMemory => {
            db.create_tables::<Event>().await?;
            NewEvent {
                id: 1,
                at: Timestamp::UNIX_EPOCH,
            }
            .insert(&db)
            .await?;
            assert_eq!(found::<Event>(&db).await?, []);
            for other in ["CURRENT_TIMESTAMP", "'2024-01-02T03:04:05Z'", "12"] {
                sql(format!("UPDATE event SET at = {other}"))
                    .execute(&db)
                    .await?;
                assert_eq!(
                    found::<Event>(&db).await?,
                    [of(FindingKind::TimeText, "at")],
                    "{other}"
                );
            }
        }
    }
    Ok(())
}

#[cfg(feature = "mysql")]
#[test]
fn lengths_characters_and_lists_are_compared() {
    run(Backend::Mysql, async |database: TestDatabase| -> Result {
        let good = "CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL";
        let (length, padding, values) = (
            FindingKind::Length,
            FindingKind::Padding,
            FindingKind::Values,
        );
        for (name, expected) in [
            (format!("VARCHAR(20) {good}"), vec![]),
            (format!("VARCHAR(19) {good}"), vec![length]),
            (format!("CHAR(20) {good}"), vec![padding]),
            (
                "VARCHAR(20) CHARACTER SET latin1 NOT NULL".to_owned(),
                vec![FindingKind::CharacterSet],
            ),
            (
                "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL".to_owned(),
                vec![FindingKind::Collation],
            ),
            (format!("ENUM('a') {good}"), vec![values]),
        ] {
            let db = table(&database, &name).await?;
            let expected: Vec<_> = expected.into_iter().map(|kind| of(kind, "name")).collect();
            assert_eq!(found::<Guest>(&db).await?, expected, "{name}");
            sql("DROP TABLE guest").execute(&db).await?;
        }
        let db = table(&database, &format!("VARCHAR(20) {good}")).await?;
        for (list, expected) in [
            ("'calm', 'loud'", vec![]),
            ("'loud', 'calm'", vec![]),
            ("'calm'", vec![of(values, "mood")]),
            ("'calm', 'loud', 'shy'", vec![of(values, "mood")]),
        ] {
            sql(format!(
                "ALTER TABLE guest MODIFY mood ENUM({list}) {good} DEFAULT 'calm'"
            ))
            .execute(&db)
            .await?;
            assert_eq!(found::<Guest>(&db).await?, expected, "{list}");
        }
        Ok(())
    });
}
