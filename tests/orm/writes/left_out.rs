//! Rows that a table leaves out without an error, as SQLite's `ON CONFLICT IGNORE` and `RAISE(IGNORE)` do.

use youku_orm::{Database, Model, New};
use youku_tests::{Result, both_databases, without_returning};

use crate::writes::keys::{Tag, all_tags, is_sqlite, run, tag, tags};

both_databases![
    a_row_that_the_table_leaves_out_has_no_key,
    a_row_that_a_trigger_leaves_out_has_no_key,
    a_row_without_an_auto_key_that_the_table_leaves_out_is_an_error,
    of_many_rows_none_is_left_out,
    of_many_rows_those_left_out_are_ignored,
    of_two_new_rows_the_table_replaces_none,
    of_rows_that_are_only_counted_none_is_kept_after_an_error,
];

without_returning![
    a_row_that_the_table_leaves_out_has_no_key,
    of_many_rows_none_is_left_out,
    of_many_rows_those_left_out_are_ignored,
];

async fn a_row_that_the_table_leaves_out_has_no_key(db: Database) -> Result {
    tags(&db).await?;
    let refused = tag("noir").insert(&db).await;
    let error = refused.expect_err("the name is taken");
    assert_eq!(error.is_unique_violation(), !is_sqlite(&db), "{error}");
    if is_sqlite(&db) {
        assert!(error.to_string().contains("0 of 1 new rows"), "{error}");
    }
    assert_eq!(Tag::insert(tag("noir")).or_ignore().exec(&db).await?, None);
    let mut tx = db.begin().await?;
    assert_eq!(
        Tag::insert(tag("noir")).or_ignore().exec(&mut tx).await?,
        None
    );
    tx.commit().await?;
    assert_eq!(all_tags(&db).await?.len(), 1);
    Ok(())
}

/// `RAISE(IGNORE)` leaves a row out; MySQL has only SIGNAL, which is an error.
async fn a_row_that_a_trigger_leaves_out_has_no_key(db: Database) -> Result {
    tags(&db).await?;
    let trigger = if is_sqlite(&db) {
        "CREATE TRIGGER refuse BEFORE INSERT ON tag WHEN NEW.name = 'no' \
             BEGIN INSERT INTO log (text) VALUES ('refused'); SELECT RAISE(IGNORE); END"
    } else {
        "CREATE TRIGGER refuse BEFORE INSERT ON tag FOR EACH ROW IF NEW.name = 'no' THEN \
             SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused'; END IF"
    };
    run(&db, &[trigger]).await?;
    assert!(tag("no").insert(&db).await.is_err());
    let many = Tag::insert_many(&db, vec![tag("yes"), tag("no"), tag("too")]).await;
    assert!(many.is_err());
    if is_sqlite(&db) {
        assert_eq!(Tag::insert(tag("no")).or_ignore().exec(&db).await?, None);
        let rows = vec![tag("yes"), tag("no"), tag("too")];
        let kept = Tag::insert_rows(rows).or_ignore().exec(&db).await?;
        let names: Vec<&str> = kept.iter().map(|tag| &*tag.name).collect();
        assert_eq!(names, ["yes", "too"]);
        assert_eq!(all_tags(&db).await?[1..], kept);
    }
    Ok(())
}

async fn a_row_without_an_auto_key_that_the_table_leaves_out_is_an_error(db: Database) -> Result {
    #[derive(Model, Debug, PartialEq)]
    struct Word {
        #[model(primary_key, length = 20)]
        text: String,
    }
    let word = |text: &str| NewWord {
        text: text.to_owned(),
    };
    if is_sqlite(&db) {
        let table = "CREATE TABLE word (text TEXT PRIMARY KEY ON CONFLICT IGNORE)";
        run(&db, &[table]).await?;
    } else {
        db.create_tables::<Word>().await?;
    }
    word("a").insert(&db).await?;
    assert!(word("a").insert(&db).await.is_err());
    let rows = || vec![word("b"), word("a"), word("c")];
    assert!(Word::insert_many(&db, rows()).await.is_err());
    assert_eq!(Word::query().count(&db).await?, 1);
    let kept = Word::insert_rows(rows()).or_ignore().exec(&db).await?;
    assert_eq!(kept, [Word { text: "b".into() }, Word { text: "c".into() }]);
    Ok(())
}

async fn of_many_rows_none_is_left_out(db: Database) -> Result {
    tags(&db).await?;
    let rows = || vec![tag("a"), tag("noir"), tag("b")];
    assert!(Tag::insert_many(&db, rows()).await.is_err());
    assert_eq!(all_tags(&db).await?.len(), 1);
    let mut tx = db.begin().await?;
    assert!(Tag::insert_many(&mut tx, rows()).await.is_err());
    tag("c").insert(&mut tx).await?;
    tx.commit().await?;
    let names: Vec<String> = all_tags(&db)
        .await?
        .into_iter()
        .map(|tag| tag.name)
        .collect();
    assert_eq!(names, ["noir", "c"]);
    Ok(())
}

async fn of_many_rows_those_left_out_are_ignored(db: Database) -> Result {
    tags(&db).await?;
    let rows = vec![tag("a"), tag("noir"), tag("b"), tag("b"), tag("c")];
    let kept = Tag::insert_rows(rows).or_ignore().exec(&db).await?;
    let names: Vec<&str> = kept.iter().map(|tag| &*tag.name).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(all_tags(&db).await?[1..], kept);
    Ok(())
}

/// The second row would delete the first, whose key would be given back nevertheless.
async fn of_two_new_rows_the_table_replaces_none(db: Database) -> Result {
    if is_sqlite(&db) {
        let table = "CREATE TABLE tag (id INTEGER PRIMARY KEY AUTOINCREMENT, \
                     name TEXT NOT NULL UNIQUE ON CONFLICT REPLACE)";
        run(&db, &[table]).await?;
    } else {
        db.create_tables::<Tag>().await?;
    }
    let twice = Tag::insert_many(&db, vec![tag("a"), tag("a")]).await;
    assert!(twice.is_err(), "{twice:?}");
    assert_eq!(all_tags(&db).await?, []);
    let once = Tag::insert_many(&db, vec![tag("a"), tag("b")]).await?;
    assert_eq!(all_tags(&db).await?, once);
    Ok(())
}

/// `RAISE(FAIL)` keeps what the statement has written before it.
async fn of_rows_that_are_only_counted_none_is_kept_after_an_error(db: Database) -> Result {
    tags(&db).await?;
    let trigger = if is_sqlite(&db) {
        "CREATE TRIGGER refuse BEFORE INSERT ON tag WHEN NEW.name = 'no' BEGIN SELECT RAISE(FAIL, 'refused'); END"
    } else {
        "CREATE TRIGGER refuse BEFORE INSERT ON tag FOR EACH ROW IF NEW.name = 'no' THEN \
             SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused'; END IF"
    };
    run(&db, &[trigger]).await?;
    let rows = || Tag::insert_rows(vec![tag("a"), tag("no"), tag("b")]);
    assert!(rows().execute(&db).await.is_err());
    assert_eq!(all_tags(&db).await?.len(), 1);
    let mut tx = db.begin().await?;
    assert!(rows().execute(&mut tx).await.is_err());
    tag("c").insert(&mut tx).await?;
    tx.commit().await?;
    let names = all_tags(&db).await?.into_iter().map(|tag| tag.name);
    assert_eq!(names.collect::<Vec<_>>(), ["noir", "c"]);
    Ok(())
}
