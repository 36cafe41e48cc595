//! The statements that are prepared on a connection and known without asking the driver.

use std::borrow::Cow;

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Statement};

use crate::error::Result;

/// How many are known at once.
const MOST: usize = 32;

/// Statements that are prepared on one connection.
///
/// The driver knows them too, but it looks through the whole text for named parameters each time before it looks the
/// text up.
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

    /// The statement of that text, prepared if it is not yet.
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
        // The driver closes the statement that it was asked for the longest time ago, once it has more than it keeps.
        // Whoever forgets all in time has none that it could have closed.
        if self.known.len() >= self.most {
            self.known.clear();
        }
        self.known.push((sql, statement.clone()));
        Ok(statement)
    }
}
