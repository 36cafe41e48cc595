//! The derive macros of `youku-orm`: a plain struct becomes a table.
//!
//! Use them through `youku_orm`, which exports them. The code that they generate names everything
//! through one module of that crate, which is not part of its API.
//!
//! Inside, each macro is a pipeline of plain functions:
//!
//! ```text
//! DeriveInput --parse--> Parsed --check--> Model --expand--> TokenStream
//! ```
//!
//! `Parsed` may contain mistakes, `Model` cannot, and `expand` cannot fail. Every mistake on the way
//! goes into `Errors`, so that all mistakes in a struct are reported in one compile. Together with the
//! errors, a fallback replaces the real code, so that uses of the model do not cause further errors.
//!
//! # What is generated
//!
#![doc = include_str!("../docs/expansion.md")]
//!
//! A column with few settings takes at most 12 lines, as the tests count them, and a reference with
//! every setting and long names at most 34.
//!
//! # What is left out
//!
//! The macros know only the spelling of the fields' types, and nothing about the database. The traits
//! of `youku-orm` check the types, and the runtime checks the database.

mod errors;

mod parse;

mod check;
mod model;

mod expand;
mod fallback;
mod sql;

mod column_enum;
mod column_type;
mod projection;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Its documentation is at `youku_orm::Model`, where the examples run.
#[proc_macro_derive(Model, attributes(model))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    model(&input).into()
}

/// Its documentation is at `youku_orm::ColumnEnum`, where the examples run.
#[proc_macro_derive(ColumnEnum, attributes(model))]
pub fn derive_column_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    column_enum::column_enum(&input).into()
}

/// Its documentation is at `youku_orm::ColumnType`, where the examples run.
#[proc_macro_derive(ColumnType, attributes(model))]
pub fn derive_column_type(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    column_type::column_type(&input).into()
}

/// Its documentation is at `youku_orm::Projection`, where the examples run.
#[proc_macro_derive(Projection, attributes(model))]
pub fn derive_projection(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    projection::projection(&input).into()
}

/// The pipeline of `#[derive(Model)]`.
fn model(input: &DeriveInput) -> proc_macro2::TokenStream {
    let mut errors = errors::Errors::default();
    let parsed = parse::parsed::Parsed::parse(input, &mut errors);
    let checked = check::check(&parsed, &mut errors);
    let warnings = errors.warnings();
    match errors.finish(checked) {
        Ok(model) => {
            let code = expand::expand(&model);
            quote::quote!(#warnings #code)
        }
        Err(messages) => {
            let fallback = fallback::fallback(&parsed);
            quote::quote!(#messages #fallback)
        }
    }
}
