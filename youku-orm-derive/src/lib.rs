//! The derive macros of `youku-orm`: a plain struct becomes a table.
//!
//! Use them through `youku_orm`, which exports them. The code they write names everything through
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
//! # What is written
//!
#![doc = include_str!("../docs/expansion.md")]
//!
//! A column of few settings takes 12 lines at most, as the tests count them, and a reference with
//! every setting and long names 31.
//!
//! # What is left out
//!
//! The macros know neither the types of the fields beyond their spelling nor the
//! database. The traits of `youku-orm` answer for the one, the runtime for the other.

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

/// Its documentation stands at `youku_orm::Model`, where the examples run.
#[proc_macro_derive(Model, attributes(model))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    model(&input).into()
}

/// Its documentation stands at `youku_orm::ColumnEnum`, where the examples run.
#[proc_macro_derive(ColumnEnum, attributes(model))]
pub fn derive_column_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    column_enum::column_enum(&input).into()
}

/// Its documentation stands at `youku_orm::ColumnType`, where the examples run.
#[proc_macro_derive(ColumnType, attributes(model))]
pub fn derive_column_type(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    column_type::column_type(&input).into()
}

/// Its documentation stands at `youku_orm::Projection`, where the examples run.
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
