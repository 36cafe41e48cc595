//! Writes to tables whose triggers change what is written.

use youku_orm::{Database, DatabaseKind, Id, Model, sql};
use youku_tests::{Result, both_databases, without_returning};

both_databases![
    an_upsert_whose_value_a_trigger_changes_is_no_conflict,
    many_upserts_whose_values_a_trigger_changes_are_no_conflict,
];

without_returning![
    an_upsert_whose_value_a_trigger_changes_is_no_conflict,
    many_upserts_whose_values_a_trigger_changes_are_no_conflict,
];

#[derive(Model, Debug, Clone, PartialEq)]
struct Account {
    #[model(primary_key, auto)]
    id: Id<Account>,
    #[model(unique, length = 20)]
    name: String,
    visits: i32,
}

fn account(name: &str, visits: i32) -> NewAccount {
    NewAccount {
        name: name.to_owned(),
        visits,
    }
}

/// Accounts whose names a trigger writes in lower case.
async fn accounts(db: &Database) -> Result {
    db.create_tables::<Account>().await?;
    let trigger = match db.kind() {
        DatabaseKind::Sqlite => {
            "CREATE TRIGGER lower AFTER INSERT ON account \
             BEGIN UPDATE account SET name = lower(name) WHERE id = NEW.id; END"
        }
        _ => {
            "CREATE TRIGGER lower_case BEFORE INSERT ON account FOR EACH ROW SET NEW.name = LOWER(NEW.name)"
        }
    };
    sql(trigger).execute(db).await?;
    Ok(())
}

/// What the table holds after a write that the database accepted; without RETURNING the row cannot be found again, and
/// the write is undone.
async fn check(
    db: &Database,
    written: youku_orm::Result<Vec<Account>>,
    expected: &[&str],
) -> Result {
    let all = Account::query().order_by(Account::ID.asc()).all(db).await?;
    let names: Vec<&str> = all.iter().map(|account| &*account.name).collect();
    match written {
        Ok(written) => {
            let ids: Vec<_> = written.iter().map(|account| account.id).collect();
            let stored: Vec<_> = all.iter().map(|account| account.id).collect();
            assert_eq!(ids, stored);
            assert_eq!(names, expected);
        }
        Err(error) => {
            assert!(!error.is_unique_violation(), "{error}");
            assert!(error.to_string().contains("trigger"), "{error}");
            assert!(names.is_empty(), "{names:?}");
        }
    }
    Ok(())
}

async fn an_upsert_whose_value_a_trigger_changes_is_no_conflict(db: Database) -> Result {
    accounts(&db).await?;
    let upsert = Account::insert(account("BOB", 1)).on_conflict(Account::NAME);
    let written = upsert.update(Account::VISITS).exec(&db).await;
    check(&db, written.map(|row| vec![row]), &["bob"]).await
}

async fn many_upserts_whose_values_a_trigger_changes_are_no_conflict(db: Database) -> Result {
    accounts(&db).await?;
    let rows = vec![account("BOB", 1), account("Ann", 2)];
    let upsert = Account::insert_rows(rows).on_conflict(Account::NAME);
    let written = upsert.update(Account::VISITS).exec(&db).await;
    check(&db, written, &["bob", "ann"]).await
}
