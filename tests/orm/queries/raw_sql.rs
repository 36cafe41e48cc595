//! Hand-written SQL, decoded into models, tuples and single values.

use youku_orm::{Database, Id, Model, sql};
use youku_tests::{Result, both_databases};

use crate::models::{Person, Standing, names, people};

both_databases![
    a_model_is_read_by_column_name,
    columns_that_the_model_lacks_are_ignored,
    a_missing_column_is_named_with_the_nearest,
    two_columns_of_one_name_are_an_error,
    a_tuple_is_read_by_position,
    a_single_value_is_read,
    null_needs_an_option,
    values_are_bound_in_order,
    the_number_of_values_is_checked,
    first_one_and_all,
    an_effect_is_counted,
    an_insert_returns_its_key,
    a_statement_runs_in_a_transaction,
    inserted_rows_can_be_returned,
    a_changed_table_is_read_with_its_new_columns,
    aggregates_are_numbers,
];

async fn a_model_is_read_by_column_name(db: Database) -> Result {
    let people = people(&db, &["ann", "bob"]).await?;
    let shuffled = "SELECT is_active, standing, nickname, age, name, id FROM person ORDER BY id";
    assert_eq!(sql(shuffled).all::<Person>(&db).await?, people);
    assert_eq!(
        sql("SELECT * FROM person ORDER BY id")
            .all::<Person>(&db)
            .await?,
        people
    );
    Ok(())
}

async fn columns_that_the_model_lacks_are_ignored(db: Database) -> Result {
    let people = people(&db, &["ann"]).await?;
    let wide = "SELECT 1 AS extra, person.*, 2 AS more FROM person";
    assert_eq!(sql(wide).all::<Person>(&db).await?, people);
    Ok(())
}

async fn a_missing_column_is_named_with_the_nearest(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let text = "SELECT id, name AS names, age, nickname, standing, is_active FROM person";
    let error = sql(text)
        .all::<Person>(&db)
        .await
        .expect_err("`name` is missing");
    assert!(error.is_schema());
    assert!(
        error
            .to_string()
            .contains("no column `name`; it has `names`"),
        "{error}"
    );
    assert_eq!(
        Person::query().count(&db).await?,
        1,
        "the connection is still good"
    );
    Ok(())
}

/// As in a join with `*`, where the first of the two would be taken. A column that no field wants may be there twice.
async fn two_columns_of_one_name_are_an_error(db: Database) -> Result {
    let people = people(&db, &["ann"]).await?;
    let twice = "SELECT person.*, 'x' AS name FROM person";
    let nothing = "SELECT person.*, 'x' AS name FROM person WHERE id = 0";
    for text in [twice, nothing] {
        let error = sql(text).all::<Person>(&db).await;
        let error = error.expect_err("one of the two would be a guess");
        assert!(error.is_schema(), "{error}");
        assert!(error.to_string().contains("two columns `name`"), "{error}");
    }
    let unused = "SELECT person.*, 1 AS extra, 2 AS extra FROM person";
    assert_eq!(sql(unused).all::<Person>(&db).await?, people);
    Ok(())
}

async fn a_tuple_is_read_by_position(db: Database) -> Result {
    people(&db, &["ann", "bob"]).await?;
    let text = "SELECT id, name, nickname, standing FROM person WHERE age > ? ORDER BY id";
    let rows: Vec<(Id<Person>, String, Option<String>, Standing)> =
        sql(text).bind(1).all(&db).await?;
    assert_eq!(
        rows,
        [(Id::new(2), "bob".to_owned(), None, Standing::Guest)]
    );
    Ok(())
}

async fn a_single_value_is_read(db: Database) -> Result {
    people(&db, &["ann", "bob"]).await?;
    let found: Vec<String> = sql("SELECT name FROM person ORDER BY name DESC")
        .all(&db)
        .await?;
    assert_eq!(found, ["bob", "ann"]);
    let ids: Vec<Id<Person>> = sql("SELECT id FROM person ORDER BY id").all(&db).await?;
    assert_eq!(ids, [Id::new(1), Id::new(2)]);
    Ok(())
}

async fn null_needs_an_option(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let nickname: (Option<String>,) = sql("SELECT nickname FROM person").one(&db).await?;
    assert_eq!(nickname, (None,));
    let error = sql("SELECT nickname FROM person")
        .one::<String>(&db)
        .await
        .expect_err("it is NULL");
    assert!(error.is_decode());
    assert!(
        error
            .to_string()
            .contains("column `nickname` cannot be read as text"),
        "{error}"
    );
    Ok(())
}

async fn values_are_bound_in_order(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid"]).await?;
    let text =
        "SELECT * FROM person WHERE name <> ? AND age >= ? AND (nickname IS NULL OR nickname = ?)";
    let found = sql(text)
        .bind("bob")
        .bind(2)
        .bind(None::<String>)
        .all::<Person>(&db)
        .await?;
    assert_eq!(names(&found), ["cid"]);
    let found = sql("SELECT * FROM person WHERE id = ?")
        .bind(Id::<Person>::new(1))
        .all::<Person>(&db);
    assert_eq!(names(&found.await?), ["ann"]);
    Ok(())
}

async fn the_number_of_values_is_checked(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    for statement in [
        sql("SELECT ? + ?").bind(1),
        sql("SELECT ? + ?").bind(1).bind(2).bind(3),
    ] {
        let error = statement
            .all::<i64>(&db)
            .await
            .expect_err("two values are wanted");
        assert!(
            error.to_string().contains("the statement has 2 `?`"),
            "{error}"
        );
    }
    Ok(())
}

async fn first_one_and_all(db: Database) -> Result {
    people(&db, &["ann", "bob"]).await?;
    let by_age = |age: i32| sql("SELECT name FROM person WHERE age >= ? ORDER BY id").bind(age);
    assert_eq!(
        by_age(1).first::<String>(&db).await?,
        Some("ann".to_owned())
    );
    assert_eq!(by_age(9).first::<String>(&db).await?, None);
    assert_eq!(by_age(2).one::<String>(&db).await?, "bob");
    assert!(
        by_age(9)
            .one::<String>(&db)
            .await
            .is_err_and(|error| error.is_not_found())
    );
    assert!(
        by_age(1)
            .one::<String>(&db)
            .await
            .is_err_and(|error| error.is_too_many_rows())
    );
    Ok(())
}

async fn an_effect_is_counted(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid"]).await?;
    let same = sql("UPDATE person SET age = age WHERE age > ?")
        .bind(1)
        .execute(&db)
        .await?;
    assert_eq!(same.rows_affected, 2, "matched rows count, changed or not");
    let gone = sql("DELETE FROM person WHERE age = 1").execute(&db).await?;
    assert_eq!(gone.rows_affected, 1);
    let none = sql("DELETE FROM person WHERE age = 1").execute(&db).await?;
    assert_eq!(none.rows_affected, 0);
    Ok(())
}

async fn an_insert_returns_its_key(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let text = "INSERT INTO person (name, age, standing, is_active) VALUES (?, 1, 'guest', 0)";
    let done = sql(text).bind("bob").execute(&db).await?;
    assert_eq!((done.rows_affected, done.last_insert_id), (1, 2));
    Ok(())
}

async fn a_statement_runs_in_a_transaction(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let mut tx = db.begin().await?;
    sql("DELETE FROM person").execute(&mut tx).await?;
    assert_eq!(
        sql("SELECT COUNT(*) FROM person")
            .one::<u64>(&mut tx)
            .await?,
        0
    );
    tx.rollback().await?;
    assert_eq!(sql("SELECT COUNT(*) FROM person").one::<u64>(&db).await?, 1);
    Ok(())
}

/// MariaDB and SQLite support RETURNING: a statement may write and return rows.
async fn inserted_rows_can_be_returned(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let text =
        "INSERT INTO person (name, age, standing, is_active) VALUES (?, 1, 'guest', 0) RETURNING *";
    let bob: Person = sql(text).bind("bob").one(&db).await?;
    assert_eq!((bob.id, bob.name.as_str()), (Id::new(2), "bob"));
    assert_eq!(Person::get(&db, bob.id).await?, bob);
    Ok(())
}

async fn a_changed_table_is_read_with_its_new_columns(db: Database) -> Result {
    let people = people(&db, &["ann"]).await?;
    let all = || sql("SELECT * FROM person");
    assert_eq!(all().all::<Person>(&db).await?, people);
    sql("ALTER TABLE person ADD COLUMN extra INT NOT NULL DEFAULT 7")
        .execute(&db)
        .await?;
    assert_eq!(all().all::<Person>(&db).await?, people);
    sql("ALTER TABLE person DROP COLUMN extra")
        .execute(&db)
        .await?;
    sql("ALTER TABLE person DROP COLUMN age")
        .execute(&db)
        .await?;
    sql("ALTER TABLE person ADD COLUMN age INT NOT NULL DEFAULT 1")
        .execute(&db)
        .await?;
    assert_eq!(all().all::<Person>(&db).await?, people);
    Ok(())
}

async fn aggregates_are_numbers(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid"]).await?;
    let text = "SELECT COUNT(*), SUM(age), MIN(age), MAX(age), AVG(age) FROM person";
    let row: (u64, i64, i32, i32, f64) = sql(text).one(&db).await?;
    assert_eq!(row, (3, 6, 1, 3, 2.0));
    let empty: (u64, Option<i64>) = sql("SELECT COUNT(*), SUM(age) FROM person WHERE age > 9")
        .one(&db)
        .await?;
    assert_eq!(empty, (0, None));
    Ok(())
}
