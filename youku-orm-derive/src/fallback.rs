//! The replacement for the code of a model that has mistakes, so that uses of the model do not cause
//! further errors.
//!
//! It has the shape of the real code, as far as that can be known, and bodies that never run.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Generics, Type, parse_quote};

use crate::check::key::likely_key;
use crate::check::type_fault;
use crate::expand::as_column;
use crate::expand::constants::{Part, constants};
use crate::expand::new::new_struct;
use crate::parse::known_attributes::Setting;
use crate::parse::parsed::{Field, Parsed};
use crate::parse::types::{is_float, is_integer, is_json, nullable};

pub(crate) fn fallback<'a>(parsed: &'a Parsed<'a>) -> TokenStream {
    let input = parsed.input;
    // Otherwise `NewX` would have parameters that no field uses.
    if parsed.fields.is_empty() && !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    let corrected_type = |field: &'a Field<'a>| (field, corrected_type(&field.ty));
    let columns: Vec<_> = parsed.columns().map(corrected_type).collect();
    let mut parts: Vec<Part> = Vec::new();
    for (field, ty) in &columns {
        let known = parts
            .iter()
            .any(|part| part.field.constant == field.constant);
        if !known {
            let default = default(field);
            parts.push(Part { field, ty, default });
        }
    }
    let constants = constants(&parsed.private, &input.ident, &input.generics, &parts);
    let (new, table) = (parsed.new_ident(), &parsed.table.text);
    let declaration = new_struct(&input.vis, &new, &input.generics, table, given(parsed));
    let impls = impls(parsed, &columns);
    quote! { #constants #declaration #impls }
}

fn impls(parsed: &Parsed, columns: &[(&Field, Type)]) -> TokenStream {
    let (private, ident, new) = (&parsed.private, &parsed.input.ident, parsed.new_ident());
    let generics = generics(parsed);
    let (head, tail, bounds) = generics.split_for_impl();
    let types = columns.iter().filter(|_| generics.params.is_empty());
    let infos = types.map(|(_, ty)| as_column(private, ty));
    let key = key_type(parsed, columns);
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #head #private::Table for #ident #tail #bounds {
            type Key = #key;
            type New = #new #tail;
            const TABLE: &'static str = "";
            const COLUMNS: &'static [#private::ColumnInfo] =
                &[#(#private::ColumnInfo::new("", #infos::INFO)),*];
            const KEY: usize = 0;
            const SELECT: &'static str = "";
            const FIND: &'static str = "";
            const INSERT: &'static str = "";
            const UPDATE: &'static str = "";
            const DELETE: &'static str = "";
            fn key(&self) -> &Self::Key { ::core::unreachable!() }
            fn decode<__R: #private::Row>(_: &mut __R) -> #private::DecodeResult<Self> { ::core::unreachable!() }
            fn bind<__B: #private::Bind>(&self, _: &mut __B) { ::core::unreachable!() }
            fn bind_column<__B: #private::Bind>(&self, _: usize, _: &mut __B) { ::core::unreachable!() }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl #head #private::Insertable for #new #tail #bounds {
            type Model = #ident #tail;
            fn into_values(self) -> #private::Values { ::core::unreachable!() }
        }
    }
}

/// The generics of the struct, with the bounds that the trait of a [`Model`](crate::model::Model) requires
/// of every model.
fn generics(parsed: &Parsed) -> Generics {
    let (ident, new) = (&parsed.input.ident, parsed.new_ident());
    let mut generics = parsed.input.generics.clone();
    if !generics.params.is_empty() {
        let (_, tail, _) = parsed.input.generics.split_for_impl();
        let predicates = &mut generics.make_where_clause().predicates;
        predicates.push(parse_quote!(#ident #tail: ::core::marker::Send + 'static));
        predicates.push(parse_quote!(#new #tail: ::core::marker::Send + 'static));
    }
    generics
}

/// The field's type, or the nearest column type if it is not one.
fn corrected_type(ty: &Type) -> Type {
    type_fault(ty).map_or_else(|| ty.clone(), |fault| fault.instead)
}

fn default<'a>(field: &'a Field) -> Option<&'a Expr> {
    let counted = [Setting::Auto, Setting::Version];
    let counted = counted
        .into_iter()
        .any(|setting| field.settings.has(setting));
    field.settings.expr(Setting::Default).filter(|_| !counted)
}

/// The type of the key, or of the field that looks most like a key. Without either, `u64`.
fn key_type(parsed: &Parsed, columns: &[(&Field, Type)]) -> Type {
    let likely = likely_key(parsed).map(|field| field.ident);
    let marked = columns.iter().find(|(field, _)| field.is_key());
    let likely = || {
        columns
            .iter()
            .find(|(field, _)| Some(field.ident) == likely)
    };
    let key = marked.or_else(likely);
    match key.map(|(_, ty)| nullable(ty).unwrap_or(ty)) {
        Some(ty) if !is_float(ty) && !is_json(ty) => ty.clone(),
        _ => parse_quote!(u64),
    }
}

/// The fields of `NewX`. An unmarked key is most likely meant to be `auto`, so it is not one of them. A
/// generic struct keeps all its fields, because each parameter must be used.
fn given<'a>(parsed: &'a Parsed<'a>) -> impl Iterator<Item = &'a Field<'a>> {
    let unmarked = !parsed.columns().any(Field::is_key);
    let likely = likely_key(parsed).filter(|field| unmarked && is_integer(&field.ty));
    let filled = [
        Setting::Auto,
        Setting::Default,
        Setting::Version,
        Setting::Skip,
    ];
    parsed.fields.iter().filter(move |field| {
        let filled = filled
            .into_iter()
            .any(|setting| field.settings.has(setting));
        let absent = filled || likely.is_some_and(|likely| likely.ident == field.ident);
        !absent || !parsed.input.generics.params.is_empty()
    })
}
