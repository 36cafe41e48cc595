//! Registering a user inside a transaction of the host, who shares the database.

use youku_core::{Act, Code, EventKind, Registration, Youku, first};
use youku_orm::{Database, Error, sql};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::world::{PASSWORD, credentials, policy, refused, registration};

both_databases![
    user_exists_if_the_hosts_transaction_is_committed,
    name_that_is_taken_leaves_the_transaction_as_it_was,
    transaction_of_another_database_is_refused,
    registration_in_a_transaction_can_run_in_a_task,
];

/// A host with a table `user` of its own, and the service over the same pool.
struct Host {
    db: Database,
    youku: Youku,
}

impl Host {
    async fn new(database: &TestDatabase) -> Result<Self> {
        let db = Database::connect(database.url()).await?;
        sql("CREATE TABLE user (email VARCHAR(64) NOT NULL, viewer BIGINT)")
            .execute(&db)
            .await?;
        let builder = Youku::builder()
            .existing_database(db.clone())
            .table_prefix("movies_");
        let youku = builder.movies("memory:///").policy(policy()).open().await?;
        Ok(Self { db, youku })
    }

    async fn customers(&self) -> Result<u64> {
        Ok(sql("SELECT COUNT(*) FROM user").one(&self.db).await?)
    }
}

async fn user_exists_if_the_hosts_transaction_is_committed(database: TestDatabase) -> Result {
    let Host { db, youku } = &Host::new(&database).await?;
    youku.subscribe("mailer").await?;
    let prepared = youku
        .prepare_registration(registration("neo"), "[::1]:7")
        .await?;
    let insert = "INSERT INTO user (email, viewer) VALUES ('neo@example.org', 1)";
    let undone: Result<(), youku_core::Error> = db
        .transaction(async |tx| {
            youku.register_in(tx, &prepared).await?;
            sql(insert).execute(&mut *tx).await?;
            sql("SELECT * FROM missing_table").execute(tx).await?;
            Ok(())
        })
        .await;
    assert!(undone.is_err());
    assert_eq!(
        refused(youku.login(credentials("neo")).await),
        Code::Unauthenticated
    );
    let viewer = db
        .transaction(async |tx| {
            let viewer = youku.register_in(tx, &prepared).await?;
            sql(insert).execute(tx).await?;
            Ok::<_, youku_core::Error>(viewer)
        })
        .await?;
    let neo = youku.login(credentials("neo")).await?;
    assert_eq!(neo.user_id(), viewer);
    assert_eq!(sql("SELECT COUNT(*) FROM user").one::<u64>(db).await?, 1);
    youku.create_admin(registration("root")).await?;
    let admin = youku.login(credentials("root")).await?.admin().await?;
    let entries = admin.audit(first(9)).await?;
    let of_neo = entries
        .iter()
        .filter(|entry| entry.actor == Some(viewer) && entry.act == Act::Registered);
    assert_eq!(
        of_neo.map(|entry| entry.peer.as_str()).collect::<Vec<_>>(),
        ["[::1]:7"]
    );
    let told = std::sync::Mutex::new(Vec::new());
    let accept = |event: youku_core::Event| {
        told.lock()
            .expect("no test panics with it")
            .push((event.kind, event.user));
        std::future::ready(Ok::<(), &str>(()))
    };
    youku.deliver_waiting("mailer", accept).await?;
    let told = told.into_inner().expect("no test panics with it");
    assert_eq!(told[0], (EventKind::Registered, Some(viewer)));
    assert_eq!(told.len(), 2);
    Ok(())
}

async fn name_that_is_taken_leaves_the_transaction_as_it_was(database: TestDatabase) -> Result {
    let host = Host::new(&database).await?;
    host.youku.register(registration("neo")).await?;
    let taken = host
        .youku
        .prepare_registration(registration("NEO"), "")
        .await?;
    let codes = host
        .db
        .transaction(async |tx| {
            let code = refused(host.youku.register_in(tx, &taken).await);
            // The transaction continues with the host's own tables.
            sql("INSERT INTO user (email) VALUES ('x')")
                .execute(tx)
                .await?;
            Ok::<_, Error>(code)
        })
        .await?;
    assert_eq!((codes, host.customers().await?), (Code::Exists, 1));
    let users = "SELECT COUNT(*) FROM movies_audit";
    assert_eq!(sql(users).one::<u64>(&host.db).await?, 1);
    let weak = Registration {
        password: "short".to_owned(),
        ..registration("ann")
    };
    assert_eq!(
        refused(host.youku.prepare_registration(weak, "").await),
        Code::BadRequest
    );
    Ok(())
}

async fn transaction_of_another_database_is_refused(database: TestDatabase) -> Result {
    let host = Host::new(&database).await?;
    let other = Database::connect(database.url()).await?;
    let prepared = host
        .youku
        .prepare_registration(registration("neo"), "")
        .await?;
    let mut tx = other.begin().await?;
    assert_eq!(
        refused(host.youku.register_in(&mut tx, &prepared).await),
        Code::Internal
    );
    tx.rollback().await?;
    assert!(!format!("{prepared:?}").contains(PASSWORD));
    assert!(!format!("{prepared:?}").contains("argon2"));
    Ok(())
}

async fn registration_in_a_transaction_can_run_in_a_task(database: TestDatabase) -> Result {
    let Host { db, youku } = Host::new(&database).await?;
    let task = tokio::spawn(async move {
        let prepared = youku.prepare_registration(registration("neo"), "").await?;
        let mut tx = db.begin().await?;
        let viewer = youku.register_in(&mut tx, &prepared).await?;
        tx.commit().await?;
        youku
            .login(credentials("neo"))
            .await
            .map(|neo| neo.user_id() == viewer)
    });
    assert!(task.await??);
    Ok(())
}
