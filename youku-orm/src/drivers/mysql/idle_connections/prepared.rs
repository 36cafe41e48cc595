//! The statements that are prepared on a connection, found without asking the driver.

use std::borrow::Cow;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Statement};

use crate::error::Result;

/// The maximum number of statements in the list.
const MOST: usize = 32;

/// Statements that are prepared on one connection.
///
/// The driver caches them too, but before each lookup it scans the whole text for named parameters.
pub(crate) struct Prepared {
    known: Vec<(Cow<'static, str>, Statement)>,
    most: usize,
}

impl Prepared {
    /// `cached` is how many statements the driver keeps prepared.
    pub(crate) fn new(cached: usize) -> Self {
        Self {
            known: Vec::new(),
            most: MOST.min(cached),
        }
    }

    /// Returns the prepared statement for this text, and prepares it if it is not prepared yet.
    pub(crate) async fn get(
        &mut self,
        connection: &mut Conn,
        sql: Cow<'static, str>,
    ) -> Result<Statement> {
        let known = self.known.iter().find(|(text, _)| *text == sql);
        if let Some((_, statement)) = known {
            return Ok(statement.clone());
        }
        let statement = connection.prep(&*sql).await?;
        // Once the driver has more statements than it keeps, it closes the least recently used one. This list holds at
        // most as many as the driver keeps, and is cleared when it is full, so it never contains a closed statement.
        if self.known.len() >= self.most {
            self.known.clear();
        }
        self.known.push((sql, statement.clone()));
        Ok(statement)
    }
}
