//! Two programs that open a service over a new database and a new folder at once.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use youku_core::{Builder, Youku};
use youku_orm::{Database, sql};
use youku_tests::{Result, TestDatabase, both_databases};

use super::Moments;
use crate::world::policy;

both_databases![service_that_opens_second_takes_the_name_of_the_first];

fn builder(folder: &Path) -> Builder {
    Youku::builder().movies_folder(folder).policy(policy())
}

async fn service_that_opens_second_takes_the_name_of_the_first(database: TestDatabase) -> Result {
    let folder = TempDir::new()?;
    let (db, moments) = Moments::of(&Database::connect(database.url()).await?);
    let first = builder(folder.path()).database(database.url());
    moments.after("SELECT", "FROM `store`", async move {
        first.open().await?.close().await?;
        Ok(())
    });
    let second = builder(folder.path()).existing_database(db.clone());
    second.open().await?;
    moments.acted()?;
    let name: String = sql("SELECT `identity` FROM `store`").one(&db).await?;
    assert_eq!(fs::read_to_string(folder.path().join("store-id"))?, name);
    let again = builder(folder.path()).database(database.url());
    again.open().await?.close().await?;
    Ok(())
}
