//! What hand-written SQL does to the session of its connection, as far as its words show.
//!
//! A connection of a pool serves many users, so one user's settings must not reach the next. Only statements that read or
//! write rows are known to leave no state on a connection; the drivers close or reset a connection after any other text.

#[cfg(test)]
mod tests;

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

/// What a CREATE or ALTER may define.
const DEFINED: [&str; 11] = [
    "TRIGGER",
    "PROCEDURE",
    "FUNCTION",
    "EVENT",
    "PACKAGE",
    "TABLE",
    "VIEW",
    "INDEX",
    "DATABASE",
    "SCHEMA",
    "SEQUENCE",
];

/// Those that contain statements.
const WITH_BODY: [&str; 5] = ["TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "PACKAGE"];

/// The first words of compound statements (MariaDB's documentation, "Using Compound Statements Outside of Stored Programs").
const COMPOUND: [&str; 6] = ["IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR"];

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
            let mut words = std::iter::from_fn(|| next_word(&mut tokens, sql)).take(2);
            return if words.any(|word| word.eq_ignore_ascii_case("TO")) {
                Self::Savepoint
            } else {
                Self::TransactionControl
            };
        }
        let mut next_is = |word: &str| {
            let next = next_word(&mut tokens, sql);
            next.is_some_and(|next| next.eq_ignore_ascii_case(word))
        };
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

/// Whether something follows a semicolon that ends a statement.
fn is_several(sql: &str, mysql: bool) -> bool {
    let mut tokens = Tokens::new(sql, mysql);
    !has_body(sql, mysql)
        && tokens.any(|token| token == Token::Mark(';'))
        && tokens.next().is_some()
}

/// Whether a statement may contain others: it defines a trigger or a routine, or is a compound statement of MariaDB.
fn has_body(sql: &str, mysql: bool) -> bool {
    let mut tokens = Tokens::new(sql, mysql);
    let mut words = std::iter::from_fn(|| next_word(&mut tokens, sql));
    let is_one_of = |word: &str, of: &[&str]| of.iter().any(|one| word.eq_ignore_ascii_case(one));
    let Some(first) = words.next() else {
        return false;
    };
    if is_one_of(first, &["CREATE", "ALTER"]) {
        let kind = words.find(|word| is_one_of(word, &DEFINED));
        return kind.is_some_and(|kind| is_one_of(kind, &WITH_BODY));
    }
    // BEGIN alone begins a transaction.
    let mut is_not_atomic = || words.next().is_some_and(|word| is_one_of(word, &["NOT"]));
    mysql && (is_one_of(first, &COMPOUND) || is_one_of(first, &["BEGIN"]) && is_not_atomic())
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
            // A name in quotes can be that of the function too, or of a column.
            Token::Mark('(') => before == Some(Previous::Lock),
            _ => is("GET_LOCK"),
        };
        if leaves {
            return true;
        }
        before = Some(match token {
            Token::Mark(mark) => Previous::Mark(mark),
            Token::Name(at) if sql[at.clone()].eq_ignore_ascii_case("GET_LOCK") => Previous::Lock,
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
    /// The name of the function that takes a lock, in quotes.
    Lock,
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
