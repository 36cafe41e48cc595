//! The key that an insert returns is the key in the table, whatever constraints, triggers and views do.

use youku_orm::{Database, DatabaseKind, Id, Model, New, sql};
use youku_tests::{Result, both_databases, without_returning};

both_databases![
    a_trigger_that_inserts_does_not_shift_keys,
    through_a_view_no_key_is_guessed,
    zero_is_a_key_like_any_other,
    the_step_between_keys_may_change,
    an_insert_by_hand_reports_no_key_of_another_table,
];

without_returning![
    a_trigger_that_inserts_does_not_shift_keys,
    through_a_view_no_key_is_guessed,
    zero_is_a_key_like_any_other,
    the_step_between_keys_may_change,
];

#[derive(Model, Debug, Clone, PartialEq)]
pub(super) struct Tag {
    #[model(primary_key, auto)]
    pub(super) id: Id<Tag>,
    #[model(unique, length = 20)]
    pub(super) name: String,
}

/// What triggers write, so that the last key of this table differs from those of tags.
#[derive(Model, Debug)]
pub(super) struct Log {
    #[model(primary_key, auto)]
    pub(super) id: u64,
    #[model(length = 20)]
    pub(super) text: String,
}

pub(super) fn tag(name: &str) -> NewTag {
    NewTag {
        name: name.to_owned(),
    }
}

pub(super) fn is_sqlite(db: &Database) -> bool {
    db.kind() == DatabaseKind::Sqlite
}

pub(super) async fn run(db: &Database, statements: &[&str]) -> Result {
    for text in statements {
        sql((*text).to_owned()).execute(db).await?;
    }
    Ok(())
}

/// Tags whose name is unique: on SQLite a taken name is ignored by the table itself.
pub(super) async fn tags(db: &Database) -> Result {
    db.create_tables::<Log>().await?;
    if is_sqlite(db) {
        let table = "CREATE TABLE tag (id INTEGER PRIMARY KEY AUTOINCREMENT, \
                     name TEXT NOT NULL UNIQUE ON CONFLICT IGNORE)";
        run(db, &[table]).await?;
    } else {
        db.create_tables::<Tag>().await?;
    }
    tag("noir").insert(db).await?;
    let log = |number: u8| NewLog {
        text: number.to_string(),
    };
    Log::insert_many(db, (0..7).map(log).collect()).await?;
    Ok(())
}

pub(super) async fn all_tags(db: &Database) -> Result<Vec<Tag>> {
    Ok(Tag::query().order_by(Tag::ID.asc()).all(db).await?)
}

/// MySQL lets no trigger write to its own table; there the trigger writes to another one with an `auto` key.
async fn a_trigger_that_inserts_does_not_shift_keys(db: Database) -> Result {
    tags(&db).await?;
    let trigger = if is_sqlite(&db) {
        "CREATE TRIGGER twin AFTER INSERT ON tag WHEN NEW.name NOT LIKE '%!' BEGIN \
             INSERT INTO tag (name) VALUES (NEW.name || '!'); INSERT INTO log (text) VALUES ('x'); END"
    } else {
        "CREATE TRIGGER twin AFTER INSERT ON tag FOR EACH ROW INSERT INTO log (text) VALUES ('x')"
    };
    run(&db, &[trigger]).await?;
    let mut inserted = vec![tag("one").insert(&db).await?];
    inserted.extend(Tag::insert_many(&db, vec![tag("a"), tag("b"), tag("c")]).await?);
    let rows = vec![tag("d"), tag("e")];
    inserted.extend(Tag::insert_rows(rows).or_ignore().exec(&db).await?);
    assert_eq!(inserted.len(), 6);
    for row in inserted {
        assert_eq!(Tag::get(&db, row.id).await?, row);
    }
    Ok(())
}

async fn through_a_view_no_key_is_guessed(db: Database) -> Result {
    #[derive(Model, Debug, PartialEq)]
    #[model(table = "tag_view")]
    struct Viewed {
        #[model(primary_key, auto)]
        id: Id<Viewed>,
        #[model(length = 20)]
        name: String,
    }
    let viewed = |name: &str| NewViewed {
        name: name.to_owned(),
    };
    tags(&db).await?;
    run(&db, &["CREATE VIEW tag_view AS SELECT id, name FROM tag"]).await?;
    if is_sqlite(&db) {
        let trigger = "CREATE TRIGGER through INSTEAD OF INSERT ON tag_view \
                       BEGIN INSERT INTO tag (name) VALUES (NEW.name); END";
        run(&db, &[trigger]).await?;
        let one = viewed("a").insert(&db).await.map(drop);
        let many = Viewed::insert_many(&db, vec![viewed("a"), viewed("b")]).await;
        let ignoring = Viewed::insert(viewed("a")).or_ignore().exec(&db).await;
        for refused in [one, many.map(drop), ignoring.map(drop)] {
            let error = refused.expect_err("its key is unknown").to_string();
            assert!(error.contains("`tag_view` is a view"), "{error}");
            assert!(error.contains("`execute`"), "{error}");
        }
        assert_eq!(all_tags(&db).await?.len(), 1, "nothing was written");
    } else {
        let one = viewed("a").insert(&db).await?;
        assert_eq!(Viewed::get(&db, one.id).await?, one);
        for one in Viewed::insert_many(&db, vec![viewed("b"), viewed("c")]).await? {
            assert_eq!(Viewed::get(&db, one.id).await?, one);
        }
    }
    Viewed::insert_rows(vec![viewed("x"), viewed("y")])
        .execute(&db)
        .await?;
    let names: Vec<String> = all_tags(&db)
        .await?
        .into_iter()
        .map(|tag| tag.name)
        .collect();
    assert!(
        names.ends_with(&["x".to_owned(), "y".to_owned()]),
        "{names:?}"
    );
    Ok(())
}

/// MySQL generates a key for 0 in an AUTO_INCREMENT column, unless a connection says that it must not.
async fn zero_is_a_key_like_any_other(db: Database) -> Result {
    #[derive(Model, Debug, PartialEq)]
    struct Shelf {
        #[model(primary_key)]
        number: u32,
        #[model(length = 20)]
        name: String,
    }
    let table = if is_sqlite(&db) {
        "CREATE TABLE shelf (number INTEGER PRIMARY KEY, name TEXT NOT NULL)"
    } else {
        "CREATE TABLE shelf (number INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL)"
    };
    run(&db, &[table]).await?;
    let shelf = |number: u32| NewShelf {
        number,
        name: "new".to_owned(),
    };
    let zero = shelf(0).insert(&db).await?;
    let many = Shelf::insert_many(&db, vec![shelf(7), shelf(3)]).await?;
    let found = Shelf::query()
        .order_by(Shelf::NUMBER.asc())
        .all(&db)
        .await?;
    let [seven, three] = <[Shelf; 2]>::try_from(many).map_err(|_| "two rows")?;
    assert_eq!(found, [zero, three, seven]);
    Ok(())
}

/// The step of a session changes when a node joins a Galera cluster.
async fn the_step_between_keys_may_change(db: Database) -> Result {
    tags(&db).await?;
    let mut tx = db.begin().await?;
    for step in [1, 3, 2] {
        if !is_sqlite(&db) {
            let set = format!("SET SESSION auto_increment_increment = {step}");
            sql(set).execute(&mut tx).await?;
        }
        let rows = (0..5).map(|number| tag(&format!("{step}/{number}")));
        for row in Tag::insert_many(&mut tx, rows.collect()).await? {
            assert_eq!(Tag::get(&mut tx, row.id).await?, row);
        }
    }
    tx.rollback().await?;
    Ok(())
}

async fn an_insert_by_hand_reports_no_key_of_another_table(db: Database) -> Result {
    tags(&db).await?;
    let text = if is_sqlite(&db) {
        "INSERT OR IGNORE INTO tag (name) VALUES ('noir')"
    } else {
        "INSERT IGNORE INTO tag (name) VALUES ('noir')"
    };
    let done = sql(text).execute(&db).await?;
    assert_eq!((done.rows_affected, done.last_insert_id), (0, 0));
    let done = sql("INSERT INTO tag (name) VALUES ('new')")
        .execute(&db)
        .await?;
    assert_eq!(done.rows_affected, 1);
    let new = Tag::get(&db, Id::new(done.last_insert_id)).await?;
    assert_eq!(new.name, "new");
    Ok(())
}
