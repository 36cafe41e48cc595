//! Which Rust types can be columns, and how each is written and read.

use crate::error::Result;
use crate::types::reference::Reference;
use crate::types::row::Row;
use crate::types::value::{Bind, Value};

/// The family of SQL types a column belongs to; each database has its own name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnKind {
    /// True or false.
    Boolean,
    /// A signed integer of that many bits.
    Signed(u8),
    /// An unsigned integer of that many bits.
    Unsigned(u8),
    /// A 32-bit float.
    Single,
    /// A 64-bit float.
    Double,
    /// Text, compared by code point.
    Text,
    /// Bytes.
    Bytes,
    /// An instant in UTC with microseconds.
    Timestamp,
    /// A day.
    Date,
    /// A time of day with microseconds.
    Time,
    /// A day and a time of day with microseconds, in no time zone.
    DateTime,
    /// An exact number with up to 29 digits before and 28 after the decimal point.
    Decimal,
    /// A UUID, 16 bytes.
    Uuid,
    /// A JSON text.
    Json,
}

/// A type that one column can hold, never NULL.
///
/// Each type, what it is in either database and what holds for it: [`guide::types`](crate::guide::types).
///
/// Implemented for the integers, floats, `bool`, `String`, `Vec<u8>`, [`Timestamp`](crate::Timestamp),
/// the `Date`, `Time` and `DateTime` of [`civil`](crate::civil), and [`Id<M>`](crate::Id); with the
/// feature of that name for `Decimal`, `Uuid`, `Json<T>` and the types of `chrono` and `time`.
/// `#[derive(ColumnEnum)]` implements it for an enum and `#[derive(ColumnType)]` for a struct around
/// one of them. A nullable column is an `Option` of such a type and nothing else.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column",
    label = "not a column type",
    note = "help: a row of another model is an `Id<Other>`; put `#[derive(ColumnEnum)]` on an enum, `#[derive(ColumnType)]` on a struct around one value",
    note = "help: columns are integers, floats, `bool`, `String`, `Vec<u8>`, `Timestamp`, and an `Option` of each",
    note = "help: for `Decimal`, `Uuid`, `Json<…>` or the types of `chrono` and `time` add the feature `decimal`, `uuid`, `json`, `chrono` or `time`: `features = [\"uuid\"]` at `youku-orm` in `Cargo.toml`"
)]
pub trait ColumnType: Sized + Send + Sync + 'static {
    /// The SQL family of the column.
    const KIND: ColumnKind;
    /// What a value refers to: an [`Id<M>`](crate::Id) to the row of `M`, any other type to nothing.
    const REFERENCES: Option<fn() -> Reference> = None;
    /// The family of the key that a value refers to: of an [`Id<M>`](crate::Id) that of the key of `M`.
    const REFERRED_KEY: Option<ColumnKind> = None;
    /// The greatest length that the type itself sets: characters of a text, bytes of a byte
    /// string. The `length` of a field goes before it.
    const LENGTH: Option<u32> = None;
    /// The only texts that the type has, as those of a [`ColumnEnum`](crate::ColumnEnum). Empty if it has any.
    const TEXTS: &'static [&'static str] = &[];

    /// Reads the cell at `index`.
    ///
    /// # Errors
    /// A decode error when the cell holds something else.
    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self>;

    /// Writes the value as the next one of a statement.
    fn bind<B: Bind>(&self, to: &mut B);

    /// The value as it is bound; a type that owns its bytes gives them away.
    fn into_value(self) -> Value {
        let mut value = Value::Null;
        self.bind(&mut value);
        value
    }
}

/// What a column's type says about the column.
#[derive(Debug, Clone, Copy)]
pub struct TypeInfo {
    /// The SQL family.
    pub kind: ColumnKind,
    /// Whether the column takes NULL.
    pub nullable: bool,
    /// The greatest length that the type sets, as [`ColumnType::LENGTH`].
    pub length: Option<u32>,
    /// The only texts that the type has, as [`ColumnType::TEXTS`].
    pub texts: &'static [&'static str],
    /// What a value refers to. A function, because models may refer to each other.
    pub references: Option<fn() -> Reference>,
    /// The SQL family of the key that a value refers to, as [`ColumnType::REFERRED_KEY`].
    pub referred_key: Option<ColumnKind>,
}

/// Checks whether the type of a field fulfils the requirements of the field's attributes, if the spelling of
/// the type does not show it. Each check fails to compile for an unsuitable type. Called by generated code.
#[doc(hidden)]
impl TypeInfo {
    pub const fn for_auto(self) {
        let counts = matches!(self.kind, ColumnKind::Signed(_) | ColumnKind::Unsigned(_));
        assert!(
            counts && !self.nullable,
            "an `auto` key is an integer or an `Id`; help: drop `auto` and set the key yourself"
        );
    }

    pub const fn for_version(self) {
        let counts = matches!(self.kind, ColumnKind::Unsigned(_));
        assert!(
            counts && !self.nullable && self.references.is_none(),
            "a version counts up from 0, so it is an unsigned integer; help: write the type `u32`"
        );
    }

    pub const fn for_length(self) {
        assert!(
            matches!(self.kind, ColumnKind::Text | ColumnKind::Bytes),
            "`length` limits text and bytes, and this type is neither; help: remove `length`"
        );
    }

    pub const fn for_set_null(self) {
        assert!(
            self.nullable,
            "`set_null` writes NULL, which this type does not take; help: write an `Option` of it, or `on_delete = \"cascade\"`"
        );
    }

    pub const fn for_id(self) {
        assert!(
            matches!(self.referred_key, None | Some(ColumnKind::Unsigned(64))),
            "an `Id` has the type of the key that it refers to, and the key of this model is neither an `Id` nor a `u64`; help: write the type of that key, with `#[model(references = Other)]`"
        );
    }

    pub const fn for_reference(self) {
        assert!(
            self.references.is_some(),
            "this type does not refer to a model; help: write the type `Id<Other>`, or add `references = Other`"
        );
    }
}

/// The type of a model's field: a [`ColumnType`], or an `Option` of one for a nullable column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a column",
    label = "not a column type",
    note = "help: a row of another model is an `Id<Other>`; put `#[derive(ColumnEnum)]` on an enum, `#[derive(ColumnType)]` on a struct around one value",
    note = "help: columns are integers, floats, `bool`, `String`, `Vec<u8>`, `Timestamp`, and an `Option` of each",
    note = "help: for `Decimal`, `Uuid`, `Json<…>` or the types of `chrono` and `time` add the feature `decimal`, `uuid`, `json`, `chrono` or `time`: `features = [\"uuid\"]` at `youku-orm` in `Cargo.toml`"
)]
pub trait ColumnValue: Sized + Send + Sync + 'static {
    /// The type without its `Option`.
    type Inner: ColumnType;
    /// `V`, and an `Option` if this type is one: what is calculated from both is NULL if either is.
    #[doc(hidden)]
    type Also<V: ColumnValue>: ColumnValue<Inner = V::Inner>;
    /// Kind and nullability of the column.
    const INFO: TypeInfo;

    /// Reads the cell at `index`.
    ///
    /// # Errors
    /// A decode error when the cell holds something else.
    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self>;

    /// Writes the value as the next one of a statement.
    fn bind<B: Bind>(&self, to: &mut B);

    /// The value as it is bound.
    fn into_value(self) -> Value;
}

impl<T: ColumnType> ColumnValue for T {
    type Inner = T;
    type Also<V: ColumnValue> = V;
    const INFO: TypeInfo = TypeInfo {
        kind: T::KIND,
        nullable: false,
        length: T::LENGTH,
        texts: T::TEXTS,
        references: T::REFERENCES,
        referred_key: T::REFERRED_KEY,
    };

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        <T as ColumnType>::decode(row, index)
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        ColumnType::bind(self, to);
    }

    fn into_value(self) -> Value {
        ColumnType::into_value(self)
    }
}

impl<T: ColumnType> ColumnValue for Option<T> {
    type Inner = T;
    type Also<V: ColumnValue> = Option<V::Inner>;
    const INFO: TypeInfo = TypeInfo {
        kind: T::KIND,
        nullable: true,
        length: T::LENGTH,
        texts: T::TEXTS,
        references: T::REFERENCES,
        referred_key: T::REFERRED_KEY,
    };

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        if row.is_null(index)? {
            Ok(None)
        } else {
            <T as ColumnType>::decode(row, index).map(Some)
        }
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        match self {
            Some(value) => ColumnType::bind(value, to),
            None => to.null(),
        }
    }

    fn into_value(self) -> Value {
        self.map_or(Value::Null, ColumnType::into_value)
    }
}

/// A type that can be a primary key.
///
/// Floats are not: equality of a key must be exact.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a primary key",
    label = "not a key type",
    note = "help: use `Id<…>`, an integer, `String`, `Vec<u8>`, `Uuid` or a date"
)]
pub trait Key: ColumnType + Clone + PartialEq {}
