//! `impl Table for User`: names, statements, and how a row is read and written.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use crate::expand::as_column;
use crate::expand::constants::default_name;
use crate::model::{Column, Model, OnDelete, Source};
use crate::parse::types::{
    is_bytes, is_id, is_id_of, is_integer, is_key, is_plainly_no_id, is_text, nullable,
};

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
    let (key_type, key) = key(model);
    let (decode, bind, type_assertions) = (decode(model), bind(model), type_assertions(model));
    quote! {
        #type_assertions
        #[automatically_derived]
        #[allow(deprecated)]
        impl #private::Table for #ident {
            #key_type
            type New = #new;
            const TABLE: &'static str = #table;
            const COLUMNS: &'static [#private::ColumnInfo] = &[#(#infos),*];
            const KEY: usize = #at;
            const SELECT: &'static str = #select;
            const FIND: &'static str = #find;
            const INSERT: &'static str = #insert;
            const UPDATE: &'static str = #update;
            const DELETE: &'static str = #delete;
            #key
            #decode
            #bind
        }
    }
}

/// The type and the value of the key. If the type may not be a column type, it is checked like those of all
/// columns, with the span of the type on every token, so that rustc shows one message.
fn key(model: &Model) -> (TokenStream, TokenStream) {
    let (ident, ty) = (model.key().field.ident, &model.key().field.ty);
    let key = if is_key(ty) {
        ty.to_token_stream()
    } else {
        let value = as_column(&model.private, ty);
        quote_spanned!(ty.span()=> #value::Inner)
    };
    (
        quote_spanned!(ty.span()=> type Key = #key;),
        quote_spanned!(ty.span()=> fn key(&self) -> &Self::Key { &self.#ident }),
    )
}

/// Checks what attributes require of a type, if its spelling does not show it. Each check is a separate
/// constant, so that each mistake is a separate error.
fn type_assertions(model: &Model) -> TokenStream {
    let mut type_assertions = TokenStream::new();
    // Then an `Id` of the model itself has the right type.
    let has_id = is_id_of(&model.key().field.ty, model.ident);
    for column in &model.columns {
        let ty = &column.field.ty;
        let inner = nullable(ty).unwrap_or(ty);
        let set_null = column.on_delete == Some(OnDelete::SetNull);
        let refers = column.on_delete.is_some() && column.references.is_none();
        let asked = [
            (
                matches!(column.source, Source::Database) && !is_integer(ty),
                "for_auto",
            ),
            (
                matches!(column.source, Source::Version) && !is_integer(ty),
                "for_version",
            ),
            (
                column.length.is_some() && !is_text(inner) && !is_bytes(inner),
                "for_length",
            ),
            (set_null && nullable(ty).is_none(), "for_set_null"),
            (refers && !is_id(inner), "for_reference"),
            (
                !(is_plainly_no_id(inner) || has_id && is_id_of(inner, model.ident)),
                "for_id",
            ),
        ];
        for (_, assertion) in asked.into_iter().filter(|(asked, _)| *asked) {
            let value = as_column(&model.private, ty);
            let assertion = Ident::new(assertion, ty.span());
            type_assertions
                .extend(quote_spanned!(ty.span()=> const _: () = #value::INFO.#assertion();));
        }
    }
    type_assertions
}

fn info(model: &Model, column: &Column) -> TokenStream {
    let private = &model.private;
    let (name, value) = (column.name, as_column(private, &column.field.ty));
    let key = (column.field.ident == model.key().field.ident).then(|| quote!(.key()));
    let auto = matches!(column.source, Source::Database).then(|| quote!(.auto()));
    let version = matches!(column.source, Source::Version).then(|| quote!(.version()));
    let length = column.length.map(|length| quote!(.length(#length)));
    let unique = column.unique.as_ref().map(|group| quote!(.unique(#group)));
    let index = column.index.as_ref().map(|group| quote!(.index(#group)));
    let default = column.default().filter(|expr| is_constant(expr)).map(|_| {
        let default = default_name(column.field);
        quote!(.default_value(|| #value::into_value(Self::#default())))
    });
    let reference = reference(private, column);
    quote! {
        #private::ColumnInfo::new(#name, #value::INFO)
            #key #auto #length #unique #index #default #version #reference
    }
}

/// What a column says about its reference in addition to its type.
fn reference(private: &Ident, column: &Column) -> TokenStream {
    let value = as_column(private, &column.field.ty);
    let references = column.references.map(|model| {
        let inner = quote_spanned!(column.field.ty.span()=> #value::Inner);
        // A mistake in the model is shown at its name.
        let mut private = private.clone();
        private.set_span(private.span().located_at(model.span()));
        let call = quote_spanned!(model.span()=> #private::reference::<#model, #inner>());
        quote!(.references(#call))
    });
    let on_delete = column.on_delete.map(|on_delete| {
        let action = match on_delete {
            OnDelete::Restrict => quote!(Restrict),
            OnDelete::Cascade => quote!(Cascade),
            OnDelete::SetNull => quote!(SetNull),
        };
        quote!(.on_delete(#private::OnDelete::#action))
    });
    let no_foreign_key = (!column.foreign_key).then(|| quote!(.no_foreign_key()));
    quote!(#references #on_delete #no_foreign_key)
}

/// A literal or a path has the same value at every insert, so it can also be part of the table's
/// definition.
fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Unary(unary) => is_constant(&unary.expr),
        Expr::Group(group) => is_constant(&group.expr),
        _ => false,
    }
}

fn decode(model: &Model) -> TokenStream {
    let private = &model.private;
    let read = model.columns.iter().enumerate().map(|(index, column)| {
        let (field, value) = (column.field.ident, as_column(private, &column.field.ty));
        quote!(#field: #value::decode(row, #index)?,)
    });
    let skipped = skipped(model);
    quote! {
        fn decode<__R: #private::Row>(row: &mut __R) -> #private::DecodeResult<Self> {
            ::core::result::Result::Ok(Self { #(#read)* #skipped })
        }
    }
}

fn bind(model: &Model) -> TokenStream {
    let private = &model.private;
    let binds = model.columns.iter().map(|column| {
        let (field, value) = (column.field.ident, as_column(private, &column.field.ty));
        quote!(#value::bind(&self.#field, to))
    });
    let all = binds.clone();
    let positions = 0..model.columns.len();
    quote! {
        fn bind<__B: #private::Bind>(&self, to: &mut __B) { #(#all;)* }
        fn bind_column<__B: #private::Bind>(&self, index: usize, to: &mut __B) {
            match index { #(#positions => #binds,)* _ => {} }
        }
    }
}

/// The fields that are not filled from a column.
fn skipped(model: &Model) -> TokenStream {
    let fields = model.skipped.iter().map(|field| {
        let (ident, ty) = (field.ident, &field.ty);
        let default = quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default());
        quote!(#ident: #default,)
    });
    quote!(#(#fields)*)
}
