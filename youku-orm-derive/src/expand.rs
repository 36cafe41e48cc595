//! Generates the code of a model. Nothing can fail here, because a [`Model`] is valid by construction.

pub(crate) mod constants;
pub(crate) mod facts;
pub(crate) mod new;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Generics, Type};

use crate::model::Model;

pub(crate) use constants::{Part, constants};
pub(crate) use new::new_struct;

/// Everything that `#[derive(Model)]` adds to a struct. The block gives the runtime's module a short
/// name that nothing else sees.
pub(crate) fn expand(model: &Model) -> TokenStream {
    let Model {
        runtime, private, ..
    } = model;
    let parts = model.columns.iter().map(|column| Part {
        field: column.field,
        ty: &column.field.ty,
        default: column.default(),
    });
    let parts: Vec<Part> = parts.collect();
    let constants = constants(private, model.ident, &Generics::default(), &parts);
    let facts = facts::facts(model);
    let new = new::new(model);
    let given = model.given().map(|column| column.field);
    let declaration = new_struct(
        model.vis,
        &model.new,
        &Generics::default(),
        model.table,
        given,
    );
    quote! {
        #declaration

        const _: () = {
            use #runtime as #private;
            #facts
            #constants
            #new
        };
    }
}

/// Lints that a user may have silenced on the struct but that would fire again in the code generated from
/// it.
pub(crate) fn lints() -> TokenStream {
    quote! {
        #[allow(
            dead_code,
            deprecated,
            missing_debug_implementations,
            non_camel_case_types,
            non_snake_case,
            non_upper_case_globals,
            private_interfaces,
            unreachable_pub,
        )]
    }
}

/// `<T as ColumnValue>`, with the span of `T` on every token: if `T` is not a column type, every use causes
/// the same message at the same position, and rustc shows it once.
pub(crate) fn as_column(private: &impl ToTokens, ty: &Type) -> TokenStream {
    quote_spanned!(ty.span()=> <#ty as #private::ColumnValue>)
}
