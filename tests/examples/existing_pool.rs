//! `existing_pool`: the tables of two programs in one database.

use std::process::Command;

use youku_tests::{Result, TestDatabase, both_databases, example};

both_databases![the_service_shares_a_database_with_the_programs_tables];

async fn the_service_shares_a_database_with_the_programs_tables(database: TestDatabase) -> Result {
    let output = Command::new(example("existing_pool"))
        .arg(database.url())
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        said, "customer 1 is viewer 1\n1 customer watches movies\n",
        "{complaint}"
    );
    Ok(())
}
