//! What a model says about one of its columns.

use crate::error::{Class, Error, Result};
use crate::types::column_type::{ColumnKind, ColumnValue, TypeInfo};
use crate::types::reference::{OnDelete, Reference};
use crate::types::value::Value;

/// One column of a model, in the order of the struct's fields.
#[derive(Debug, Clone, Copy)]
pub struct ColumnInfo {
    /// The column's name in the table.
    pub name: &'static str,
    /// The SQL family of the column.
    pub kind: ColumnKind,
    /// Whether the column takes NULL.
    pub nullable: bool,
    /// Whether this is the primary key.
    pub key: bool,
    /// Whether the database counts the key up by itself.
    pub auto: bool,
    /// The greatest length: characters of a text, bytes of a byte string. A text or byte string
    /// that is a key, unique or indexed has 255 unless another is set.
    pub length: Option<u32>,
    /// The only texts that the column's type has. Empty if it has any.
    pub texts: &'static [&'static str],
    /// Unique: alone (`""`), or together with the columns of the same group.
    pub unique: Option<&'static str>,
    /// Indexed: alone (`""`), or together with the columns of the same group.
    pub index: Option<&'static str>,
    /// What the table's DEFAULT clause says, for defaults that are constants.
    pub default: Option<fn() -> Value>,
    /// Whether this counts the writes of its row; see [`Model::update`](crate::Model::update).
    pub version: bool,
    /// What the values refer to. The key of a model of type `Id<Self>` has it too, but is
    /// not a reference.
    pub references: Option<fn() -> Reference>,
    /// What happens to a row when the row it refers to is deleted.
    pub on_delete: OnDelete,
    /// Whether the database keeps a reference right, by a FOREIGN KEY of the table.
    pub foreign_key: bool,
}

impl ColumnInfo {
    /// A column that is neither key nor indexed.
    pub const fn new(name: &'static str, info: TypeInfo) -> Self {
        Self {
            name,
            kind: info.kind,
            nullable: info.nullable,
            key: false,
            auto: false,
            length: info.length,
            texts: info.texts,
            unique: None,
            index: None,
            default: None,
            version: false,
            references: info.references,
            on_delete: OnDelete::Restrict,
            foreign_key: true,
        }
    }

    /// A cell of hand-written SQL that is found by its name; its type is that of the field.
    #[doc(hidden)]
    pub const fn named(name: &'static str) -> Self {
        Self::new(name, <bool as ColumnValue>::INFO)
    }

    /// Makes it the primary key.
    #[must_use]
    pub const fn key(mut self) -> Self {
        self.key = true;
        self.indexed()
    }

    /// Lets the database count the key up.
    #[must_use]
    pub const fn auto(mut self) -> Self {
        self.auto = true;
        self
    }

    /// Bounds the length, in characters of a text or bytes of a byte string.
    #[must_use]
    pub const fn length(mut self, length: u32) -> Self {
        self.length = Some(length);
        self
    }

    /// Makes it unique; columns of one non-empty group are unique together.
    #[must_use]
    pub const fn unique(mut self, group: &'static str) -> Self {
        self.unique = Some(group);
        self.indexed()
    }

    /// Indexes it; columns of one non-empty group share an index.
    #[must_use]
    pub const fn index(mut self, group: &'static str) -> Self {
        self.index = Some(group);
        self.indexed()
    }

    /// MySQL indexes no text without a length; 255 characters of four bytes fit into any index.
    const fn indexed(mut self) -> Self {
        if self.length.is_none() && matches!(self.kind, ColumnKind::Text | ColumnKind::Bytes) {
            self.length = Some(255);
        }
        self
    }

    /// Lets it count the writes of its row, from 0: an unsigned integer that is not NULL. With any
    /// other type [`Model::VERSION`](crate::Table::VERSION) does not compile.
    #[must_use]
    pub const fn version(mut self) -> Self {
        self.version = true;
        self.default = Some(|| Value::U64(0));
        self
    }

    /// Makes it a reference.
    #[must_use]
    pub const fn references(mut self, reference: fn() -> Reference) -> Self {
        self.references = Some(reference);
        self
    }

    /// Chooses what happens when the row referred to is deleted; [`OnDelete::SetNull`] is for a column
    /// that takes NULL.
    #[must_use]
    pub const fn on_delete(mut self, on_delete: OnDelete) -> Self {
        self.on_delete = on_delete;
        self
    }

    /// Leaves the FOREIGN KEY of a reference out of the table.
    #[must_use]
    pub const fn no_foreign_key(mut self) -> Self {
        self.foreign_key = false;
        self
    }

    /// Refuses a value that exceeds the length. The databases alone would not: MySQL cuts spaces
    /// off the end of a long text, and SQLite counts up to the first NUL.
    pub(crate) fn check_length(&self, value: &Value) -> Result<()> {
        let Some(most) = self.length else {
            return Ok(());
        };
        let (length, unit) = match value {
            Value::Text(text) => (text.chars().count(), "characters"),
            Value::Bytes(bytes) => (bytes.len(), "bytes"),
            _ => return Ok(()),
        };
        if u32::try_from(length).is_ok_and(|length| length <= most) {
            return Ok(());
        }
        let name = self.name;
        Err(Error::new(
            Class::Check,
            format!("column `{name}` takes at most {most} {unit}, and the value has {length}"),
        ))
    }

    /// Puts a DEFAULT clause into the table.
    #[must_use]
    pub const fn default_value(mut self, value: fn() -> Value) -> Self {
        self.default = Some(value);
        self
    }
}
