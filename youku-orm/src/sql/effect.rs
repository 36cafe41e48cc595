//! What hand-written SQL does to the session of its connection, as far as its words show.
//!
//! A connection of a pool serves many users, so one user's settings must not reach the next. Only statements that read or
//! write rows are known to leave no state on a connection; the drivers close or reset a connection after any other text.

use crate::sql::lexer::{Token, Tokens};

/// What a statement does to the session of its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It reads or writes rows and leaves no state.
    Keeps,
    /// It sets a savepoint, releases one or rolls back to one.
    Savepoint,
    /// It begins or ends a transaction.
    TransactionControl,
    /// It may change the state of the session: settings, locks, temporary tables, variables.
    Changes,
    /// It is more than one statement, of which a prepared statement would run the first only.
    Several,
}

/// The statements that read or write rows.
const KEEPS: [&str; 7] = [
    "SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH", "VALUES",
];

impl Effect {
    /// The effect of a text written by hand.
    pub(crate) fn of(sql: &str, mysql: bool) -> Self {
        if sql.contains(';') && is_several(sql, mysql) {
            return Self::Several;
        }
        let mut tokens = Tokens::new(sql, mysql);
        let Some(first) = next_word(&mut tokens, sql) else {
            return Self::Changes;
        };
        let first_is = |word: &str| first.eq_ignore_ascii_case(word);
        let mut next_is = |word: &str| {
            let next = next_word(&mut tokens, sql);
            next.is_some_and(|next| next.eq_ignore_ascii_case(word))
        };
        if KEEPS.into_iter().any(first_is) {
            return if leaves_state(sql, mysql) {
                Self::Changes
            } else {
                Self::Keeps
            };
        }
        if first_is("SAVEPOINT") || first_is("RELEASE") {
            return Self::Savepoint;
        }
        if first_is("ROLLBACK") {
            // ROLLBACK [WORK | TRANSACTION] TO [SAVEPOINT] name
            return if next_is("TO") || next_is("TO") {
                Self::Savepoint
            } else {
                Self::TransactionControl
            };
        }
        let controls = first_is("BEGIN")
            || first_is("COMMIT")
            || !mysql && first_is("END")
            || mysql && first_is("XA")
            || mysql && first_is("START") && next_is("TRANSACTION")
            || mysql && first_is("SET") && sets_autocommit(sql);
        if controls {
            Self::TransactionControl
        } else {
            Self::Changes
        }
    }
}

/// The next keyword or name without quotes. `(SELECT …)` begins with its keyword.
fn next_word<'s>(tokens: &mut Tokens<'_>, sql: &'s str) -> Option<&'s str> {
    tokens.find_map(|token| match token {
        Token::Word(word) => Some(&sql[word]),
        Token::Name(_) | Token::Mark(_) => None,
    })
}

/// Whether something follows a semicolon. The body of a trigger or a procedure has semicolons between BEGIN and END.
fn is_several(sql: &str, mysql: bool) -> bool {
    let mut has_ended = false;
    for token in Tokens::new(sql, mysql) {
        if has_ended {
            return true;
        }
        match token {
            Token::Word(word) if sql[word.clone()].eq_ignore_ascii_case("BEGIN") => {
                // A transaction begins with this word.
                let has_body = Tokens::new(&sql[..word.start], mysql).next().is_some()
                    || contains_word(sql, "NOT ATOMIC");
                if has_body {
                    return false;
                }
            }
            token => has_ended = token == Token::Mark(';'),
        }
    }
    false
}

/// Whether a statement that reads or writes rows also sets a user variable of MySQL or takes a lock.
fn leaves_state(sql: &str, mysql: bool) -> bool {
    // Searching for a byte is much faster than reading tokens, and few texts contain one of these.
    if !mysql || !sql.contains('@') && !contains_word(sql, "GET_LOCK") {
        return false;
    }
    let mut before = None;
    for token in Tokens::new(sql, mysql) {
        let is = |word: &str| matches!(&token, Token::Word(at) if sql[at.clone()].eq_ignore_ascii_case(word));
        let leaves = match token {
            Token::Mark('=') => before == Some(Previous::Mark(':')),
            Token::Mark('@') => before == Some(Previous::Into),
            _ => is("GET_LOCK"),
        };
        if leaves {
            return true;
        }
        before = Some(match token {
            Token::Mark(mark) => Previous::Mark(mark),
            _ if is("INTO") => Previous::Into,
            _ => Previous::Other,
        });
    }
    false
}

/// The token before another one.
#[derive(PartialEq, Eq)]
enum Previous {
    Into,
    Mark(char),
    Other,
}

fn contains_word(sql: &str, word: &str) -> bool {
    let mut positions = sql.as_bytes().windows(word.len());
    positions.any(|position| position.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether a SET statement assigns `autocommit`, which begins or ends transactions.
fn sets_autocommit(sql: &str) -> bool {
    let mut tokens = Tokens::new(sql, true);
    while let Some(token) = tokens.next() {
        if let Token::Word(at) | Token::Name(at) = token
            && sql[at].eq_ignore_ascii_case("autocommit")
            && let Some(Token::Mark('=' | ':')) = tokens.clone().next()
        {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use Effect::{Changes, Keeps, Savepoint, Several, TransactionControl};

    #[track_caller]
    fn check(sql: &str, sqlite: Effect, mysql: Effect) {
        assert_eq!(Effect::of(sql, false), sqlite, "{sql} (SQLite)");
        assert_eq!(Effect::of(sql, true), mysql, "{sql} (MySQL)");
    }

    #[test]
    fn statements_about_rows_keep_the_session() {
        for sql in [
            "SELECT 1",
            "select `commit` FROM t",
            "  (SELECT 1) UNION (SELECT 2);",
            "-- begin\nINSERT INTO t VALUES ('a;b @x := 1')",
            "/* it's */ UPDATE t SET autocommit = 1",
            "DELETE FROM t",
            "REPLACE INTO t VALUES (1) ; -- the end",
            "WITH a AS (SELECT 1) SELECT * FROM a",
            "VALUES (1)",
            "SELECT 'GET_LOCK'",
        ] {
            check(sql, Keeps, Keeps);
        }
    }

    #[test]
    fn transaction_control_is_recognised() {
        for sql in [
            "BEGIN",
            "begin immediate",
            " /* now */ COMMIT;",
            "commit and chain",
            "ROLLBACK",
            "rollback work",
        ] {
            check(sql, TransactionControl, TransactionControl);
        }
        check("END TRANSACTION", TransactionControl, Changes);
        for sql in [
            "START TRANSACTION READ ONLY",
            "/*!50000 COMMIT */",
            "/*M!100100 BEGIN */",
            "# a comment\nBEGIN",
            "SET autocommit = 0",
            "SET @@session.autocommit=0",
            "SET sql_mode = '', `autocommit` := 0",
            "XA START 'a'",
        ] {
            assert_eq!(Effect::of(sql, true), TransactionControl, "{sql}");
        }
        check("START REPLICA", Changes, Changes);
        check("SET @old = @@autocommit", Changes, Changes);
    }

    #[test]
    fn savepoints_are_not_the_end_of_a_transaction() {
        for sql in [
            "SAVEPOINT a",
            "RELEASE SAVEPOINT a",
            "ROLLBACK TO a",
            "ROLLBACK TRANSACTION TO SAVEPOINT a",
            "ROLLBACK WORK TO a",
        ] {
            check(sql, Savepoint, Savepoint);
        }
    }

    #[test]
    fn every_other_text_may_change_the_session() {
        for sql in [
            "",
            "SET foreign_key_checks = 0",
            "USE other",
            "LOCK TABLES t WRITE",
            "CALL p()",
            "CREATE TEMPORARY TABLE t (a INT)",
            "PRAGMA foreign_keys = OFF",
            "ATTACH 'a' AS b",
            "SHOW TABLES",
            "CREATE TRIGGER a AFTER INSERT ON b BEGIN DELETE FROM c; DELETE FROM d; END;",
        ] {
            check(sql, Changes, Changes);
        }
    }

    #[test]
    fn several_statements_are_recognised() {
        for sql in [
            "SELECT 1; PRAGMA foreign_keys = OFF",
            "CREATE TABLE a (b INT); CREATE TABLE c (d INT);",
            "BEGIN; DELETE FROM a; COMMIT",
            "SELECT ';'; -- and\nSELECT 2",
        ] {
            check(sql, Several, Several);
        }
        check("SELECT 1;; -- the end", Several, Several);
        check("SELECT 1; # the end", Several, Keeps);
        let compound = "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END";
        assert_eq!(Effect::of(compound, true), TransactionControl);
    }

    #[test]
    fn variables_and_locks_of_mysql_are_state() {
        for sql in [
            "SELECT @a := 1",
            "SELECT a INTO @a FROM t",
            "SELECT a FROM t INTO  @a",
            "SELECT get_lock('a', 1)",
            "UPDATE t SET a = (@b := a)",
        ] {
            check(sql, Keeps, Changes);
        }
        check("SELECT @a, @@version", Keeps, Keeps);
        check("SELECT ':=', `get_lock` FROM t -- @a", Keeps, Keeps);
    }
}
