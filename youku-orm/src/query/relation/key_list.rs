//! The keys of a list of rows, and the assignment of the results to these rows.

use std::collections::HashMap;

use crate::error::{Class, Error, Result};
use crate::table::facts::{Table, value_of};
use crate::types::value::Value;

/// The keys of a list of rows, numbered in the order of their first appearance.
pub(super) struct KeyList {
    /// Each key once, without NULL.
    pub(super) keys: Vec<Value>,
    numbers: HashMap<LookupKey, usize>,
    /// The number of each row's key; `None` for NULL.
    rows: Vec<Option<usize>>,
}

impl KeyList {
    pub(super) fn of<'r, M: Table>(rows: impl IntoIterator<Item = &'r M>, column: usize) -> Self {
        let mut list = Self {
            keys: Vec::new(),
            numbers: HashMap::new(),
            rows: Vec::new(),
        };
        for row in rows {
            let key = value_of(row, column);
            let number = (key != Value::Null).then(|| list.key_number_or_add(key));
            list.rows.push(number);
        }
        list
    }

    fn key_number_or_add(&mut self, key: Value) -> usize {
        let next = self.keys.len();
        let number = *self.numbers.entry(lookup_key(key.clone())).or_insert(next);
        if number == next {
            self.keys.push(key);
        }
        number
    }

    /// The number of the key that a row from the database has in a column.
    pub(super) fn number<M: Table>(&self, row: &M, column: usize) -> Result<usize> {
        let number = self.numbers.get(&lookup_key(value_of(row, column)));
        number.copied().ok_or_else(|| {
            Error::new(
                Class::Schema,
                "the database does not compare these keys byte by byte; give their \
                 columns a binary collation",
            )
        })
    }

    /// Nothing for each key.
    pub(super) fn empty_results<T: Default>(&self) -> Vec<T> {
        self.keys.iter().map(|_| T::default()).collect()
    }

    /// For each row of the list, the result for its key. It is cloned for all rows except the last with that key.
    pub(super) fn assign_to_rows<T: Clone + Default>(&self, mut found: Vec<T>) -> Vec<T> {
        let mut left = vec![0_usize; found.len()];
        for number in self.rows.iter().flatten() {
            left[*number] += 1;
        }
        let of_row = |number: &Option<usize>| {
            let Some(number) = *number else {
                return T::default();
            };
            left[number] -= 1;
            match left[number] {
                0 => std::mem::take(&mut found[number]),
                _ => found[number].clone(),
            }
        };
        self.rows.iter().map(of_row).collect()
    }
}

/// A key in the form in which keys are compared: integers by value, text and bytes byte by byte.
#[derive(PartialEq, Eq, Hash)]
enum LookupKey {
    Integer(u64),
    Bytes(Vec<u8>),
}

fn lookup_key(key: Value) -> LookupKey {
    match key {
        Value::U64(number) => LookupKey::Integer(number),
        Value::I64(number) if number >= 0 => LookupKey::Integer(number.unsigned_abs()),
        Value::Text(text) => LookupKey::Bytes(text.into_bytes()),
        Value::Bytes(bytes) => LookupKey::Bytes(bytes),
        other => LookupKey::Bytes(format!("{other:?}").into_bytes()),
    }
}
