//! The keys of a list of rows, and the assignment of the results to these rows.

use std::collections::HashMap;

use crate::error::{Class, Error, Result};
use crate::table::facts::Table;
use crate::table::field::{Cell, value_of, with_cell};
use crate::types::value::Value;

/// The keys of a list of rows, numbered in the order of their first appearance.
pub(super) struct KeyList {
    /// Each key once, without NULL.
    pub(super) keys: Vec<Value>,
    numbers: Numbers,
    /// The number of each row's key; `None` for NULL.
    rows: Vec<Option<usize>>,
}

impl KeyList {
    pub(super) fn of<'r, M: Table>(rows: impl IntoIterator<Item = &'r M>, column: usize) -> Self {
        let mut list = Self {
            keys: Vec::new(),
            numbers: Numbers::default(),
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
        let number = self.numbers.get_or_insert(&key, next);
        if number == next {
            self.keys.push(key);
        }
        number
    }

    /// The number of the key that a row from the database has in a column.
    pub(super) fn number<M: Table>(&self, row: &M, column: usize) -> Result<usize> {
        with_cell(row, column, |cell| self.numbers.get(&cell)).ok_or_else(|| {
            Error::new(
                Class::Schema,
                "the database compares these keys otherwise than byte by byte; give their \
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

/// Keys of one column with a number for each. Looking up a key does not copy it.
#[derive(Default)]
struct Numbers {
    /// Integers from 0 on, however their sign is declared.
    integers: HashMap<u64, usize>,
    /// The bytes of texts and byte strings, and the names of all others.
    others: HashMap<Vec<u8>, usize>,
}

impl Numbers {
    fn get(&self, key: &Cell<'_>) -> Option<usize> {
        let number = match key {
            Cell::Text(text) => self.others.get(text.as_bytes()),
            Cell::Bytes(bytes) => self.others.get(*bytes),
            Cell::Value(value) => match integer(value) {
                Some(integer) => self.integers.get(&integer),
                None => self.others.get(&name(value)),
            },
        };
        number.copied()
    }

    fn get_or_insert(&mut self, key: &Value, number: usize) -> usize {
        *match integer(key) {
            Some(integer) => self.integers.entry(integer).or_insert(number),
            None => self.others.entry(name(key)).or_insert(number),
        }
    }
}

fn integer(key: &Value) -> Option<u64> {
    match key {
        Value::U64(number) => Some(*number),
        Value::I64(number) => u64::try_from(*number).ok(),
        _ => None,
    }
}

/// What distinguishes a key from the others of its column.
fn name(key: &Value) -> Vec<u8> {
    match key {
        Value::Text(text) => text.clone().into_bytes(),
        Value::Bytes(bytes) => bytes.clone(),
        other => format!("{other:?}").into_bytes(),
    }
}
