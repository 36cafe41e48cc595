//! `#[derive(Projection)]`: a struct with named fields holds what a query selects.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Expr, Type, parse_quote, parse2};

use crate::check::shape::has_named_fields;
use crate::check::type_fault;
use crate::errors::Errors;
use crate::parse::known_attributes::{Position, Setting};
use crate::parse::parsed::{constant, private};
use crate::parse::settings::Settings;
use crate::parse::types::{is_borrowed, without_groups};

/// A struct that should become a projection. It may contain mistakes.
struct Parsed<'a> {
    input: &'a DeriveInput,
    private: TokenStream,
    settings: Settings,
    fields: Vec<(&'a Ident, &'a Type, Settings)>,
}

/// A struct that has passed the checks.
struct Projection<'a> {
    /// The sides of the query as a tuple, and the first of them. Without `from`, only hand-written SQL can
    /// be read into the struct.
    from: Option<(Type, Type)>,
    fields: Vec<Field<'a>>,
}

struct Field<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    /// What is selected in place of the column with the field's name.
    select: Option<&'a Expr>,
}

/// Everything that `#[derive(Projection)]` adds to a struct.
pub(crate) fn projection(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let parsed = parse(input, &mut errors);
    let checked = check(&parsed, &mut errors);
    match errors.finish(checked) {
        Ok(projection) => expand(&parsed, &projection),
        Err(messages) => {
            let fallback = fallback(&parsed);
            quote!(#messages #fallback)
        }
    }
}

fn parse<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Parsed<'a> {
    let settings = Settings::parse(&input.attrs, Position::Projection, errors);
    let mut fields = Vec::new();
    if let Data::Struct(data) = &input.data {
        for field in &data.fields {
            if let Some(ident) = &field.ident {
                let settings = Settings::parse(&field.attrs, Position::ProjectionField, errors);
                fields.push((ident, &field.ty, settings));
            }
        }
    }
    Parsed {
        private: private(&settings, errors),
        input,
        settings,
        fields,
    }
}

fn check<'a>(parsed: &'a Parsed, errors: &mut Errors) -> Option<Projection<'a>> {
    let for_enum =
        "write a struct, and `#[derive(ColumnEnum)]` for an enum that one of its fields holds";
    has_named_fields(parsed.input, "a projection", for_enum, errors)?;
    has_no_generics(parsed, errors);
    let from = from(parsed, errors);
    let mut fields = Vec::new();
    for (ident, ty, settings) in &parsed.fields {
        if let Some(fault) = type_fault(ty) {
            errors.push(ty, fault.fact, fault.help);
        }
        let select = settings.expr(Setting::Select);
        if let (Some(given), false) = (
            settings.get(Setting::Select),
            parsed.settings.has(Setting::From),
        ) {
            let fact = "`select` needs a query, and the struct does not say over which model";
            errors.push(
                &given.name,
                fact,
                "write `#[model(from = User)]` above the struct",
            );
        }
        fields.push(Field { ident, ty, select });
    }
    Some(Projection { from, fields })
}

fn has_no_generics(parsed: &Parsed, errors: &mut Errors) {
    let (name, params) = (&parsed.input.ident, &parsed.input.generics.params);
    let borrows = parsed.fields.iter().any(|(_, ty, _)| is_borrowed(ty));
    if !params.is_empty() && !borrows {
        let help = format!("write `struct {name}`, and types that own their values");
        errors.push(
            params,
            "a projection owns its values, so it has no parameters",
            help,
        );
    }
}

/// The sides of `from` as a tuple, and the first of them.
fn from(parsed: &Parsed, errors: &mut Errors) -> Option<(Type, Type)> {
    let given = parsed.settings.expr(Setting::From)?;
    let ty = parse2::<Type>(given.to_token_stream()).ok();
    let sides = match ty.as_ref().map(without_groups) {
        Some(Type::Tuple(tuple)) => tuple
            .elems
            .first()
            .map(|first| (Type::Tuple(tuple.clone()), first.clone())),
        Some(side @ Type::Path(_)) => Some((parse_quote!((#side,)), side.clone())),
        _ => None,
    };
    if sides.is_none() {
        let fact = "`from` takes a model, or the sides of a join in parentheses";
        errors.push(
            given,
            fact,
            "write `from = User`, or `from = (Book, Left<User>)`",
        );
    }
    sides
}

fn expand(parsed: &Parsed, projection: &Projection) -> TokenStream {
    let (private, ident) = (&parsed.private, &parsed.input.ident);
    let names = projection
        .fields
        .iter()
        .map(|field| field.ident.unraw().to_string());
    let (visit, read) = match &projection.from {
        Some((sides, first)) => (
            Some(visit(private, ident, sides, first, &projection.fields)),
            quote!(#private::read_projection::<#sides, Self, __R>(row)),
        ),
        None => {
            let cells =
                projection
                    .fields
                    .iter()
                    .enumerate()
                    .map(|(index, Field { ident, ty, .. })| {
                        let value = quote_spanned!(ty.span()=> <#ty as #private::ColumnValue>);
                        quote!(#ident: #value::decode(row, #index)?,)
                    });
            (
                None,
                quote!(::core::result::Result::Ok(Self { #(#cells)* })),
            )
        }
    };
    quote! {
        #visit

        #[automatically_derived]
        #[allow(deprecated)]
        impl #private::FromRow for #ident {
            const COLUMNS: ::core::option::Option<&'static [#private::ColumnInfo]> =
                ::core::option::Option::Some(&[#(#private::ColumnInfo::named(#names)),*]);
            fn from_row<__R: #private::Row>(row: &mut __R) -> #private::DecodeResult<Self> { #read }
        }
    }
}

/// Each column appears in the code once. All tokens except the column have the span of the field's type, so a
/// column of another type is one error at the type, and an unknown column is one error at the field's name.
fn visit(
    private: &TokenStream,
    ident: &Ident,
    sides: &Type,
    first: &Type,
    fields: &[Field],
) -> TokenStream {
    let cells = fields
        .iter()
        .enumerate()
        .map(|(index, Field { ident, ty, select })| {
            let constant = constant(ident);
            let own = quote_spanned!(ident.span()=> <#first>::#constant);
            let selected = select.map_or(own, ToTokens::to_token_stream);
            let variable = format_ident!("__{index}");
            // A column of another model is reported at the column, one of another type at the type.
            let selected = quote_spanned!(selected.span()=> || #selected);
            quote_spanned!(ty.span()=> let #variable = cells.cell::<#ty, _, _, _>(#selected);)
        });
    let values = fields
        .iter()
        .enumerate()
        .map(|(index, Field { ident, .. })| {
            let variable = format_ident!("__{index}");
            quote!(#ident: #variable?)
        });
    quote! {
        #[automatically_derived]
        #[allow(deprecated, clippy::redundant_closure)]
        impl #private::Projection<#sides> for #ident {
            type Raw = #private::Projected<#sides, Self>;
            fn visit<__C: #private::Cells<#sides>>(cells: &mut __C) -> ::core::option::Option<Self> {
                #(#cells)*
                ::core::option::Option::Some(Self { #(#values),* })
            }
        }
    }
}

/// Prevents further errors in queries that are read into this struct, over any model.
fn fallback(parsed: &Parsed) -> TokenStream {
    let (private, ident) = (&parsed.private, &parsed.input.ident);
    if !parsed.input.generics.params.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl<__J: 'static> #private::Projection<__J> for #ident {
            type Raw = #private::Projected<__J, Self>;
            fn visit<__C: #private::Cells<__J>>(_: &mut __C) -> ::core::option::Option<Self> {
                ::core::unreachable!()
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl #private::FromRow for #ident {
            const COLUMNS: ::core::option::Option<&'static [#private::ColumnInfo]> = ::core::option::Option::None;
            fn from_row<__R: #private::Row>(_: &mut __R) -> #private::DecodeResult<Self> {
                ::core::unreachable!()
            }
        }
    }
}
