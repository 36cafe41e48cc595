//! Checks what an index can hold before a table is created, in the same way for both databases.

use crate::error::{Class, Error, Result};
use crate::table::tables::TableInfo;
use crate::types::column_info::ColumnInfo;
use crate::types::column_type::ColumnKind;

/// The maximum size in bytes of all columns of one index together (MySQL manual, "InnoDB Limits").
const MAX_BYTES: u32 = 3_072;

/// Refuses a table with an index that MySQL could not create.
///
/// # Errors
/// A schema error that names the index and what to change.
pub(crate) fn check(table: &TableInfo) -> Result<()> {
    let key = |column: &&ColumnInfo| column.key;
    check_index(table, "PRIMARY KEY", table.columns.iter().filter(key))?;
    for group_of in [
        |column: &ColumnInfo| column.unique,
        |column: &ColumnInfo| column.index,
    ] {
        for column in table.columns {
            let Some(group) = group_of(column) else {
                continue;
            };
            if group.is_empty() {
                check_index(table, column.name, [column].into_iter())?;
            } else {
                let of_group = |other: &&ColumnInfo| group_of(other) == Some(group);
                check_index(table, group, table.columns.iter().filter(of_group))?;
            }
        }
    }
    Ok(())
}

fn check_index<'c>(
    table: &TableInfo,
    index: &str,
    columns: impl Iterator<Item = &'c ColumnInfo>,
) -> Result<()> {
    let mut bytes = 0_u32;
    for column in columns {
        let Some(size) = size(column) else {
            let (table, column) = (table.name, column.name);
            return Err(Error::new(
                Class::Schema,
                format!(
                    "`{column}` of `{table}` is JSON, which cannot be indexed: store what you search for \
                 in a separate column"
                ),
            ));
        };
        bytes = bytes.saturating_add(size);
    }
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    let table = table.name;
    Err(Error::new(
        Class::Schema,
        format!(
            "the index `{index}` of `{table}` takes {bytes} bytes, and MySQL indexes at most \
         {MAX_BYTES}: give its texts a smaller `length`, a character takes 4 bytes"
        ),
    ))
}

/// The bytes that a column takes in an index; `None` when it cannot be indexed.
fn size(column: &ColumnInfo) -> Option<u32> {
    Some(match column.kind {
        ColumnKind::Boolean => 1,
        ColumnKind::Signed(bits) | ColumnKind::Unsigned(bits) => u32::from(bits) / 8,
        ColumnKind::Single => 4,
        ColumnKind::Double | ColumnKind::Timestamp | ColumnKind::DateTime => 8,
        ColumnKind::Date => 3,
        ColumnKind::Time => 6,
        ColumnKind::Decimal => 26,
        ColumnKind::Uuid => 16,
        ColumnKind::Text => column.length?.saturating_mul(4),
        ColumnKind::Bytes => column.length?,
        ColumnKind::Json => return None,
    })
}
