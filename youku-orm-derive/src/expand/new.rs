//! `NewUser`: the row that is not in the table yet, and how it becomes a `User`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Generics, Visibility};

use crate::expand::constants::default_name;
use crate::expand::{as_column, lints};
use crate::model::{Model, Source};
use crate::parse::parsed::Field;

pub(super) fn new(model: &Model) -> TokenStream {
    let Model {
        ident,
        private,
        new,
        ..
    } = model;
    let into_values = into_values(model);
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #private::Insertable for #new {
            type Model = #ident;
            #into_values
        }
    }
}

/// `pub struct NewUser { … }` with these fields.
pub(crate) fn new_struct<'a>(
    vis: &Visibility,
    new: &Ident,
    generics: &Generics,
    table: &str,
    fields: impl Iterator<Item = &'a Field<'a>>,
) -> TokenStream {
    let doc =
        format!("A row of `{table}` that is not in the table yet: no `auto` key, no defaults.");
    let fields = fields.map(|field| {
        let Field {
            vis,
            ident,
            ty,
            docs,
            ..
        } = field;
        let doc = format!("Column `{}`.", field.column.text);
        let doc = docs.is_empty().then(|| quote!(#[doc = #doc]));
        quote!(#doc #(#docs)* #vis #ident: #ty,)
    });
    let lints = lints();
    let bounds = &generics.where_clause;
    quote! {
        #[doc = #doc]
        #lints
        #vis struct #new #generics #bounds { #(#fields)* }
    }
}

fn into_values(model: &Model) -> TokenStream {
    let private = &model.private;
    let values = model.inserted().map(|column| {
        let (ident, value) = (column.field.ident, as_column(private, &column.field.ty));
        match column.source {
            Source::Default(_) => {
                let (model, default) = (model.ident, default_name(column.field));
                quote!(#value::into_value(#model::#default()),)
            }
            Source::Version => quote!(#private::Value::U64(0),),
            Source::Caller | Source::Database => quote!(#value::into_value(self.#ident),),
        }
    });
    quote! {
        fn into_values(self) -> #private::Values { #private::values([#(#values)*]) }
    }
}
