//! The registration of hooks, whose result differs between the versions of `rusqlite`.

use crate::error::Result;

/// What a registration returns: nothing up to version 0.32, later a result.
pub(in crate::drivers::sqlite) trait Registered {
    fn registered(self) -> Result<()>;
}

impl Registered for () {
    fn registered(self) -> Result<()> {
        Ok(())
    }
}

impl Registered for rusqlite::Result<()> {
    fn registered(self) -> Result<()> {
        Ok(self?)
    }
}
