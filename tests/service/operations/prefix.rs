//! A prefix for the tables: a service alongside another program's tables, and alongside another service.

use youku_core::{Builder, Code, Credentials, Migrate, NewNotice, Page, Youku, first};
use youku_orm::{Database, sql};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{
    bad_field, bytes, charged, credentials, finish, policy, read_all, refused, registration, upload,
};

both_databases![
    a_service_shares_a_database_with_another_programs_tables,
    two_services_in_one_database_do_not_see_each_other,
    a_database_with_a_table_of_the_same_name_is_refused_without_a_prefix,
    an_invalid_prefix_is_refused,
    a_schema_with_a_prefix_is_checked_too,
];

fn builder(database: &TestDatabase, prefix: &str) -> Builder {
    plain(database).table_prefix(prefix)
}

fn plain(database: &TestDatabase) -> Builder {
    let builder = Youku::builder().database(database.url());
    builder.movies("memory:///").policy(policy())
}

/// A table `user` that does not belong to the service.
async fn foreign(database: &TestDatabase) -> Result<Database> {
    let db = Database::connect(database.url()).await?;
    for statement in [
        "CREATE TABLE `user` (`name` VARCHAR(20) NOT NULL PRIMARY KEY)",
        "INSERT INTO `user` VALUES ('another program')",
    ] {
        sql(statement).execute(&db).await?;
    }
    Ok(db)
}

/// Every kind of operation on a table.
async fn live(youku: &Youku) -> Result {
    youku.create_admin(registration("root")).await?;
    let admin = youku.login(credentials("root")).await?.admin().await?;
    let content = bytes(1, 100_000);
    let finished = finish(&admin, charged("a.mp4", &content), &content).await?;
    let movie = finished.movie.id;
    let notice = NewNotice {
        title: "a".to_owned(),
        content: "b".to_owned(),
    };
    admin.publish_notice(notice).await?;
    let code = admin.invite().await?.code;
    youku.register_admin(registration("trinity"), &code).await?;
    let neo = youku.register(registration("neo")).await?;
    let session = youku.login(credentials("neo")).await?;
    session.renew_membership(0).await?;
    let body = session
        .download(movie)
        .at_most(1000)
        .open()
        .await?
        .body()
        .await?;
    assert!(read_all(body).await? == content);
    session.history(first(9)).await?;
    admin.lock_user(neo).await?;
    let locked = youku.session(session.token()).await;
    assert_eq!(refused(locked), Code::Unauthenticated);
    admin.delete(movie).await?;
    admin.restore(movie).await?;
    assert!(admin.audit(Page::first(99)).await?.len() > 8);
    let wrong = Credentials {
        password: "something else".to_owned(),
        ..credentials("root")
    };
    assert_eq!(refused(youku.login(wrong).await), Code::Unauthenticated);
    youku.maintain_once().await?;
    assert!(youku.health().await.is_well());
    assert_eq!(youku.statistics().await?.users, 3);
    Ok(())
}

async fn a_service_shares_a_database_with_another_programs_tables(
    database: TestDatabase,
) -> Result {
    let db = foreign(&database).await?;
    let youku = builder(&database, "app_").open().await?;
    live(&youku).await?;
    youku.close().await?;
    let again = builder(&database, "app_").migrations(Migrate::CheckOnly);
    let youku = again.open().await?;
    let taken = youku.register(registration("Neo")).await;
    assert_eq!(refused(taken), Code::Exists);
    let theirs: Vec<String> = sql("SELECT `name` FROM `user`").all(&db).await?;
    assert_eq!(theirs, ["another program"]);
    let ours: u64 = sql("SELECT COUNT(*) FROM `app_user`").one(&db).await?;
    assert_eq!(ours, 3);
    Ok(())
}

async fn two_services_in_one_database_do_not_see_each_other(database: TestDatabase) -> Result {
    let open = |prefix| builder(&database, prefix).open();
    let (one, other) = tokio::try_join!(open("a_"), open("b_"))?;
    let plain = plain(&database).open().await?;
    for youku in [&one, &other, &plain] {
        youku.create_admin(registration("root")).await?;
        let session = youku.login(credentials("root")).await?;
        upload(&session.admin().await?, "a.mp4", b"abc").await?;
        assert_eq!(youku.statistics().await?.movies, 1);
    }
    let session = one.login(credentials("root")).await?;
    for youku in [&other, &plain] {
        let elsewhere = youku.session(session.token()).await;
        assert_eq!(refused(elsewhere), Code::Unauthenticated);
    }
    assert!(one.session(session.token()).await.is_ok());
    Ok(())
}

async fn a_database_with_a_table_of_the_same_name_is_refused_without_a_prefix(
    database: TestDatabase,
) -> Result {
    foreign(&database).await?;
    let error = plain(&database).open().await.expect_err("it is refused");
    assert_eq!(error.field(), Some("database"));
    let text = error.to_string();
    assert!(text.contains("`Builder::table_prefix`"), "{text}");
    Ok(())
}

async fn an_invalid_prefix_is_refused(database: TestDatabase) -> Result {
    let long = "x".repeat(60);
    for prefix in ["", "App_", "a-", "a`", &long] {
        let opened = builder(&database, prefix).open().await;
        assert_eq!(bad_field(opened), Some("table_prefix"), "{prefix}");
    }
    Ok(())
}

async fn a_schema_with_a_prefix_is_checked_too(database: TestDatabase) -> Result {
    let youku = builder(&database, "app_").open().await?;
    let db = Database::connect(database.url()).await?;
    let drop = "ALTER TABLE `app_user` DROP COLUMN `locked_at`";
    sql(drop).execute(&db).await?;
    let health = youku.health().await;
    assert!(!health.is_well());
    let text = &health.schema[0];
    assert!(text.contains("`app_user`.`locked_at`"), "{text}");
    let again = builder(&database, "app_").open().await;
    assert_eq!(bad_field(again), Some("database"));
    Ok(())
}
