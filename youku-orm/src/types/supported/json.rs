//! Values of any serde type, stored as JSON.

use std::ops::{Deref, DerefMut};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Result;
use crate::types::column_info::ColumnInfo;
use crate::types::column_type::{ColumnKind, ColumnType};
use crate::types::row::{FromRow, Row};
use crate::types::value::Bind;

/// A value that a column holds as JSON: anything that serde writes and reads, such as a list, a
/// map or a struct.
///
#[cfg_attr(feature = "sqlite", doc = "```")]
#[cfg_attr(not(feature = "sqlite"), doc = "```no_run")]
/// use youku_orm::{Database, Id, Json, Model, New, sql};
///
/// #[derive(Model, Debug, PartialEq)]
/// struct Recipe {
///     #[model(primary_key, auto)]
///     id: Id<Recipe>,
///     steps: Json<Vec<String>>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> youku_orm::Result<()> {
/// let db = Database::connect("sqlite::memory:").await?;
/// db.create_tables::<Recipe>().await?;
/// let steps = Json(vec!["boil water".to_owned(), "add tea".to_owned()]);
/// let tea = NewRecipe { steps }.insert(&db).await?;
/// assert_eq!(Recipe::get(&db, tea.id).await?.steps.len(), 2);
///
/// // What is inside is found by the JSON functions of SQL.
/// let first = "SELECT * FROM recipe WHERE JSON_EXTRACT(steps, '$[0]') = ?";
/// assert_eq!(sql(first).bind("boil water").all::<Recipe>(&db).await?, [tea]);
/// # Ok(()) }
/// ```
///
/// `None` in `Json<Option<T>>` is the JSON `null`, in `Option<Json<T>>` the NULL of SQL. Equality
/// in SQL compares the text that serde writes, and the JSON value on MySQL; order means nothing.
/// JSON has no NaN and no infinity: serde writes `null` for them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Json<T>(pub T);

impl<T> Json<T> {
    /// The value without the wrapper.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> ColumnType for Json<T> {
    const KIND: ColumnKind = ColumnKind::Json;

    fn decode<R: Row>(row: &mut R, index: usize) -> Result<Self> {
        let value = serde_json::from_str(row.str(index)?);
        // The text of serde's error may show a part of the value.
        value.map(Self).map_err(|error| {
            let found = if error.is_data() {
                format!("its JSON is not of this type, in column {}", error.column())
            } else {
                format!("it is not JSON, from column {} on", error.column())
            };
            row.mismatch(index, std::any::type_name::<Self>(), &found)
        })
    }

    fn bind<B: Bind>(&self, to: &mut B) {
        match serde_json::to_string(&self.0) {
            Ok(text) => to.text(&text),
            Err(_) => to.refuse(
                "a `Json` value cannot be written as JSON: the keys of a map must be texts or \
                 numbers, and its type must not refuse to be serialised",
            ),
        }
    }
}

impl<T> FromRow for Json<T>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    const COLUMNS: Option<&'static [ColumnInfo]> = None;

    fn from_row<R: Row>(row: &mut R) -> Result<Self> {
        row.get(0)
    }
}
