//! Columns of the type ENUM, which MySQL compares as text and sorts by number.

use youku_orm::{ColumnEnum, Database, DatabaseKind, Id, Model, sql};
use youku_tests::{Result, both_databases, without_returning};

both_databases![
    an_order_is_that_of_the_texts,
    pages_visit_every_row_once,
    a_selection_and_a_join_are_ordered_by_text,
    a_prefix_makes_no_difference,
    the_order_of_a_text_uses_its_index,
    an_extreme_is_ordered_by_text,
    a_column_that_becomes_an_enum_is_ordered_by_text,
];
without_returning![an_order_is_that_of_the_texts, pages_visit_every_row_once];

#[derive(ColumnEnum, Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Running,
    Done,
    Failed,
}

/// A task, whose table something else made.
#[derive(Model, Debug, Clone, PartialEq)]
struct Task {
    #[model(primary_key, auto)]
    id: Id<Task>,
    state: State,
    #[model(length = 20)]
    colour: String,
    #[model(index, length = 20)]
    name: String,
}

const COLOURS: [&str; 4] = ["red", "green", "blue", "Alice"];

/// Forty tasks, in a table of this name.
async fn tasks(db: &Database, table: &str) -> Result {
    let create = match db.kind() {
        DatabaseKind::Sqlite => format!(
            "CREATE TABLE {table} (id INTEGER PRIMARY KEY AUTOINCREMENT, state TEXT NOT NULL, \
             colour TEXT NOT NULL, name TEXT NOT NULL)"
        ),
        _ => format!(
            "CREATE TABLE {table} (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, \
             state ENUM('waiting', 'running', 'done', 'failed') NOT NULL, \
             colour ENUM('red', 'green', 'blue', 'Alice') NOT NULL, name VARCHAR(20) NOT NULL) \
             CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        ),
    };
    sql(create).execute(db).await?;
    let index = format!("CREATE INDEX {table}_name ON {table} (name)");
    sql(index).execute(db).await?;
    let states = [State::Waiting, State::Running, State::Done, State::Failed];
    let new = |number: usize| NewTask {
        state: states[number % 4],
        colour: COLOURS[number / 4 % 4].to_owned(),
        name: format!("{number:02}"),
    };
    let db = match table.strip_suffix("task") {
        Some("") | None => db.clone(),
        Some(prefix) => db.with_table_prefix::<Task>(prefix)?,
    };
    Task::insert_many(&db, (0..40).map(new).collect()).await?;
    Ok(())
}

/// Sorts stably, by one text of each row.
fn sorted(mut tasks: Vec<Task>, by: fn(&Task) -> &str) -> Vec<Task> {
    tasks.sort_by(|left, right| by(left).cmp(by(right)));
    tasks
}

async fn an_order_is_that_of_the_texts(db: Database) -> Result {
    tasks(&db, "task").await?;
    let all = Task::query().order_by(Task::ID.asc()).all(&db).await?;
    let by_state = Task::query().order_by(Task::STATE.asc());
    let by_state = by_state.order_by(Task::ID.asc());
    let expected = sorted(all.clone(), |task| task.state.name());
    assert_eq!(by_state.clone().all(&db).await?, expected);
    let mut tx = db.begin().await?;
    assert_eq!(by_state.clone().all(&mut tx).await?, expected);
    tx.commit().await?;
    assert_eq!(by_state.first(&db).await?.as_ref(), expected.first());

    let by_colour = Task::query().order_by(Task::COLOUR.desc());
    let by_colour = by_colour.order_by(Task::ID.desc()).all(&db).await?;
    let mut expected = sorted(all, |task| &task.colour);
    expected.reverse();
    assert_eq!(by_colour, expected);
    let less = Task::filter(Task::COLOUR.lt("green")).count(&db).await?;
    assert_eq!(less, 16);
    let extremes = Task::query().select((Task::COLOUR.min(), Task::COLOUR.max()));
    let (least, greatest) = extremes.one(&db).await?;
    assert_eq!(least.as_deref(), Some("Alice"));
    assert_eq!(greatest.as_deref(), Some("red"));
    Ok(())
}

async fn pages_visit_every_row_once(db: Database) -> Result {
    tasks(&db, "task").await?;
    for query in [
        Task::query().order_by(Task::STATE.asc()),
        Task::query().order_by(Task::STATE.desc()),
        Task::query()
            .order_by(Task::COLOUR.asc())
            .order_by(Task::STATE.asc()),
    ] {
        let whole = query.clone().after(None)?.all(&db).await?;
        let (mut rows, mut after) = (Vec::new(), None);
        for _ in 0..10 {
            let page = query.clone().page(after, 7).all(&db).await?;
            rows.extend(page.rows);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(rows.len(), 40);
        assert_eq!(rows, whole);
    }
    Ok(())
}

async fn a_selection_and_a_join_are_ordered_by_text(db: Database) -> Result {
    #[derive(Model, Debug)]
    struct Note {
        #[model(primary_key, auto)]
        id: u64,
        #[model(no_foreign_key)]
        task: Id<Task>,
    }
    tasks(&db, "task").await?;
    db.create_tables::<Note>().await?;
    let note = |number| NewNote {
        task: Id::new(number),
    };
    Note::insert_many(&db, (1..=40).map(note).collect()).await?;
    let by_colour = || Task::query().order_by(Task::COLOUR.asc());
    let first = by_colour().limit(8).select(Task::ID).all(&db).await?;
    let mut ids: Vec<u64> = first.into_iter().map(Id::get).collect();
    ids.sort_unstable();
    assert_eq!(ids, [13, 14, 15, 16, 29, 30, 31, 32]);
    let joined = Note::query().join(Note::TASK.on(Task::ID));
    let joined = joined.order_by(Task::COLOUR.asc()).limit(8);
    let colours = joined.select(Task::COLOUR).all(&db).await?;
    assert!(
        colours.iter().all(|colour| colour == "Alice"),
        "{colours:?}"
    );
    let colours = Task::query().select(Task::COLOUR).distinct();
    let colours = colours.order_by(Task::COLOUR.asc()).all(&db).await?;
    assert_eq!(colours, ["Alice", "blue", "green", "red"]);
    let mut streamed = by_colour().stream(&db).await?;
    let first = streamed.next().await.ok_or("there are rows")??;
    assert_eq!(first.colour, "Alice");
    Ok(())
}

async fn a_prefix_makes_no_difference(db: Database) -> Result {
    tasks(&db, "old_task").await?;
    let old = db.with_table_prefix::<Task>("old_")?;
    let first = Task::query()
        .order_by(Task::COLOUR.asc())
        .first(&old)
        .await?;
    assert_eq!(first.ok_or("there are rows")?.colour, "Alice");
    Ok(())
}

async fn the_order_of_a_text_uses_its_index(db: Database) -> Result {
    tasks(&db, "task").await?;
    let by_name = Task::query().order_by(Task::NAME.asc());
    let first = by_name.clone().page(None, 5).all(&db).await?;
    let plan = by_name.page(first.next, 5).explain(&db).await?;
    let sorts = plan.contains("filesort") || plan.contains("TEMP B-TREE");
    assert!(plan.contains("task_name") && !sorts, "{plan}");
    Ok(())
}

async fn an_extreme_is_ordered_by_text(db: Database) -> Result {
    tasks(&db, "task").await?;
    for (by, expected) in [
        (Task::COLOUR.min().asc(), ["Alice", "blue", "green", "red"]),
        (Task::COLOUR.max().desc(), ["red", "green", "blue", "Alice"]),
    ] {
        let groups = Task::query().select(Task::COLOUR).group_by(Task::COLOUR);
        let colours = groups.order_by(by).all(&db).await?;
        assert_eq!(colours, expected);
    }
    let states = Task::query().select(Task::STATE).group_by(Task::STATE);
    let states = states.having(Task::COLOUR.max().eq("red".to_owned()));
    assert_eq!(states.all(&db).await?.len(), 4);
    Ok(())
}

/// What the pool has found out is asked for again after hand-written DDL, and was not known of a table that did not exist.
async fn a_column_that_becomes_an_enum_is_ordered_by_text(db: Database) -> Result {
    let by_colour = || Task::query().order_by(Task::COLOUR.asc()).first(&db);
    assert!(by_colour().await.is_err(), "there is no table");
    tasks(&db, "task").await?;
    // The first query sees a text: what was once known as an ENUM would be sorted right in any case.
    if db.kind() == DatabaseKind::Mysql {
        for (column_type, transaction) in [
            ("VARCHAR(20)", false),
            ("ENUM('red', 'green', 'blue', 'Alice')", false),
            ("VARCHAR(20)", true),
            ("ENUM('red', 'green', 'blue', 'Alice')", true),
        ] {
            let alter = sql(format!(
                "ALTER TABLE task MODIFY colour {column_type} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL"
            ));
            if transaction {
                let mut tx = db.begin().await?;
                alter.execute(&mut tx).await?;
            } else {
                alter.execute(&db).await?;
            }
            let first = by_colour().await?.ok_or("there are rows")?;
            assert_eq!(first.colour, "Alice", "{column_type}");
        }
    }
    let first = by_colour().await?.ok_or("there are rows")?;
    assert_eq!(first.colour, "Alice");
    Ok(())
}
