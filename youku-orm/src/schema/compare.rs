//! Checks whether the indexes and foreign keys of a live database fulfil what a model requires.

use crate::schema::ddl::{ForeignKey, Index};
use crate::schema::live::{LiveForeignKey, LiveTable, same_name};

/// Whether some index of the table serves the purpose of the model's index.
pub(super) fn is_indexed(live: &LiveTable, index: &Index) -> bool {
    let key: Vec<Option<&str>> = live.key().into_iter().map(Some).collect();
    let others = live.indexes.iter().map(|index| {
        let columns = index.columns.iter().map(Option::as_deref);
        (index.unique, columns.collect::<Vec<_>>())
    });
    let mut all = others.chain([(true, key)]);
    all.any(|(unique, columns)| {
        if index.unique {
            // Columns are unique together in any order.
            unique && columns.len() == index.columns.len() && holds_all(&columns, index)
        } else {
            columns.len() >= index.columns.len() && starts_with(&columns, index)
        }
    })
}

fn holds_all(columns: &[Option<&str>], index: &Index) -> bool {
    let held = |name: &&str| columns.iter().flatten().any(|own| same_name(own, name));
    index.columns.iter().all(held)
}

fn starts_with(columns: &[Option<&str>], index: &Index) -> bool {
    let mut pairs = columns.iter().zip(&index.columns);
    pairs.all(|(own, name)| own.is_some_and(|own| same_name(own, name)))
}

/// The table's foreign key that corresponds to that of the model, whatever its action on delete.
pub(super) fn foreign_key<'l>(live: &'l LiveTable, key: &ForeignKey) -> Option<&'l LiveForeignKey> {
    live.foreign_keys.iter().find(|own| {
        let to = own.to.as_deref();
        same_name(&own.column, key.column)
            && same_name(&own.table, key.to.table)
            && to.is_none_or(|to| same_name(to, key.to.column))
    })
}
