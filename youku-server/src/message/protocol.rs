//! Which generation of the protocol a connection speaks.

use crate::message::Dialect;

/// How the requests of a connection are read and its replies written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// As the clients of the Python course project do. Any request may switch the dialect.
    Existing(Dialect),
    /// Protocol 2, from a `hello` to the end of the connection.
    Two,
}

impl Default for Protocol {
    fn default() -> Self {
        Self::Existing(Dialect::default())
    }
}

impl Protocol {
    /// The dialect that shapes the replies to an existing client.
    pub(crate) fn dialect(self) -> Dialect {
        match self {
            Self::Existing(dialect) => dialect,
            Self::Two => Dialect::default(),
        }
    }
}
