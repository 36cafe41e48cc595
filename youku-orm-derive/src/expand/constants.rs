//! The constants and the defaults of a model's columns: the inherent part of the code.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, Generics, Type};

use crate::expand::lints;
use crate::parse::known_attributes::Setting;
use crate::parse::parsed::Field;

/// The code of one column in the inherent `impl`.
pub(crate) struct Part<'a> {
    pub(crate) field: &'a Field<'a>,
    pub(crate) ty: &'a Type,
    pub(crate) default: Option<&'a Expr>,
}

/// `impl User { pub const NAME: Column<User, String> = …; }`, with a function for each default.
pub(crate) fn constants(
    private: &impl ToTokens,
    model: &Ident,
    generics: &Generics,
    parts: &[Part],
) -> TokenStream {
    let (head, tail, bounds) = generics.split_for_impl();
    let this = quote!(#model #tail);
    let doc = format!("of [`{}`](Self).", model.unraw());
    let items = parts
        .iter()
        .enumerate()
        .map(|(index, Part { field, ty, default })| {
            let Field { vis, constant, .. } = field;
            let doc = format!("Column `{}` {doc}", field.column.text);
            let default = default.map(|expr| default_function(private, field, ty, expr));
            let version = field.settings.has(Setting::Version);
            let kind = match (field.is_key(), version) {
                (true, _) => Some(quote!(, #private::PrimaryKey)),
                (false, true) => Some(quote!(, #private::Version)),
                (false, false) => None,
            };
            quote! {
                #[doc = #doc]
                #vis const #constant: #private::Column<#this, #ty #kind> = #private::Column::at(#index);
                #default
            }
        });
    let lints = lints();
    quote! {
        #[automatically_derived]
        #lints
        impl #head #this #bounds { #(#items)* }
    }
}

/// The expression is generated only once, in a function where `Self` is the model, so a mistake in it is one
/// error.
fn default_function(private: &impl ToTokens, field: &Field, ty: &Type, expr: &Expr) -> TokenStream {
    let name = default_name(field);
    let value = quote_spanned!(expr.span()=> #private::default::<#ty, _>(#expr));
    quote! { fn #name() -> #ty { #value } }
}

pub(super) fn default_name(field: &Field) -> Ident {
    format_ident!("__default_{}", field.ident)
}
