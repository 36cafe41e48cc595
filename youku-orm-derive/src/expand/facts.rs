//! `impl Model for User`: names, statements, and how a row is read and written.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use super::{as_column, constants::default_name};
use crate::model::{Column, Model, Source};

pub(super) fn facts(model: &Model) -> TokenStream {
    let Model {
        ident,
        private,
        new,
        table,
        key: at,
        ..
    } = model;
    let infos = model.columns.iter().map(|column| info(model, column));
    let (select, find, insert) = (model.select(), model.find(), model.insert());
    let (update, delete) = (model.update(), model.delete());
    let (key, key_type) = (model.key().field.ident, &model.key().field.ty);
    let (decode, bind) = (decode(model), bind(model));
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #private::Model for #ident {
            type Key = #key_type;
            type New = #new;
            const TABLE: &'static str = #table;
            const COLUMNS: &'static [#private::ColumnInfo] = &[#(#infos),*];
            const KEY: usize = #at;
            const SELECT: &'static str = #select;
            const FIND: &'static str = #find;
            const INSERT: &'static str = #insert;
            const UPDATE: &'static str = #update;
            const DELETE: &'static str = #delete;
            fn key(&self) -> &Self::Key { &self.#key }
            #decode
            #bind
        }
    }
}

fn info(model: &Model, column: &Column) -> TokenStream {
    let private = model.private;
    let (name, value) = (column.name, as_column(private, &column.field.ty));
    let key = (column.field.ident == model.key().field.ident).then(|| quote!(.key()));
    let auto = matches!(column.source, Source::Database).then(|| quote!(.auto()));
    let length = column.length.map(|length| quote!(.length(#length)));
    let unique = column.unique.as_ref().map(|group| quote!(.unique(#group)));
    let index = column.index.as_ref().map(|group| quote!(.index(#group)));
    let default = column.default().filter(|expr| is_constant(expr)).map(|_| {
        let default = default_name(column.field);
        quote!(.default_value(|| #value::into_value(Self::#default())))
    });
    quote! {
        #private::ColumnInfo::new(#name, #value::INFO) #key #auto #length #unique #index #default
    }
}

/// A literal or a path gives the same value at every insert, so it can stand in the table's
/// definition too.
fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Unary(unary) => is_constant(&unary.expr),
        Expr::Group(group) => is_constant(&group.expr),
        _ => false,
    }
}

fn decode(model: &Model) -> TokenStream {
    let private = model.private;
    let read = model.columns.iter().enumerate().map(|(index, column)| {
        let (field, value) = (column.field.ident, as_column(private, &column.field.ty));
        quote!(#field: #value::decode(row, #index)?,)
    });
    let skipped = skipped(model);
    quote! {
        fn decode<__R: #private::Row>(row: &mut __R) -> #private::Result<Self> {
            #private::Result::Ok(Self { #(#read)* #skipped })
        }
    }
}

fn bind(model: &Model) -> TokenStream {
    let private = model.private;
    let write = model.beside_key().chain([model.key()]).map(|column| {
        let (field, value) = (column.field.ident, as_column(private, &column.field.ty));
        quote!(#value::bind(&self.#field, to);)
    });
    quote! {
        fn bind<__B: #private::Bind>(&self, to: &mut __B) { #(#write)* }
    }
}

/// The fields that no column fills.
pub(super) fn skipped(model: &Model) -> TokenStream {
    let fields = model.skipped.iter().map(|field| {
        let (ident, ty) = (field.ident, &field.ty);
        let default = quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default());
        quote!(#ident: #default,)
    });
    quote!(#(#fields)*)
}
