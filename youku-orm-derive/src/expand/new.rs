//! `NewUser`: the row that is not in the table yet, and how it becomes a `User`.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Generics, Visibility};

use super::constants::default_name;
use super::facts::skipped;
use super::{as_column, lints};
use crate::model::{Column, Model, Source};
use crate::parsed::Field;

pub(super) fn new(model: &Model) -> TokenStream {
    let Model {
        ident,
        private,
        new,
        ..
    } = model;
    let fields = model.given().map(|column| column.field);
    let declaration = new_struct(model.vis, new, &Generics::default(), model.table, fields);
    let (bind, into_model) = (bind(model), into_model(model));
    quote! {
        #declaration

        #[automatically_derived]
        #[allow(deprecated)]
        impl #private::New for #new {
            type Model = #ident;
            #bind
            #into_model
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

fn bind(model: &Model) -> TokenStream {
    let private = model.private;
    let write = model.inserted().map(|column| {
        let (value, source) = (as_column(private, &column.field.ty), value(model, column));
        quote!(#value::bind(&#source, to);)
    });
    let to = if model.inserted().count() == 0 {
        quote!(_)
    } else {
        quote!(to)
    };
    quote! {
        fn bind<__B: #private::Bind>(&self, #to: &mut __B) { #(#write)* }
    }
}

fn into_model(model: &Model) -> TokenStream {
    let ident = model.ident;
    let fields = model.columns.iter().map(|column| {
        let (field, value) = (column.field.ident, value(model, column));
        quote!(#field: #value,)
    });
    let skipped = skipped(model);
    let generated = match model.key().source {
        Source::Database => quote!(generated),
        Source::Caller | Source::Default(_) => quote!(_),
    };
    quote! {
        fn into_model(self, #generated: u64) -> #ident {
            #ident { #(#fields)* #skipped }
        }
    }
}

/// Where the value of a new row comes from, as an expression in a method of `NewUser`.
fn value(model: &Model, column: &Column) -> TokenStream {
    let (ident, private, field) = (model.ident, model.private, column.field);
    match column.source {
        Source::Caller => {
            let name = field.ident;
            quote!(self.#name)
        }
        Source::Default(_) => {
            let default = default_name(field);
            quote!(#ident::#default())
        }
        Source::Database => {
            let ty = &field.ty;
            quote_spanned!(ty.span()=> <#ty as #private::AutoKey>::from_generated(generated))
        }
    }
}
