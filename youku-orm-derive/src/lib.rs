//! The derive macros of `youku-orm`: a plain struct becomes a table.
//!
//! Use them through `youku_orm`, which exports both. The code they write names everything through
//! one module of that crate and is no part of its API.
//!
//! Inside, each macro is a pipeline of plain functions:
//!
//! ```text
//! DeriveInput --parse--> Parsed --check--> Model --expand--> TokenStream
//! ```
//!
//! `Parsed` may be wrong, `Model` cannot be, and `expand` cannot fail. Every mistake on the way
//! goes into `Errors`, so that all mistakes of a struct arrive in one compile. Beside them stands
//! a fallback in place of the real code, so that uses of the model add no errors of their own.
//!
//! What it leaves out: it knows neither the types of the fields beyond their spelling nor the
//! database. The traits of `youku-orm` answer for the one, the runtime for the other.

mod attribute;
mod check;
mod column_enum;
mod errors;
mod expand;
mod fallback;
mod model;
mod names;
mod parsed;
mod settings;
mod sql;
#[cfg(test)]
mod tests;
mod types;
mod value;
mod vocabulary;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct with named fields a model: one table, one column a field.
///
/// ```rust,ignore
/// use youku_orm::{Id, Model, Timestamp};
///
/// #[derive(Model)]
/// pub struct User {
///     #[model(primary_key, auto)]
///     pub u_id: Id<User>,
///     #[model(unique, length = 64)]
///     pub username: String,
///     #[model(default = false)]
///     pub is_vip: bool,
///     pub nickname: Option<String>, // NULL is `None`; every other column is NOT NULL
///     pub register_time: Timestamp,
/// }
/// ```
///
/// It writes
///
/// - `impl Model for User`: the table, the columns, the statements as text, `decode` and `bind`;
/// - a constant for each column, named as the field in capitals: `User::USERNAME`;
/// - `struct NewUser`, a row that is not in the table yet. It has a field for each column that
///   neither the database (`auto`) nor a `default` fills.
///
/// `NewUser` is seen wherever `User` is, its fields and the constants wherever the field is.
///
/// A mistake is one error, at the token to change, with what to write instead.
///
/// # Attributes of the struct
///
/// ## `table = "…"`
///
/// The name of the table. Without it the name of the struct in snake case: `DownloadRecord` is
/// `download_record`. It is never made plural.
///
/// ```rust,ignore
/// #[derive(Model)]
/// #[model(table = "users")]
/// struct User { /* … */ }
/// ```
///
/// A name has 1 to 64 characters, none of them a backtick, a control character or beyond U+FFFF,
/// and no space at the end. A table has no dot in its name and does not start with `sqlite_`.
///
/// ## `rename_all = "…"`
///
/// The rule for names of columns: `snake_case`, `camelCase`, `PascalCase`, `SCREAMING_SNAKE_CASE`
/// or `kebab-case`. Without it a column has the name of its field, without `r#`.
///
/// ```rust,ignore
/// #[derive(Model)]
/// #[model(rename_all = "camelCase")]
/// struct User {
///     #[model(primary_key, auto)]
///     user_id: Id<User>, // column `userId`, constant `USER_ID`
/// }
/// ```
///
/// ## `crate = "…"`
///
/// The path of `youku_orm`, where the program knows it under another name.
///
/// ```rust,ignore
/// #[derive(orm::Model)]
/// #[model(crate = "orm")]
/// struct User { /* … */ }
/// ```
///
/// # Attributes of a field
///
/// ## `primary_key`
///
/// Marks the key. A model has exactly one, never an `Option` and never a float.
///
/// ```text
/// error: `number` is a second primary key, `row` is the first
///        help: remove `primary_key` from one of them, or write `unique`
/// ```
///
/// ## `auto`
///
/// The database counts the key: an integer or an `Id`. `NewX` then has no field for it.
///
/// ```rust,ignore
/// #[model(primary_key, auto)]
/// u_id: Id<User>,
/// ```
///
/// ## `column = "…"`
///
/// The name of this column, whatever `rename_all` says. Databases compare names of columns without
/// case, and so does the macro.
///
/// ```rust,ignore
/// #[model(column = "password")]
/// password_hash: String,
/// ```
///
/// ## `unique` and `unique = "group"`
///
/// No two rows have the same value. Columns of one group are unique together, in the order of the
/// fields.
///
/// ```rust,ignore
/// #[model(unique = "name_and_year")]
/// name: String,
/// #[model(unique = "name_and_year")]
/// year: u16,
/// ```
///
/// ## `index` and `index = "group"`
///
/// An index over this column, or one over all columns of the group in the order of the fields.
///
/// ```rust,ignore
/// #[model(index)]
/// owner: Id<User>,
/// ```
///
/// ## `length = N`
///
/// The greatest length of a text in characters, or of bytes. At most 16,383 characters or 65,535
/// bytes; in a key, `unique` or `index` 768 characters or 3,072 bytes.
///
/// ```rust,ignore
/// #[model(length = 64)]
/// username: String,
/// ```
///
/// ## `default = EXPRESSION`
///
/// The value of a new row, unless `.set(column, value)` gives another: `NewX` has no field for it.
/// The expression has the type of the field, or `&str` for a `String`, either also for an `Option`
/// of it; `Self` in it is the model. A literal or a path becomes the column's default in the
/// database too.
///
/// ```rust,ignore
/// #[model(default = Role::Member)]
/// role: Role,
/// ```
///
/// ## `skip`
///
/// The field is no column. Rows that are read have its `Default`.
///
/// ```rust,ignore
/// #[model(skip)]
/// cache: Vec<String>,
/// ```
#[proc_macro_derive(Model, attributes(model))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    model(&input).into()
}

/// Makes an enum without fields the type of a column, which holds the name of the variant as text.
///
/// ```rust,ignore
/// #[derive(Clone, Copy, ColumnEnum)]
/// enum Kind {
///     Free,                          // "free"
///     PayPerView,                    // "pay_per_view"
///     #[model(rename = "member")]
///     Membership,                    // "member"
/// }
/// ```
///
/// It writes `impl ColumnEnum`, with all names and the way from a variant to its name and back, and
/// `impl ColumnType`. A row that holds another text is an error when it is read.
///
/// # Attributes of the enum
///
/// ## `rename_all = "…"`
///
/// The rule for the names: `snake_case` (without the attribute), `camelCase`, `PascalCase`,
/// `SCREAMING_SNAKE_CASE` or `kebab-case`.
///
/// ## `crate = "…"`
///
/// The path of `youku_orm`, where the program knows it under another name.
///
/// # Attributes of a variant
///
/// ## `rename = "…"`
///
/// The text of this variant, whatever `rename_all` says. No two variants have the same.
#[proc_macro_derive(ColumnEnum, attributes(model))]
pub fn derive_column_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    column_enum::column_enum(&input).into()
}

/// The pipeline of `#[derive(Model)]`.
fn model(input: &DeriveInput) -> proc_macro2::TokenStream {
    let mut errors = errors::Errors::default();
    let parsed = parsed::Parsed::parse(input, &mut errors);
    let checked = check::check(&parsed, &mut errors);
    match errors.finish(checked) {
        Ok(model) => expand::expand(&model),
        Err(messages) => {
            let fallback = fallback::fallback(&parsed);
            quote::quote!(#messages #fallback)
        }
    }
}
