//! UUIDs of `uuid`.

use uuid::Uuid;

use crate::error::Result;
use crate::types::column_type::{ColumnKind, ColumnType, Key};
use crate::types::row::{Row, single};
use crate::types::value::Bind;

/// Stored as its 16 bytes, whose order is the order of `Uuid`: version 7 keeps the order of time.
impl ColumnType for Uuid {
    const KIND: ColumnKind = ColumnKind::Uuid;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        let bytes = row.bytes(index)?;
        Self::from_slice(&bytes).map_err(|_| row.mismatch(index, "a UUID", "it has not 16 bytes"))
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        to.bytes(self.as_bytes());
    }
}

impl Key for Uuid {}

single!(Uuid);
