//! What is reported about statements: to `tracing`, and to hooks.

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use tracing::subscriber::NoSubscriber;
use tracing::{Dispatch, Level};
use tracing_subscriber::fmt::MakeWriter;
use youku_orm::{Database, DatabaseOptions, Model, New, Table, sql};
use youku_tests::{Result, TestDatabase, both_databases};

use crate::models::{NewPerson, Person, create, people, person};

both_databases![
    every_statement_is_logged_with_its_rows,
    a_failed_statement_is_logged_with_its_reason,
    no_bound_value_is_logged,
    a_slow_statement_is_a_warning,
    a_quick_statement_is_not_a_warning,
    hooks_see_every_statement,
    hooks_see_why_a_statement_failed,
    a_hook_of_one_handle_sees_the_statements_of_that_handle,
];

/// A log that is kept for the test.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// As long as there is only one subscriber, `tracing` asks the thread that first reaches a log line, and if that
/// thread has no subscriber, the line is disabled for all threads. So there are several subscribers.
static OTHERS: LazyLock<[Dispatch; 2]> =
    LazyLock::new(|| [(); 2].map(|()| Dispatch::new(NoSubscriber::new())));

impl Log {
    /// Keeps what this thread logs from now on, until the guard is dropped.
    fn start(level: Level) -> (Self, tracing::subscriber::DefaultGuard) {
        LazyLock::force(&OTHERS);
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(level)
            .with_ansi(false)
            .with_writer(log.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn lines_with(&self, part: &str) -> Vec<String> {
        let text = self.text();
        let lines = text.lines().filter(|line| line.contains(part));
        lines.map(str::to_owned).collect()
    }
}

/// One statement of each kind, by a person of that name.
async fn everything(db: &Database, name: &str) -> Result {
    create(db).await?;
    let new = NewPerson {
        nickname: Some(format!("{name} the second")),
        ..person(name, 1471147114)
    };
    db.transaction(async |tx| {
        new.insert(&mut *tx).await?;
        tx.nested(async |tx| Person::filter(Person::NAME.eq(name)).count(tx).await)
            .await
    })
    .await?;
    let mut stream = Person::filter(Person::AGE.eq(1471147114))
        .stream(db)
        .await?;
    while let Some(row) = stream.next().await {
        assert_eq!(row?.name, name);
    }
    let undone = db.begin().await?;
    undone.rollback().await?;
    assert!(person(name, 2).insert(db).await.is_err());
    Ok(())
}

async fn every_statement_is_logged_with_its_rows(database: TestDatabase) -> Result {
    let (log, _guard) = Log::start(Level::DEBUG);
    let db = Database::connect(database.url()).await?;
    everything(&db, "ann").await?;
    let kind = if database.url().starts_with("mysql") {
        "mysql"
    } else {
        "sqlite"
    };
    for (statement, rows) in [
        ("CREATE TABLE IF NOT EXISTS `person`", 0),
        ("BEGIN\"", 0),
        ("INSERT INTO `person`", 1),
        ("SAVEPOINT s1", 0),
        ("SELECT COUNT(*)", 1),
        ("RELEASE SAVEPOINT s1", 0),
        ("COMMIT", 0),
        ("SELECT `id`", 1),
        ("ROLLBACK\"", 0),
    ] {
        let lines = log.lines_with(&format!("sql=\"{statement}"));
        let line = lines
            .first()
            .unwrap_or_else(|| panic!("no {statement} in {}", log.text()));
        assert!(line.contains(&format!("database=\"{kind}\"")), "{line}");
        assert!(line.contains(&format!("rows={rows} elapsed=")), "{line}");
    }
    Ok(())
}

async fn a_failed_statement_is_logged_with_its_reason(db: Database) -> Result {
    let (log, _guard) = Log::start(Level::DEBUG);
    assert!(
        sql("SELECT nothing FROM nowhere")
            .all::<i64>(&db)
            .await
            .is_err()
    );
    let lines = log.lines_with("failed");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].contains("error=") && lines[0].contains("nowhere"),
        "{lines:?}"
    );
    Ok(())
}

async fn no_bound_value_is_logged(database: TestDatabase) -> Result {
    let (log, _guard) = Log::start(Level::TRACE);
    // Slow statements are logged with a different text.
    for slow in [Duration::ZERO, Duration::MAX] {
        let db = Database::options().slow_statement(slow);
        let db = db.connect(database.url()).await?;
        everything(&db, &format!("secret {slow:?}")).await?;
        Person::query().every_row().delete(&db).await?;
    }
    assert!(log.text().contains("failed"), "{}", log.text());
    for value in ["secret", "the second", "1471147114"] {
        assert!(!log.text().contains(value), "{:?}", log.lines_with(value));
    }
    Ok(())
}

async fn a_slow_statement_is_a_warning(database: TestDatabase) -> Result {
    let (log, _guard) = Log::start(Level::WARN);
    let db = Database::options().slow_statement(Duration::ZERO);
    let db = db.connect(database.url()).await?;
    create(&db).await?;
    person("ann", 1).insert(&db).await?;
    let lines = log.lines_with("INSERT INTO `person`");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].contains("WARN") && lines[0].contains("slow statement"),
        "{lines:?}"
    );
    assert!(lines[0].contains("rows=1 elapsed="), "{lines:?}");
    Ok(())
}

async fn a_quick_statement_is_not_a_warning(database: TestDatabase) -> Result {
    let (log, _guard) = Log::start(Level::WARN);
    let db = Database::options().slow_statement(Duration::MAX);
    everything(&db.connect(database.url()).await?, "ann").await?;
    assert_eq!(log.text(), "");
    Ok(())
}

type Heard = Arc<Mutex<Vec<(String, u64, bool)>>>;

/// Options whose hook keeps the text, the rows, and whether the error was a unique value that exists already.
fn listening() -> (DatabaseOptions, Heard) {
    let heard = Heard::default();
    let keep = heard.clone();
    let options = Database::options().on_statement(move |event| {
        let taken = event
            .error
            .is_some_and(youku_orm::Error::is_unique_violation);
        keep.lock()
            .unwrap()
            .push((event.sql.to_owned(), event.rows, taken));
    });
    (options, heard)
}

async fn hooks_see_every_statement(database: TestDatabase) -> Result {
    let (options, heard) = listening();
    let db = options.connect(database.url()).await?;
    everything(&db, "ann").await?;
    let heard = heard.lock().unwrap();
    let words: Vec<_> = heard
        .iter()
        .map(|(sql, ..)| sql.split_whitespace().next().unwrap_or_default())
        .filter(|word| *word != "CREATE")
        .collect();
    let created = heard.len() - words.len();
    assert!(created >= 2, "{created} statements of DDL");
    let after_ddl = &words[words.len() - 9..];
    assert_eq!(
        after_ddl,
        [
            "INSERT",
            "SAVEPOINT",
            "SELECT",
            "RELEASE",
            "COMMIT",
            "SELECT",
            "BEGIN",
            "ROLLBACK",
            "INSERT"
        ]
    );
    Ok(())
}

async fn hooks_see_why_a_statement_failed(database: TestDatabase) -> Result {
    let (options, heard) = listening();
    let db = options.connect(database.url()).await?;
    people(&db, &["ann"]).await?;
    assert!(person("ann", 2).insert(&db).await.is_err());
    let last = heard.lock().unwrap().pop().unwrap();
    assert_eq!(last, (Person::INSERT.to_owned(), 0, true));
    Ok(())
}

async fn a_hook_of_one_handle_sees_the_statements_of_that_handle(db: Database) -> Result {
    create(&db).await?;
    let heard = Heard::default();
    let keep = heard.clone();
    let listening = db.on_statement(move |event| {
        keep.lock()
            .unwrap()
            .push((event.sql.to_owned(), event.rows, false));
    });
    person("ann", 1).insert(&db).await?;
    assert_eq!(Person::query().count(&listening).await?, 1);
    let mut transaction = listening.begin().await?;
    Person::query().every_row().delete(&mut transaction).await?;
    drop(transaction);
    let heard = heard.lock().unwrap();
    let texts: Vec<_> = heard
        .iter()
        .map(|(sql, rows, _)| (sql.as_str(), *rows))
        .collect();
    assert_eq!(
        texts,
        [
            ("SELECT COUNT(*) FROM `person`", 1),
            ("BEGIN", 0),
            ("DELETE FROM `person`", 1)
        ]
    );
    Ok(())
}
