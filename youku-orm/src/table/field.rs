//! The value of one column of a model in memory.

use jiff::civil::{Date, DateTime, Time};

use crate::table::facts::Table;
use crate::types::value::{Bind, Value};

/// The value of a column, borrowed from the row where it owns memory.
pub(crate) enum Cell<'r> {
    Text(&'r str),
    Bytes(&'r [u8]),
    /// Any other.
    Value(Value),
}

impl Cell<'_> {
    pub(crate) fn into_value(self) -> Value {
        match self {
            Self::Text(text) => Value::Text(text.to_owned()),
            Self::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
            Self::Value(value) => value,
        }
    }
}

/// The value that a row has in the column at that position of [`Table::COLUMNS`]; nothing else of
/// the row is copied.
pub(crate) fn value_of<M: Table>(row: &M, column: usize) -> Value {
    with_cell(row, column, |cell| cell.into_value())
}

/// Shows `look` the value that a row has in the column at that position of [`Table::COLUMNS`]; nothing
/// of the row is copied.
pub(crate) fn with_cell<M: Table, T>(
    row: &M,
    column: usize,
    look: impl FnOnce(Cell<'_>) -> T,
) -> T {
    let mut pick = Pick {
        look: Some(look),
        seen: None,
    };
    row.bind_column(column, &mut pick);
    pick.seen
        .expect("the position is one of the model's columns")
}

/// Looks at the value that is bound to it.
struct Pick<F, T> {
    look: Option<F>,
    seen: Option<T>,
}

impl<F: FnOnce(Cell<'_>) -> T, T> Pick<F, T> {
    fn next(&mut self, cell: Cell<'_>) {
        self.seen = self.look.take().map(|look| look(cell));
    }
}

impl<F: FnOnce(Cell<'_>) -> T, T> Bind for Pick<F, T> {
    fn null(&mut self) {
        self.next(Cell::Value(Value::Null));
    }

    fn integer(&mut self, value: i64) {
        self.next(Cell::Value(Value::I64(value)));
    }

    fn unsigned(&mut self, value: u64) {
        self.next(Cell::Value(Value::U64(value)));
    }

    fn double(&mut self, value: f64) {
        self.next(Cell::Value(Value::F64(value)));
    }

    fn text(&mut self, value: &str) {
        self.next(Cell::Text(value));
    }

    fn bytes(&mut self, value: &[u8]) {
        self.next(Cell::Bytes(value));
    }

    fn date(&mut self, value: Date) {
        self.next(Cell::Value(Value::Date(value)));
    }

    fn time(&mut self, value: Time) {
        self.next(Cell::Value(Value::Time(value)));
    }

    fn datetime(&mut self, value: DateTime) {
        self.next(Cell::Value(Value::DateTime(value)));
    }

    fn refuse(&mut self, why: &'static str) {
        self.next(Cell::Value(Value::Unstorable(why)));
    }
}
