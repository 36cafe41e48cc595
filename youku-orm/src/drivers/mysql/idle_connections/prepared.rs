//! The statements that are prepared on a connection, found by their text without asking the driver.
//!
//! The driver caches prepared statements too, but before each lookup it scans the whole text for named parameters. This list
//! is searched first. It keeps up to [`MAX`] statements, for as long as their connection stays out of the driver's pool.
//!
//! Invariant: the list contains no statement that the driver has closed. The driver keeps `statement_cache` statements of a
//! connection, and when it prepares one more, it closes the one that was used least recently. The list holds at most as many,
//! and all of them were prepared or looked up since it was last cleared. When it is full, it is cleared before another
//! statement is added.

use std::borrow::Cow;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Statement};

use crate::error::Result;

/// The maximum number of statements in the list, which is searched from its beginning.
const MAX: usize = 32;

/// Statements that are prepared on one connection.
pub(in crate::drivers::mysql) struct Prepared {
    known: Vec<(Cow<'static, str>, Statement)>,
    max: usize,
}

impl Prepared {
    /// `cached` is how many statements the driver keeps prepared.
    pub(super) fn new(cached: usize) -> Self {
        Self {
            known: Vec::new(),
            max: MAX.min(cached),
        }
    }

    /// Returns the prepared statement for this text, and prepares it if it is not in the list.
    pub(in crate::drivers::mysql) async fn get(
        &mut self,
        connection: &mut Conn,
        sql: Cow<'static, str>,
    ) -> Result<Statement> {
        let known = self.known.iter().find(|(text, _)| *text == sql);
        if let Some((_, statement)) = known {
            return Ok(statement.clone());
        }
        let statement = connection.prep(&*sql).await?;
        if self.known.len() >= self.max {
            self.known.clear();
        }
        self.known.push((sql, statement.clone()));
        Ok(statement)
    }
}
