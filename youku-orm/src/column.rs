//! Typed columns: the constants that `#[derive(Model)]` puts on a model.

use std::fmt;
use std::marker::PhantomData;

use crate::column_type::ColumnValue;
use crate::filter::Filter;
use crate::model::{ColumnInfo, Model};
use crate::operand::{IntoColumn, IntoOperand};
use crate::order::{Direction, Order};
use crate::value::Value;

/// The longest list that is padded. Beyond it padding would cost more than a statement found again
/// saves, and could exceed the number of `?` that a database takes.
const MOST_PADDED: usize = 512;

/// A column of the model `M` that holds a `T`.
///
/// A comparison takes a value of the column's own type (see [`IntoOperand`]) and gives a
/// [`Filter<M>`], so neither a mistyped name nor a column of another table compiles.
pub struct Column<M, T> {
    index: usize,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Column<M, T> {
    /// The column at that place in [`Model::COLUMNS`]; written by `#[derive(Model)]`.
    pub const fn at(index: usize) -> Self {
        Self {
            index,
            types: PhantomData,
        }
    }
}

impl<M: Model, T: ColumnValue> Column<M, T> {
    /// What the model says about this column.
    pub fn info(self) -> &'static ColumnInfo {
        &M::COLUMNS[self.index]
    }

    /// The column's name in the table.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// Equal.
    pub fn eq(self, value: impl IntoOperand<T::Inner>) -> Filter<M> {
        self.compare(" = ?", value)
    }

    /// Not equal; like every comparison it is not true for NULL.
    pub fn ne(self, value: impl IntoOperand<T::Inner>) -> Filter<M> {
        self.compare(" <> ?", value)
    }

    /// Less.
    pub fn lt(self, value: impl IntoOperand<T::Inner>) -> Filter<M> {
        self.compare(" < ?", value)
    }

    /// Less or equal.
    pub fn le(self, value: impl IntoOperand<T::Inner>) -> Filter<M> {
        self.compare(" <= ?", value)
    }

    /// Greater.
    pub fn gt(self, value: impl IntoOperand<T::Inner>) -> Filter<M> {
        self.compare(" > ?", value)
    }

    /// Greater or equal.
    pub fn ge(self, value: impl IntoOperand<T::Inner>) -> Filter<M> {
        self.compare(" >= ?", value)
    }

    /// From `low` to `high`, both included.
    pub fn between(
        self,
        low: impl IntoOperand<T::Inner>,
        high: impl IntoOperand<T::Inner>,
    ) -> Filter<M> {
        let values = vec![low.into_operand(), high.into_operand()];
        self.filter(" BETWEEN ? AND ?", values)
    }

    /// Equal to one of the values; without a value nothing matches.
    ///
    /// A list of up to 512 values is padded to a power of two by repeating its last one, so that
    /// few statement texts exist and prepared statements are found again.
    pub fn in_<V: IntoOperand<T::Inner>>(self, values: impl IntoIterator<Item = V>) -> Filter<M> {
        let mut values: Vec<Value> = values.into_iter().map(V::into_operand).collect();
        let Some(last) = values.last().cloned() else {
            return Filter::new("0 = 1".to_owned(), Vec::new());
        };
        if values.len() <= MOST_PADDED {
            values.resize(values.len().next_power_of_two(), last);
        }
        let mut test = String::with_capacity(5 + 3 * values.len());
        test.push_str(" IN (?");
        for _ in 1..values.len() {
            test.push_str(", ?");
        }
        test.push(')');
        self.filter(&test, values)
    }

    /// NULL.
    pub fn is_null(self) -> Filter<M> {
        self.filter(" IS NULL", Vec::new())
    }

    /// Not NULL.
    pub fn is_not_null(self) -> Filter<M> {
        self.filter(" IS NOT NULL", Vec::new())
    }

    /// Ascending order of this column; NULL comes first.
    pub fn asc(self) -> Order<M> {
        Order::new(self.index, Direction::Ascending)
    }

    /// Descending order of this column; NULL comes last.
    pub fn desc(self) -> Order<M> {
        Order::new(self.index, Direction::Descending)
    }

    /// An assignment of this column, for `set`.
    pub(crate) fn assign(self, value: impl IntoColumn<T>) -> (usize, Value) {
        (self.index, value.into_column().into_value())
    }

    fn compare(self, test: &str, value: impl IntoOperand<T::Inner>) -> Filter<M> {
        self.filter(test, vec![value.into_operand()])
    }

    fn filter(self, test: &str, values: Vec<Value>) -> Filter<M> {
        let name = self.name();
        let mut sql = String::with_capacity(M::TABLE.len() + name.len() + test.len() + 5);
        push_path::<M>(&mut sql, name);
        sql.push_str(test);
        Filter::new(sql, values)
    }
}

/// Text columns can be searched; every search tells capital and small letters apart.
impl<M: Model, T: ColumnValue<Inner = String>> Column<M, T> {
    /// Matches a pattern: `%` stands for any text, `_` for one character, and `!` takes the
    /// special meaning from the character after it.
    pub fn like(self, pattern: &str) -> Filter<M> {
        self.filter(" LIKE ? ESCAPE '!'", vec![Value::Text(pattern.to_owned())])
    }

    /// Begins with this text, taken literally.
    pub fn starts_with(self, text: &str) -> Filter<M> {
        self.like(&format!("{}%", escaped(text)))
    }

    /// Ends with this text, taken literally.
    pub fn ends_with(self, text: &str) -> Filter<M> {
        self.like(&format!("%{}", escaped(text)))
    }

    /// Contains this text, taken literally.
    pub fn contains(self, text: &str) -> Filter<M> {
        self.like(&format!("%{}%", escaped(text)))
    }
}

/// Writes `` `table`.`column` ``.
pub(crate) fn push_path<M: Model>(sql: &mut String, column: &str) {
    for part in ["`", M::TABLE, "`.`", column, "`"] {
        sql.push_str(part);
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '%' | '_' | '!') {
            escaped.push('!');
        }
        escaped.push(character);
    }
    escaped
}

// Written out because a derive would ask the same of `M` and `T`.
impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M: Model, T: ColumnValue> fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Column({}.{})", M::TABLE, self.name())
    }
}
