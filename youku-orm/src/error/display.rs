//! The text of an error.

use std::fmt;

use crate::error::Error;

/// How many characters of a statement an error shows.
const SHOWN_SQL: usize = 1_000;

/// A long statement is truncated; [`Error::sql`] returns all of it.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.message)?;
        let Some(sql) = &self.0.sql else {
            return Ok(());
        };
        match sql.char_indices().nth(SHOWN_SQL) {
            Some((end, _)) => write!(f, ", in: {}…", &sql[..end]),
            None => write!(f, ", in: {sql}"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&*self.0)
    }
}
