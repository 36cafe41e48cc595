//! Statements that change the session of their connection.

use youku_tests::{Backend, TestDatabase};

/// A statement that changes the session, and a query that shows it.
pub(super) struct Change {
    pub(super) sql: String,
    pub(super) shown_by: &'static str,
}

fn change(sql: &str, shown_by: &'static str) -> Change {
    Change {
        sql: sql.to_owned(),
        shown_by,
    }
}

/// Statements of one database that change its session.
pub(super) fn changes(database: &TestDatabase) -> Vec<Change> {
    match database.backend() {
        Backend::Mysql => vec![
            change(
                "SET foreign_key_checks = 0",
                "SELECT CONCAT(@@foreign_key_checks)",
            ),
            change("SET time_zone = '+05:00'", "SELECT @@time_zone"),
            change("SET sql_mode = ''", "SELECT @@sql_mode"),
            change("SET @left = 'there'", "SELECT @left"),
            change("SELECT @left := 'there'", "SELECT @left"),
            change("SELECT 'there' INTO @left", "SELECT @left"),
            change("USE information_schema", "SELECT DATABASE()"),
            // The server frees the lock of a closed connection a moment later.
            change(
                "SELECT GET_LOCK(CONCAT(DATABASE(), '.l'), 0)",
                "SELECT CONCAT(IFNULL(IS_USED_LOCK(CONCAT(DATABASE(), '.l')) = CONNECTION_ID(), 0))",
            ),
            change("/*!50000 SET sql_mode = '' */", "SELECT @@sql_mode"),
            change(
                "SET @@session.max_sort_length = 64",
                "SELECT CONCAT(@@max_sort_length)",
            ),
        ],
        Backend::Sqlite | Backend::SqliteMemory => vec![
            change(
                "PRAGMA foreign_keys = OFF",
                "SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys",
            ),
            change(
                "pragma recursive_triggers = 1",
                "SELECT CAST(recursive_triggers AS TEXT) FROM pragma_recursive_triggers",
            ),
            change(
                "PRAGMA case_sensitive_like = OFF",
                "SELECT CAST('a' LIKE 'A' AS TEXT)",
            ),
            change(
                "PRAGMA cache_size = 7",
                "SELECT CAST(cache_size AS TEXT) FROM pragma_cache_size",
            ),
            change(
                "CREATE TEMP TABLE left_over (a INT)",
                "SELECT group_concat(name) FROM temp.sqlite_master",
            ),
            change(
                "CREATE TEMP VIEW left_over AS SELECT 1",
                "SELECT group_concat(name) FROM temp.sqlite_master",
            ),
            change(
                "ATTACH ':memory:' AS other",
                "SELECT group_concat(name) FROM pragma_database_list WHERE name <> 'temp'",
            ),
            change(
                "PRAGMA full_column_names = ON",
                "SELECT CAST(full_column_names AS TEXT) FROM pragma_full_column_names",
            ),
            change(
                "PRAGMA temp_store = MEMORY",
                "SELECT CAST(temp_store AS TEXT) FROM pragma_temp_store",
            ),
            change(
                "PRAGMA query_only = ON",
                "SELECT CAST(query_only AS TEXT) FROM pragma_query_only",
            ),
            change(
                "PRAGMA writable_schema = ON",
                "SELECT CAST(writable_schema AS TEXT) FROM pragma_writable_schema",
            ),
        ],
    }
}
