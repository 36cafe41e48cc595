//! Makes the databases that the cases run on.

use std::collections::BTreeSet;
use std::path::Path;

use mysql_async::prelude::Queryable;
use rusqlite::Connection;

use crate::workload::{
    CHILDREN, Case, MYSQL_TABLES, SQLITE_INDEXES, SQLITE_SETTINGS, SQLITE_TABLES, colour, name,
};

/// Rows of one INSERT.
const CHUNK: usize = 1_000;

/// The databases of these cases.
pub(crate) fn databases(cases: impl IntoIterator<Item = Case>) -> BTreeSet<String> {
    cases.into_iter().map(Case::database).collect()
}

/// One file for each database, `NAME.db` in the folder.
pub(crate) fn sqlite(folder: &Path, databases: &BTreeSet<String>) {
    std::fs::create_dir_all(folder).expect("the folder can be made");
    for database in databases {
        let path = folder.join(format!("{database}.db"));
        // What was there may be of another version of this program.
        for part in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(folder.join(format!("{database}.db{part}")));
        }
        let connection = Connection::open(path).expect("the folder can be written to");
        let settings = connection.execute_batch(SQLITE_SETTINGS);
        settings.expect("these are settings of SQLite");
        let tables = SQLITE_TABLES.into_iter().chain(SQLITE_INDEXES);
        let begin = std::iter::once("BEGIN");
        for sql in begin.chain(tables) {
            connection.execute_batch(sql).expect("the file was empty");
        }
        fill(database, |sql| {
            connection
                .execute_batch(&sql)
                .expect("the tables are there");
        });
        connection.execute_batch("COMMIT").expect("it is written");
    }
}

/// One schema for each database.
pub(crate) fn mysql(server: &str, databases: &BTreeSet<String>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("the system gives a thread");
    let done = runtime.block_on(async {
        let options = mysql_async::Opts::from_url(server)?;
        let mut connection = mysql_async::Conn::new(options).await?;
        for database in databases {
            let mut statements = vec![
                format!("DROP DATABASE IF EXISTS {database}"),
                format!("CREATE DATABASE {database} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"),
                format!("USE {database}"),
            ];
            statements.extend(MYSQL_TABLES.map(str::to_owned));
            statements.push("BEGIN".into());
            fill(database, |sql| statements.push(sql));
            statements.push("COMMIT".into());
            for sql in statements {
                connection.query_drop(sql).await?;
            }
        }
        connection.disconnect().await
    });
    done.expect("the server lets us make schemas");
}

/// The INSERTs of a database.
fn fill(database: &str, mut run: impl FnMut(String)) {
    let (kind, size) = match database {
        "inserts" => return,
        "scratch" => ("coloured", 10_000),
        "associations" => ("users", 100),
        other => {
            let (kind, size) = other.split_once('_').expect("the name ends with a size");
            (kind, size.parse().expect("a size is a number"))
        }
    };
    insert(&mut run, "users (id, name, hair_color)", size, |user| {
        let name = name(user);
        let key = user + 1;
        match kind {
            "coloured" => format!("({key}, '{name}', '{}')", colour(user)),
            _ => format!("({key}, '{name}', NULL)"),
        }
    });
    if database == "associations" {
        let posts = size * CHILDREN;
        insert(&mut run, "posts (id, user_id, title)", posts, |post| {
            let user = post / CHILDREN + 1;
            format!("({}, {user}, 'Post {post} of user {user}')", post + 1)
        });
        let comments = posts * CHILDREN;
        insert(
            &mut run,
            "comments (id, post_id, text)",
            comments,
            |comment| {
                let post = comment / CHILDREN + 1;
                format!(
                    "({}, {post}, 'Comment {comment} on post {post}')",
                    comment + 1
                )
            },
        );
    }
}

fn insert(run: &mut impl FnMut(String), into: &str, rows: usize, row: impl Fn(usize) -> String) {
    for start in (0..rows).step_by(CHUNK) {
        let end = rows.min(start + CHUNK);
        let values: Vec<String> = (start..end).map(&row).collect();
        run(format!("INSERT INTO {into} VALUES {}", values.join(", ")));
    }
}
