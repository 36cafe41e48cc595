//! Writes to tables whose triggers change what is written.

use youku_orm::{Database, DatabaseKind, Id, Model, New, sql};
use youku_tests::{Result, both_databases, without_returning};

use crate::writes::keys::{Log, Tag, all_tags, is_sqlite, run, tag, tags};

both_databases![
    an_upsert_whose_value_a_trigger_changes_is_no_conflict,
    many_upserts_whose_values_a_trigger_changes_are_no_conflict,
    a_row_is_read_again_after_a_trigger,
    a_row_left_out_leaves_no_trace_of_its_triggers,
    a_row_that_a_trigger_deletes_is_not_given_back,
    a_key_that_a_trigger_changes_is_read_or_not_written,
];

without_returning![
    an_upsert_whose_value_a_trigger_changes_is_no_conflict,
    many_upserts_whose_values_a_trigger_changes_are_no_conflict,
    a_key_that_a_trigger_changes_is_read_or_not_written,
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

/// Whether the rows of a write can be returned. The server that the tests call MySQL says that it has version 8.
async fn has_returning(db: &Database) -> Result<bool> {
    if db.kind() == DatabaseKind::Sqlite {
        return Ok(true);
    }
    let version: String = sql("SELECT VERSION()").one(db).await?;
    Ok(version.contains("MariaDB"))
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
            assert!(!has_returning(db).await?, "{error}");
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

async fn a_row_is_read_again_after_a_trigger(db: Database) -> Result {
    accounts(&db).await?;
    let visits = match db.kind() {
        DatabaseKind::Sqlite => {
            "CREATE TRIGGER visited AFTER INSERT ON account \
             BEGIN UPDATE account SET visits = 7 WHERE id = NEW.id; END"
        }
        _ => "CREATE TRIGGER visited BEFORE INSERT ON account FOR EACH ROW SET NEW.visits = 7",
    };
    sql(visits).execute(&db).await?;
    let given = Account::insert(account("BOB", 1)).exec(&db).await?;
    assert_eq!((&*given.name, given.visits), ("BOB", 1));
    let stored = given.reload(&db).await?;
    assert_eq!((&*stored.name, stored.visits), ("bob", 7));
    let mut tx = db.begin().await?;
    assert_eq!(given.reload(&mut tx).await?, stored);
    stored.delete(&mut tx).await?;
    let gone = given.reload(&mut tx).await.expect_err("the row is gone");
    assert!(gone.is_not_found(), "{gone}");
    tx.commit().await?;
    Ok(())
}

async fn a_row_left_out_leaves_no_trace_of_its_triggers(db: Database) -> Result {
    tags(&db).await?;
    let ignore = if is_sqlite(&db) {
        "CREATE TRIGGER refuse BEFORE INSERT ON tag WHEN NEW.name = 'no' \
         BEGIN INSERT INTO log (text) VALUES ('refused'); SELECT RAISE(IGNORE); END"
    } else {
        "CREATE TRIGGER refuse BEFORE INSERT ON tag FOR EACH ROW IF NEW.name = 'no' THEN \
         INSERT INTO log (text) VALUES ('refused'); \
         SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused'; END IF"
    };
    // The connection has inserted into the table before it had a trigger.
    tag("before").insert(&db).await?;
    run(&db, &[ignore]).await?;
    let before = Log::query().count(&db).await?;
    assert!(tag("no").insert(&db).await.is_err());
    let mut tx = db.begin().await?;
    assert!(tag("no").insert(&mut tx).await.is_err());
    tx.commit().await?;
    assert_eq!(Log::query().count(&db).await?, before);
    Ok(())
}

/// On MySQL a trigger cannot write to its own table.
async fn a_row_that_a_trigger_deletes_is_not_given_back(db: Database) -> Result {
    tags(&db).await?;
    let delete = if is_sqlite(&db) {
        "CREATE TRIGGER gone AFTER INSERT ON tag BEGIN \
         INSERT INTO log (text) VALUES ('x'); DELETE FROM tag WHERE id = NEW.id; END"
    } else {
        "CREATE TRIGGER gone AFTER INSERT ON tag FOR EACH ROW DELETE FROM tag WHERE id = NEW.id"
    };
    run(&db, &[delete]).await?;
    let before = Log::query().count(&db).await?;
    let one = tag("a").insert(&db).await.map(drop);
    let many = Tag::insert_many(&db, vec![tag("a"), tag("b")]).await;
    let ignoring = Tag::insert(tag("a")).or_ignore().exec(&db).await;
    let upserted = Tag::insert(tag("a")).on_conflict(Tag::NAME).exec(&db).await;
    for refused in [one, many.map(drop), ignoring.map(drop), upserted.map(drop)] {
        let error = refused.expect_err("the row is gone");
        assert!(!error.is_unique_violation(), "{error}");
    }
    assert_eq!(Log::query().count(&db).await?, before);
    if is_sqlite(&db) {
        assert_eq!(Tag::insert(tag("a")).execute(&db).await?, 1);
    }
    assert_eq!(all_tags(&db).await?.len(), 1);
    Ok(())
}

/// SQLite changes the key after the row is inserted, which RETURNING does not show; MySQL before.
async fn a_key_that_a_trigger_changes_is_read_or_not_written(db: Database) -> Result {
    tags(&db).await?;
    let change = if is_sqlite(&db) {
        "CREATE TRIGGER moved AFTER INSERT ON tag BEGIN \
         UPDATE tag SET id = 100 + length(name) WHERE id = NEW.id; END"
    } else {
        "CREATE TRIGGER moved BEFORE INSERT ON tag FOR EACH ROW SET NEW.id = 100 + CHAR_LENGTH(NEW.name)"
    };
    run(&db, &[change]).await?;
    let one = tag("a").insert(&db).await;
    if is_sqlite(&db) {
        let many = Tag::insert_many(&db, vec![tag("bb"), tag("ccc")]).await;
        for refused in [one.map(drop), many.map(drop)] {
            let error = refused.expect_err("the key is another one").to_string();
            assert!(error.contains("a trigger of `tag`"), "{error}");
        }
        assert_eq!(all_tags(&db).await?.len(), 1);
        return Ok(());
    }
    let one = one?;
    assert_eq!(Tag::get(&db, one.id).await?, one);
    Ok(())
}
