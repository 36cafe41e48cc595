//! `#[derive(ColumnType)]`: a struct around one column type becomes a column type itself.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, Type};

use crate::check::type_fault;
use crate::errors::Errors;
use crate::parse::known_attributes::Position;
use crate::parse::parsed::private;
use crate::parse::settings::Settings;
use crate::parse::types::{nullable, text};

/// Everything that `#[derive(ColumnType)]` adds to a struct.
pub(crate) fn column_type(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    // The struct and its field are one unit, so attributes mean the same on both.
    let on_field = input_fields(input).flat_map(|field| &field.attrs);
    let attrs: Vec<_> = input.attrs.iter().chain(on_field).cloned().collect();
    let settings = Settings::parse(&attrs, Position::Newtype, &mut errors);
    let private = private(&settings, &mut errors);
    let inner = check(input, &mut errors);
    match errors.finish(inner) {
        Ok(inner) => expand(&private, &input.ident, inner),
        Err(messages) => {
            let fallback = fallback(&private, input);
            quote!(#messages #fallback)
        }
    }
}

fn input_fields(input: &DeriveInput) -> impl Iterator<Item = &syn::Field> {
    let fields = match &input.data {
        Data::Struct(data) => Some(&data.fields),
        Data::Enum(_) | Data::Union(_) => None,
    };
    fields.into_iter().flatten()
}

/// The type of the only field.
fn check<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Option<&'a Type> {
    let ty = one_field(input, errors)?;
    let (name, params) = (&input.ident, &input.generics.params);
    if let Some(fault) = type_fault(ty) {
        errors.push(ty, fault.fact, fault.help);
    } else if let Some(inner) = nullable(ty) {
        let fact = "a column type is never NULL; the field of the model says whether it may be";
        let inner = text(inner);
        let help = format!("write `struct {name}({inner});`, and `Option<{name}>` in the model");
        errors.push(ty, fact, help);
    } else if !params.is_empty() {
        let help = format!("write `struct {name}`, and the type of its field");
        errors.push(
            params,
            "a column has one type, so it has no parameters",
            help,
        );
    }
    Some(ty)
}

fn one_field<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Option<&'a Type> {
    let name = &input.ident;
    let fact =
        |kind: &str| format!("a `ColumnType` is a struct around one value, and `{name}` {kind}");
    let paste = format!("write `struct {name}(String);`");
    let data = match &input.data {
        Data::Struct(data) => data,
        Data::Enum(data) => {
            let help = "write `#[derive(ColumnEnum)]` for an enum without fields";
            errors.push(data.enum_token, fact("is an enum"), help);
            return None;
        }
        Data::Union(data) => {
            errors.push(data.union_token, fact("is a union"), paste);
            return None;
        }
    };
    match (&data.fields, data.fields.len()) {
        (Fields::Unnamed(fields), 1) => return fields.unnamed.first().map(|field| &field.ty),
        (Fields::Unit, _) | (_, 0) => errors.push(name, fact("has no field"), paste),
        (Fields::Named(fields), 1) => {
            let ty = text(&fields.named[0].ty);
            let help = format!("write `struct {name}({ty});`");
            errors.push(fields, fact("has a field with a name"), help);
        }
        (fields, count) => {
            let help = "write `#[derive(Model)]` for a table, or keep one field";
            errors.push(fields, fact(&format!("has {count} fields")), help);
        }
    }
    None
}

fn expand(private: &TokenStream, ident: &Ident, ty: &Type) -> TokenStream {
    // All tokens have the span of the type: if it is not a column type, rustc shows one message.
    let inner = quote_spanned!(ty.span()=> <#ty as #private::ColumnType>);
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #private::ColumnType for #ident {
            const KIND: #private::ColumnKind = #inner::KIND;
            const REFERENCES: ::core::option::Option<fn() -> #private::Reference> =
                #inner::REFERENCES;
            const REFERRED_KEY: ::core::option::Option<#private::ColumnKind> = #inner::REFERRED_KEY;
            const LENGTH: ::core::option::Option<u32> = #inner::LENGTH;
            const TEXTS: &'static [&'static str] = #inner::TEXTS;
            fn decode<__R: #private::Row>(row: &mut __R, index: usize) -> #private::DecodeResult<Self> {
                ::core::result::Result::Ok(Self(#inner::decode(row, index)?))
            }
            fn bind<__B: #private::Bind>(&self, to: &mut __B) { #inner::bind(&self.0, to); }
            fn into_value(self) -> #private::Value { #inner::into_value(self.0) }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl<__N: #private::Table> #private::Refers<__N> for #ident
        where
            Self: #private::KeyIs<__N::Key>
        {}

        // Rust refuses a bound on a plain type that does not hold, unless it is for every lifetime.
        #[automatically_derived]
        #[allow(deprecated)]
        impl #private::Key for #ident
        where
            for<'__a> #ty: #private::Key,
            for<'__a> Self: ::core::clone::Clone + ::core::cmp::PartialEq
        {}
    }
}

/// Prevents further errors in models that have a column of this type, an enum or a struct.
pub(crate) fn fallback(private: &TokenStream, input: &DeriveInput) -> TokenStream {
    let ident = &input.ident;
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #private::ColumnType for #ident {
            const KIND: #private::ColumnKind = #private::ColumnKind::Text;
            fn decode<__R: #private::Row>(_: &mut __R, _: usize) -> #private::DecodeResult<Self> {
                ::core::unreachable!()
            }
            fn bind<__B: #private::Bind>(&self, _: &mut __B) { ::core::unreachable!() }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl #private::Key for #ident
        where
            for<'__a> Self: ::core::clone::Clone + ::core::cmp::PartialEq
        {}
    }
}
