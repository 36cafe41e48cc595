//! SQL that a program writes inside a query.

use youku_orm::{Database, Expr, Filter, Model, SqlText};
use youku_tests::{Result, both_databases};

use crate::models::{Person, names, people};

both_databases![
    an_expression_is_selected_filtered_and_ordered_by,
    a_condition_takes_columns_and_values,
    a_value_is_bound_and_never_run,
    each_database_has_its_text,
    braces_are_doubled,
    a_text_that_does_not_fit_is_refused,
    a_fragment_keeps_to_itself,
    a_fragment_that_leaves_state_ends_its_connection,
];

async fn an_expression_is_selected_filtered_and_ordered_by(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid"]).await?;
    let tail = || Expr::<Person, String>::sql("substr({}, {})", (Person::NAME, 2));
    let tails = Person::query().select(tail()).order_by(tail().desc());
    assert_eq!(tails.all(&db).await?, ["ob", "nn", "id"]);
    let found = Person::filter(tail().eq("ob")).all(&db).await?;
    assert_eq!(names(&found), ["bob"]);
    Ok(())
}

async fn a_condition_takes_columns_and_values(db: Database) -> Result {
    people(&db, &["ann", "bob", "cid"]).await?;
    let filter = Filter::sql(
        "{} + 1 < {} OR {}",
        (Person::AGE, 3, Person::NAME.eq("cid")),
    );
    // The text is in parentheses, so its OR does not meet the other condition.
    let query = Person::filter(filter).filter(Person::AGE.gt(1));
    assert_eq!(names(&query.all(&db).await?), ["cid"]);
    Ok(())
}

async fn a_value_is_bound_and_never_run(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let evil = "x' OR 1 = 1 -- {} ?";
    let filter = Filter::sql("{} = {}", (Person::NAME, evil));
    assert_eq!(Person::filter(filter).count(&db).await?, 0);
    let nothing = Filter::<Person>::sql("{} IS NULL", (None::<String>,));
    assert_eq!(Person::filter(nothing).count(&db).await?, 1);
    Ok(())
}

async fn each_database_has_its_text(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let text = SqlText::Each {
        sqlite: "instr({}, {}) * 10",
        mysql: "LOCATE({1}, {0})",
    };
    let wrong: Expr<Person, i64> = Expr::sql(text, (Person::NAME, "n"));
    assert!(
        Person::query()
            .select(wrong)
            .one(&db)
            .await
            .unwrap_err()
            .is_usage()
    );
    let text = SqlText::Each {
        sqlite: "instr({}, {}) * 10",
        mysql: "INSTR({}, {}) * 100",
    };
    let place: Expr<Person, i64> = Expr::sql(text, (Person::NAME, "n"));
    let expected = if db.kind() == youku_orm::DatabaseKind::Sqlite {
        20
    } else {
        200
    };
    assert_eq!(Person::query().select(place).one(&db).await?, expected);
    Ok(())
}

async fn braces_are_doubled(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let braces: Expr<Person, String> = Expr::sql("'{{}}'", ());
    assert_eq!(Person::query().select(braces).one(&db).await?, "{}");
    let text = SqlText::Each {
        sqlite: "'{{s}}'",
        mysql: "'{{m}}'",
    };
    let braces: Expr<Person, String> = Expr::sql(text, ());
    let read = Person::query().select(braces).one(&db).await?;
    assert!(["{s}", "{m}"].contains(&&*read), "{read}");
    Ok(())
}

async fn a_text_that_does_not_fit_is_refused(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let texts = [
        ("{} = {}", "one `{}` for each"),
        ("1 = 1", "one `{}` for each"),
        ("{} = ?", "write `{}` and give the value"),
        ("{} = '{'", "single brace"),
        ("{name} = 1", "single brace"),
        ("{} <> '{}'", "in a literal"),
        ("{} = ':name", "without its partner"),
        ("({} = 1", "without its partner"),
        ("{}) = (1", "without its partner"),
        ("{} = :name", "write `{}` and give the value"),
        ("{} = 1 -- always", "comment"),
        ("{} = 1 /* always */", "comment"),
        ("{} = '\\' OR 1'", "backslash"),
    ];
    for (text, expected) in texts {
        let query = Person::filter(Filter::sql(text, (Person::NAME,)));
        let error = query.all(&db).await.unwrap_err();
        assert!(error.is_usage(), "{text}: {error}");
        assert!(error.to_string().contains(expected), "{text}: {error}");
        let deleted = Person::filter(Filter::sql(text, (Person::NAME,)))
            .delete(&db)
            .await;
        assert!(deleted.unwrap_err().is_usage());
    }
    assert_eq!(Person::query().count(&db).await?, 1);
    Ok(())
}

async fn a_fragment_keeps_to_itself(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    let sum: Expr<Person, i32> = Expr::sql("{} + {}", (Person::AGE, 1));
    assert_eq!(Person::query().select(sum * 10).one(&db).await?, 20);
    Ok(())
}

/// On MySQL a lock belongs to the connection: another user of the pool would hold it.
async fn a_fragment_that_leaves_state_ends_its_connection(db: Database) -> Result {
    people(&db, &["ann"]).await?;
    if db.kind() == youku_orm::DatabaseKind::Sqlite {
        return Ok(());
    }
    let name = format!("youku_test_{}", std::process::id());
    let take: Expr<Person, i64> = Expr::sql("GET_LOCK({}, 0)", (&name,));
    assert_eq!(Person::query().select(take).one(&db).await?, 1);
    // The server needs a moment to notice the end of the connection.
    let free: Expr<Person, i64> = Expr::sql("GET_LOCK({}, 20) + RELEASE_LOCK({})", (&name, &name));
    assert_eq!(Person::query().select(free).one(&db).await?, 2);
    Ok(())
}
