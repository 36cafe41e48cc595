//! What a column of keys refers to, and what happens when that row is deleted.

/// The column that another one refers to: always a primary key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reference {
    /// The table referred to.
    pub table: &'static str,
    /// Its primary key.
    pub column: &'static str,
}

/// What happens to a row when the row it refers to is deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnDelete {
    /// The row referred to cannot be deleted.
    #[default]
    Restrict,
    /// The row is deleted too.
    Cascade,
    /// The column becomes NULL.
    SetNull,
}

impl OnDelete {
    /// As SQL writes it.
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
        }
    }
}
