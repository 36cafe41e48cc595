//! The schema: what the migrations create in a database, and which databases a service opens.

use std::collections::{BTreeMap, BTreeSet};

use youku_core::{Builder, Code, Migrate, Youku, create_tables_of_models};
use youku_orm::{Database, sql};
use youku_tests::{Backend, Result, TestDatabase, both_databases};

use crate::world::{World, bad_field, policy, registration};

both_databases![
    migrations_create_what_the_models_describe,
    many_programs_open_a_new_database_at_once,
    a_database_without_migrations_is_refused_when_only_checked,
    migrations_run_without_opening,
    a_newer_database_is_refused,
    a_table_that_was_changed_by_hand_is_refused,
    an_interrupted_migration_runs_again,
    every_later_migration_runs_again,
];

fn builder(database: &TestDatabase) -> Builder {
    let builder = Youku::builder().database(database.url());
    builder.movies("memory:///").policy(policy())
}

/// The clauses of each table and the statements of its indexes, in any order.
async fn schema(db: &Database, backend: Backend) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut schema = BTreeMap::<String, BTreeSet<String>>::new();
    if backend == Backend::Mysql {
        let tables: Vec<String> = sql("SHOW TABLES").all(db).await?;
        for table in tables {
            let create = format!("SHOW CREATE TABLE `{table}`");
            let (_, text): (String, String) = sql(create).one(db).await?;
            let lines = text.lines().map(|line| line.trim_end_matches(','));
            schema.insert(table, lines.map(str::to_owned).collect());
        }
    } else {
        let query = "SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL";
        let rows: Vec<(String, String)> = sql(query).all(db).await?;
        for (table, text) in rows {
            let clauses = schema.entry(table).or_default();
            if text.starts_with("CREATE TABLE") {
                clauses.extend(clauses_of(&text));
            } else {
                clauses.insert(text);
            }
        }
    }
    // Annotations that the databases add.
    schema.retain(|table, _| table != "youku_migration" && table != "sqlite_sequence");
    Ok(schema)
}

/// The text between the outermost brackets of a statement, split at its commas.
fn clauses_of(text: &str) -> Vec<String> {
    let inside = text
        .split_once('(')
        .and_then(|(_, rest)| rest.rsplit_once(')'));
    let (mut depth, mut clauses) = (0, vec![String::new()]);
    for sign in inside.map_or("", |(inside, _)| inside).chars() {
        depth += i32::from(sign == '(') - i32::from(sign == ')');
        match (sign, depth) {
            (',', 0) => clauses.push(String::new()),
            _ => clauses.last_mut().expect("there is one").push(sign),
        }
    }
    clauses
        .iter()
        .map(|clause| clause.trim().to_owned())
        .collect()
}

async fn migrations_create_what_the_models_describe(database: TestDatabase) -> Result {
    let backend = database.backend();
    builder(&database).migrate().await?;
    let db = Database::connect(database.url()).await?;
    let migrated = schema(&db, backend).await?;
    let other = TestDatabase::create(backend).await;
    let db = Database::connect(other.url()).await?;
    create_tables_of_models(&db).await?;
    let wanted = schema(&db, backend).await?;
    let tables = |schema: &BTreeMap<String, _>| schema.keys().cloned().collect::<Vec<_>>();
    assert_eq!(tables(&migrated), tables(&wanted));
    assert!(wanted.len() > 10, "{wanted:?}");
    for (table, wanted) in wanted {
        let migrated = &migrated[&table];
        let missing: Vec<_> = wanted.difference(migrated).collect();
        // A model's column has one index, and the lists of movies use more.
        let more = |clause: &&String| !clause.contains("`movie.list");
        let spare: Vec<_> = migrated.difference(&wanted).filter(more).collect();
        assert!(
            missing.is_empty() && spare.is_empty(),
            "the migrations of {backend:?} lack, for `{table}`: {missing:#?}\nand have: {spare:#?}"
        );
    }
    Ok(())
}

async fn many_programs_open_a_new_database_at_once(database: TestDatabase) -> Result {
    let programs: Vec<_> = (0..4)
        .map(|_| tokio::spawn(builder(&database).open()))
        .collect();
    for (number, program) in programs.into_iter().enumerate() {
        let youku = program.await??;
        youku
            .register(registration(&format!("user{number}")))
            .await?;
    }
    Ok(())
}

async fn a_database_without_migrations_is_refused_when_only_checked(
    database: TestDatabase,
) -> Result {
    let check = || builder(&database).migrations(Migrate::CheckOnly).open();
    let error = check().await.expect_err("the table is missing");
    assert_eq!(
        (error.code(), error.field()),
        (Code::BadRequest, Some("database"))
    );
    let text = error.to_string();
    assert!(text.contains("0001_create_tables.sql: pending"), "{text}");
    assert!(text.contains("`Builder::migrate`"), "{text}");
    let db = Database::connect(database.url()).await?;
    assert!(sql("SELECT 1 FROM `user`").execute(&db).await.is_err());
    builder(&database).migrate().await?;
    check().await?.register(registration("neo")).await?;
    Ok(())
}

async fn migrations_run_without_opening(database: TestDatabase) -> Result {
    // Neither a store of movies nor anything else is needed.
    let migrate = || Youku::builder().database(database.url()).migrate();
    let ran = migrate().await?;
    assert_eq!(
        ran.first().map(String::as_str),
        Some("0001_create_tables.sql")
    );
    assert_eq!(migrate().await?, [""; 0]);
    assert_eq!(
        bad_field(Youku::builder().migrate().await),
        Some("database")
    );
    Ok(())
}

async fn a_newer_database_is_refused(world: World) -> Result {
    let newest = world.rows("youku_migration").await?;
    let row = format!(
        "INSERT INTO `youku_migration` SELECT {}, 'later.sql', `checksum`, `started_at`, \
         `finished_at` FROM `youku_migration` WHERE `version` = 1",
        newest + 1
    );
    world.execute(row).await?;
    for migrate in [Migrate::AtOpen, Migrate::CheckOnly] {
        let opened = builder(&world.database).migrations(migrate).open().await;
        let error = opened.expect_err("it is refused");
        assert_eq!(error.field(), Some("database"));
        assert!(error.to_string().contains("later.sql"), "{error}");
    }
    Ok(())
}

async fn a_table_that_was_changed_by_hand_is_refused(world: World) -> Result {
    world
        .execute("ALTER TABLE `user` DROP COLUMN `locked_at`")
        .await?;
    for migrate in [Migrate::AtOpen, Migrate::CheckOnly] {
        let opened = builder(&world.database).migrations(migrate).open().await;
        let error = opened.expect_err("it is refused");
        assert_eq!(error.field(), Some("database"));
        assert!(error.to_string().contains("`user`.`locked_at`"), "{error}");
    }
    Ok(())
}

/// The state after a kill in the middle of a migration, on a database that keeps every statement.
async fn an_interrupted_migration_runs_again(world: World) -> Result {
    world.youku.register(registration("neo")).await?;
    world.execute("DROP TABLE `audit`").await?;
    world
        .execute("UPDATE `youku_migration` SET `finished_at` = NULL WHERE `version` = 1")
        .await?;
    let checked = builder(&world.database).migrations(Migrate::CheckOnly);
    assert_eq!(bad_field(checked.open().await), Some("database"));
    world.another_node().await;
    assert_eq!(
        (world.rows("audit").await?, world.rows("user").await?),
        (0, 1)
    );
    Ok(())
}

/// The migrations that add columns.
const ADD_COLUMNS: [u64; 6] = [3, 4, 8, 9, 10, 11];

/// The state after a kill between the last statement of a migration and its record.
async fn every_later_migration_runs_again(world: World) -> Result {
    world.youku.register(registration("neo")).await?;
    let keeps_statements = world.database.backend() == Backend::Mysql;
    for version in 2..=world.rows("youku_migration").await? {
        // SQLite rolls back what a step has done, so a column is never there before its step.
        if ADD_COLUMNS.contains(&version) && !keeps_statements {
            continue;
        }
        let begun = "UPDATE `youku_migration` SET `finished_at` = NULL WHERE `version` =";
        world.execute(format!("{begun} {version}")).await?;
        world.another_node().await.sweep().await?;
    }
    Ok(())
}
