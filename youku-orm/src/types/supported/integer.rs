//! Integers of every width.

use crate::error::Result;
use crate::types::column_type::{ColumnKind, ColumnType, Key};
use crate::types::row::Row;
use crate::types::value::Bind;

macro_rules! integer {
    ($($ty:ident $kind:ident $bits:literal $wide:ident $read:ident);*) => {$(
        impl ColumnType for $ty {
            const KIND: ColumnKind = ColumnKind::$kind($bits);

            fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
                let wide = row.$read(index)?;
                $ty::try_from(wide)
                    .map_err(|_| row.mismatch(index, stringify!($ty), "the number is out of range"))
            }

            fn bind<B: Bind>(&self, to: &mut B) {
                to.$read($wide::from(*self));
            }
        }

        impl Key for $ty {}
    )*};
}

integer!(
    i8 Signed 8 i64 integer;
    i16 Signed 16 i64 integer;
    i32 Signed 32 i64 integer;
    i64 Signed 64 i64 integer;
    u8 Unsigned 8 u64 unsigned;
    u16 Unsigned 16 u64 unsigned;
    u32 Unsigned 32 u64 unsigned;
    u64 Unsigned 64 u64 unsigned
);
