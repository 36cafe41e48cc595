//! The value of one column of a model in memory.

use jiff::civil::{Date, DateTime, Time};

use crate::model::Model;
use crate::value::{Bind, Value};

/// The value that a row has in the column at that place of [`Model::COLUMNS`]; nothing else of
/// the row is copied.
pub(crate) fn value_of<M: Model>(row: &M, column: usize) -> Value {
    // `bind` writes every column but the key, then the key.
    let place = match column.cmp(&M::KEY) {
        std::cmp::Ordering::Less => column,
        std::cmp::Ordering::Equal => M::COLUMNS.len() - 1,
        std::cmp::Ordering::Greater => column - 1,
    };
    let mut pick = Pick {
        skip: place,
        value: Value::Null,
    };
    row.bind(&mut pick);
    pick.value
}

/// Keeps one of the values that are bound to it.
struct Pick {
    /// How many values come before the one to keep; wraps around behind it.
    skip: usize,
    value: Value,
}

impl Pick {
    fn is_next(&mut self) -> bool {
        let next = self.skip == 0;
        self.skip = self.skip.wrapping_sub(1);
        next
    }
}

impl Bind for Pick {
    fn null(&mut self) {
        if self.is_next() {
            self.value.null();
        }
    }

    fn integer(&mut self, value: i64) {
        if self.is_next() {
            self.value.integer(value);
        }
    }

    fn unsigned(&mut self, value: u64) {
        if self.is_next() {
            self.value.unsigned(value);
        }
    }

    fn double(&mut self, value: f64) {
        if self.is_next() {
            self.value.double(value);
        }
    }

    fn text(&mut self, value: &str) {
        if self.is_next() {
            self.value.text(value);
        }
    }

    fn bytes(&mut self, value: &[u8]) {
        if self.is_next() {
            self.value.bytes(value);
        }
    }

    fn date(&mut self, value: Date) {
        if self.is_next() {
            self.value.date(value);
        }
    }

    fn time(&mut self, value: Time) {
        if self.is_next() {
            self.value.time(value);
        }
    }

    fn datetime(&mut self, value: DateTime) {
        if self.is_next() {
            self.value.datetime(value);
        }
    }

    fn refuse(&mut self, why: &'static str) {
        if self.is_next() {
            self.value.refuse(why);
        }
    }
}
