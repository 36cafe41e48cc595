//! The derive macros of `youku-orm`: a plain struct becomes a table.

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
mod types;
mod value;
mod vocabulary;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct with named fields a model.
#[proc_macro_derive(Model, attributes(model))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    model_code(&input).into()
}

fn model_code(input: &DeriveInput) -> proc_macro2::TokenStream {
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

/// Makes an enum without fields the type of a text column.
#[proc_macro_derive(ColumnEnum, attributes(model))]
pub fn derive_column_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    column_enum::column_enum(&input).into()
}
