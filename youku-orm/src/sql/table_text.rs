//! Reads out of the CREATE TABLE text of a live table what its catalogue does not list.

use crate::sql::lexer::{Token, Tokens};

/// One column or constraint of a table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Definition {
    /// The expressions of its CHECK clauses, without their parentheses, except for those that are NOT ENFORCED.
    pub(crate) checks: Vec<String>,
    /// The collation after COLLATE.
    pub(crate) collation: Option<String>,
}

/// The columns of the table in their order, and after them its constraints.
pub(crate) fn definitions(sql: &str, mysql: bool) -> Vec<Definition> {
    let mut definitions = vec![Definition::default()];
    let mut tokens = Tokens::new(sql, mysql);
    let mut depth = 0_u32;
    let mut before = "";
    // Where the expression of a CHECK began.
    let mut check = None;
    while let Some(token) = tokens.next() {
        let mut word = "";
        let last = definitions.last_mut().expect("the list is never empty");
        match token {
            Token::Mark('(') => {
                depth += 1;
                if depth == 2 && before.eq_ignore_ascii_case("CHECK") {
                    check = Some(tokens.at());
                }
            }
            Token::Mark(')') => {
                depth = depth.saturating_sub(1);
                if depth == 1
                    && let Some(start) = check.take()
                {
                    let expression = &sql[start..tokens.at() - ")".len()];
                    last.checks.push(expression.trim().to_owned());
                }
            }
            Token::Mark(',') if depth == 1 => definitions.push(Definition::default()),
            Token::Mark(_) => {}
            Token::Word(at) | Token::Name(at) => {
                word = &sql[at];
                if depth == 1 && before.eq_ignore_ascii_case("COLLATE") {
                    last.collation = Some(word.to_owned());
                }
                let is_not = before.eq_ignore_ascii_case("NOT");
                if depth == 1 && is_not && word.eq_ignore_ascii_case("ENFORCED") {
                    last.checks.pop();
                }
            }
        }
        before = word;
    }
    definitions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_and_collations_are_found() {
        let sql = "CREATE TABLE t (a INT DEFAULT (1, 2) CHECK (a > (0)) CHECK(b<>','), `check` TEXT COLLATE NOCASE \
                   DEFAULT 'CHECK (no)', CONSTRAINT c CHECK (a < 9), PRIMARY KEY (a)) COLLATE=utf8mb4_bin";
        for mysql in [false, true] {
            let found = definitions(sql, mysql);
            let checks: Vec<_> = found.iter().map(|one| one.checks.clone()).collect();
            let none: [&str; 0] = [];
            assert_eq!(checks[0], ["a > (0)", "b<>','"]);
            assert_eq!(checks[1], none);
            assert_eq!(checks[2], ["a < 9"]);
            assert_eq!(found.len(), 4);
            assert_eq!(found[0].collation, None);
            assert_eq!(found[1].collation.as_deref(), Some("NOCASE"));
        }
    }

    /// As MySQL prints it, which is a comment for MariaDB.
    #[test]
    fn a_check_that_is_not_enforced_refuses_nothing() {
        let sql = "CREATE TABLE `t` (`a` int NOT NULL, CONSTRAINT `c` CHECK ((`a` < 9)) /*!80016 NOT ENFORCED */, \
                   CONSTRAINT `d` CHECK ((`a` > 1)))";
        let found = definitions(sql, true);
        let checks: Vec<_> = found.into_iter().flat_map(|one| one.checks).collect();
        assert_eq!(checks, ["(`a` > 1)"]);
    }
}
