//! Finds the names in backquotes in the text of a statement.

use std::ops::Range;

/// The names in backquotes, without the backquotes, in their order. Text in a literal or a comment is
/// not a name, and a literal, comment or name that is never closed ends with the statement.
///
/// Literals and comments are those of SQLite (<https://www.sqlite.org/lang_comment.html>) or of MySQL
/// (its manual, "String Literals" and "Comments"), with neither ANSI_QUOTES nor NO_BACKSLASH_ESCAPES.
pub(super) struct Names<'s> {
    sql: &'s str,
    at: usize,
    mysql: bool,
}

impl<'s> Names<'s> {
    pub(super) fn new(sql: &'s str, mysql: bool) -> Self {
        Self { sql, at: 0, mysql }
    }

    /// The length of the comment that `rest` begins with, or of its first character if it does not begin with one.
    fn comment(&self, rest: &str) -> usize {
        let until = |end: &str| rest.find(end).map_or(rest.len(), |at| at + end.len());
        let is_live = || {
            ["/*!", "/*M!", "/*+"]
                .iter()
                .any(|live| rest.starts_with(live))
        };
        match self.mysql {
            true if rest.starts_with('#') || is_dashes(rest) => until("\n"),
            // SQL for some versions, or a hint. Both may contain names of tables.
            true if is_live() => "/*".len(),
            false if rest.starts_with("--") => until("\n"),
            // The end does not overlap with the beginning: `/*/` opens a comment and does not close it.
            _ if rest.starts_with("/*") => {
                let inside = &rest["/*".len()..];
                let end = inside.find("*/").map_or(inside.len(), |at| at + "*/".len());
                "/*".len() + end
            }
            _ => 1,
        }
    }
}

impl Iterator for Names<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        loop {
            let rest = &self.sql[self.at..];
            let found = rest.find(['`', '\'', '"', '-', '/', '#'])?;
            let (start, rest) = (self.at + found, &rest[found..]);
            match rest.as_bytes()[0] {
                b'`' => {
                    self.at = start + quoted(rest, false)?;
                    return Some(start + 1..self.at - 1);
                }
                b'\'' | b'"' => self.at = start + quoted(rest, self.mysql)?,
                _ => self.at = start + self.comment(rest),
            }
        }
    }
}

/// MySQL's form of the comment to the end of a line: it takes `1--1` for a sum.
fn is_dashes(rest: &str) -> bool {
    let after = rest.strip_prefix("--");
    after.is_some_and(|after| after.is_empty() || after.starts_with(|c: char| c <= ' '))
}

/// The length of the quoted text at the beginning of `rest`, including the quotes. Inside it, two quotes
/// mean one, and if backslashes `escape`, a character after a backslash is never a quote. `None` if the
/// text is never closed.
fn quoted(rest: &str, escape: bool) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if escape => at += 2,
            byte if byte != bytes[0] => at += 1,
            _ if bytes.get(at + 1) == bytes.first() => at += 2,
            _ => return Some(at + 1),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sql: &str, sqlite: &[&str], mysql: &[&str]) {
        for (is_mysql, expected) in [(false, sqlite), (true, mysql)] {
            let found: Vec<_> = Names::new(sql, is_mysql).map(|name| &sql[name]).collect();
            assert_eq!(found, expected, "{sql} (MySQL: {is_mysql})");
        }
    }

    #[test]
    fn names_are_found_and_literals_are_skipped() {
        check("", &[], &[]);
        check(
            "SELECT `a`.`b`, `电影` FROM c",
            &["a", "b", "电影"],
            &["a", "b", "电影"],
        );
        check("'`a`' `b` \"`c`\"", &["b"], &["b"]);
        check("'it''s `a`' `b`", &["b"], &["b"]);
        check("`a``b` `c`", &["a``b", "c"], &["a``b", "c"]);
        check("`it's` `a`", &["it's", "a"], &["it's", "a"]);
    }

    #[test]
    fn a_backslash_escapes_in_mysql_only() {
        check(r"'\' `a` '`b`", &["a"], &["b"]);
        check(r"'\\' `a`", &["a"], &["a"]);
        check(r"`a\` `b`", &[r"a\", "b"], &[r"a\", "b"]);
    }

    #[test]
    fn names_and_quotes_in_comments_are_skipped() {
        check("-- it's `a`\n`b`", &["b"], &["b"]);
        check("1--`a`\n`b`", &["b"], &["a", "b"]);
        check("# `a`\n`b`", &["a", "b"], &["b"]);
        check("/* it's `a` */ `b` / `c`", &["b", "c"], &["b", "c"]);
        check("/*/ `a` */ `b`", &["b"], &["b"]);
        check("/*! `a` */ `b`", &["b"], &["a", "b"]);
        check("/*+ INDEX(`a` '`') */ `b`", &["b"], &["a", "b"]);
    }

    #[test]
    fn an_unclosed_quote_or_comment_ends_with_the_statement() {
        for sql in [
            "`", "`a", "`a``", "'`a`", "\"`a`", "/*`a`", "--", "'\\", "/", "-",
        ] {
            check(sql, &[], &[]);
        }
    }
}
