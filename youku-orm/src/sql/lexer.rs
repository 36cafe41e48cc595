//! Splits hand-written SQL into tokens, without its literals and comments.

use std::ops::Range;

/// The tokens of a text, in their order. Text in a literal or a comment is not a token, and a literal, comment or name that is
/// never closed ends with the statement.
///
/// Literals and comments are those of SQLite (<https://www.sqlite.org/lang_comment.html>) or of MySQL
/// (its manual, "String Literals" and "Comments"), with neither ANSI_QUOTES nor NO_BACKSLASH_ESCAPES.
#[derive(Clone)]
pub(super) struct Tokens<'s> {
    sql: &'s str,
    at: usize,
    mysql: bool,
}

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A name in backquotes, without the backquotes.
    Name(Range<usize>),
    /// A keyword, a number, or a name without quotes.
    Word(Range<usize>),
    /// Any other character, except white space.
    Mark(char),
}

impl<'s> Tokens<'s> {
    pub(super) fn new(sql: &'s str, mysql: bool) -> Self {
        Self { sql, at: 0, mysql }
    }

    /// Where the token that was read last ends.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The length of the comment that `rest` begins with. `None` if it does not begin with one.
    fn comment(&self, rest: &str) -> Option<usize> {
        let until = |end: &str| rest.find(end).map_or(rest.len(), |at| at + end.len());
        if self.mysql {
            if rest.starts_with('#') || is_dashes(rest) {
                return Some(until("\n"));
            }
            if rest.starts_with("*/") {
                // The end of SQL for some versions.
                return Some("*/".len());
            }
            if let Some(head) = live_comment(rest) {
                return Some(head);
            }
        } else if rest.starts_with("--") {
            return Some(until("\n"));
        }
        // The end does not overlap with the beginning: `/*/` opens a comment and does not close it.
        let inside = rest.strip_prefix("/*")?;
        let end = inside.find("*/").map_or(inside.len(), |at| at + "*/".len());
        Some("/*".len() + end)
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let start = self.at;
            let rest = &self.sql[start..];
            let first = rest.chars().next()?;
            if is_of_word(first) {
                let length = rest.find(|next| !is_of_word(next)).unwrap_or(rest.len());
                self.at += length;
                return Some(Token::Word(start..self.at));
            }
            match first {
                '`' => {
                    self.at += quoted(rest, false)?;
                    return Some(Token::Name(start + 1..self.at - 1));
                }
                '\'' | '"' => self.at += quoted(rest, self.mysql)?,
                // A name, as SQL Server quotes it. SQLite accepts it, and nothing escapes its end.
                '[' if !self.mysql => self.at += rest.find(']')? + "]".len(),
                _ => {
                    if let Some(length) = self.comment(rest) {
                        self.at += length;
                    } else {
                        self.at += first.len_utf8();
                        if !first.is_whitespace() {
                            return Some(Token::Mark(first));
                        }
                    }
                }
            }
        }
    }
}

fn is_of_word(c: char) -> bool {
    c == '_' || c == '$' || c.is_alphanumeric()
}

/// The length of the beginning of SQL for some versions, or of a hint. Both may contain names of tables, and the former any
/// statement.
fn live_comment(rest: &str) -> Option<usize> {
    let head = ["/*!", "/*M!", "/*+"]
        .into_iter()
        .find(|head| rest.starts_with(head))?;
    let version = rest[head.len()..].bytes().take_while(u8::is_ascii_digit);
    Some(head.len() + version.count())
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
            let names = Tokens::new(sql, is_mysql).filter_map(|token| match token {
                Token::Name(name) => Some(&sql[name]),
                Token::Word(_) | Token::Mark(_) => None,
            });
            assert_eq!(
                names.collect::<Vec<_>>(),
                expected,
                "{sql} (MySQL: {is_mysql})"
            );
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
        check("[its `a`] `b`", &["b"], &["a", "b"]);
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
