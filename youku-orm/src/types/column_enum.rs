//! Enums without fields, stored as the text of their variant.

use crate::error::Result;
use crate::types::row::Row;
use crate::types::value::Bind;

/// An enum that a column holds as text; made by `#[derive(ColumnEnum)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an enum that a column holds as text",
    label = "not a `ColumnEnum`",
    note = "help: put `#[derive(ColumnEnum)]` on the enum"
)]
pub trait ColumnEnum: Sized + Send + Sync + 'static {
    /// The text of every variant, in the order of declaration.
    const NAMES: &'static [&'static str];

    /// The text of this variant.
    fn name(&self) -> &'static str;

    /// The variant with that text, compared exactly.
    fn from_name(name: &str) -> Option<Self>;
}

/// Binds an enum's text; the derived [`ColumnType`](crate::ColumnType) calls it.
pub fn bind_enum<E: ColumnEnum, B: Bind>(value: &E, to: &mut B) {
    to.text(value.name());
}

/// Reads an enum's cell; the derived [`ColumnType`](crate::ColumnType) calls it.
///
/// # Errors
/// A decode error that lists the known texts when the cell holds another one.
pub fn decode_enum<E: ColumnEnum, R: Row>(row: &mut R, index: usize) -> Result<E> {
    match E::from_name(row.str(index)?) {
        Some(variant) => Ok(variant),
        None => Err(row.mismatch(
            index,
            std::any::type_name::<E>(),
            &format!("the text is not one of `{}`", E::NAMES.join("`, `")),
        )),
    }
}
