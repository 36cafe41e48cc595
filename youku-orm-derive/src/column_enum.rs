//! `#[derive(ColumnEnum)]`: an enum without fields becomes the text of a column.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Fields, Variant};

use crate::column_type::fallback;
use crate::errors::Errors;
use crate::parse::known_attributes::{Position, Setting};
use crate::parse::names::Rule;
use crate::parse::parsed::{Name, private, rule};
use crate::parse::settings::Settings;

/// An enum that should become a column type. It may contain mistakes.
struct Parsed<'a> {
    input: &'a DeriveInput,
    private: TokenStream,
    variants: Vec<(&'a Variant, Name)>,
}

/// A variant that has passed the checks, and its text.
type Stored<'a> = (&'a Ident, &'a str);

/// Everything that `#[derive(ColumnEnum)]` adds to an enum.
pub(crate) fn column_enum(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let parsed = parse(input, &mut errors);
    let checked = check(&parsed, &mut errors);
    match errors.finish(checked) {
        Ok(variants) => expand(&parsed, &variants),
        Err(messages) => {
            let fallback = fallback(&parsed.private, input);
            quote!(#messages #fallback)
        }
    }
}

fn parse<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Parsed<'a> {
    let settings = Settings::parse(&input.attrs, Position::Enum, errors);
    let rule = rule(&settings, errors).unwrap_or(Rule::Snake);
    let mut variants = Vec::new();
    if let Data::Enum(data) = &input.data {
        for variant in &data.variants {
            let settings = Settings::parse(&variant.attrs, Position::Variant, errors);
            let name = Name::new(settings.text(Setting::Rename), &variant.ident, Some(rule));
            variants.push((variant, name));
        }
    }
    Parsed {
        input,
        private: private(&settings, errors),
        variants,
    }
}

fn check<'a>(parsed: &'a Parsed, errors: &mut Errors) -> Option<Vec<Stored<'a>>> {
    is_enum(parsed, errors)?;
    has_no_generics(parsed, errors);
    for (variant, name) in &parsed.variants {
        has_no_fields(variant, errors);
        has_name(name, errors);
    }
    names_differ(parsed, errors);
    let stored = |(variant, name): &'a (&Variant, Name)| (&variant.ident, name.text.as_str());
    Some(parsed.variants.iter().map(stored).collect())
}

fn is_enum(parsed: &Parsed, errors: &mut Errors) -> Option<()> {
    let name = &parsed.input.ident;
    let fact = |kind| format!("a `ColumnEnum` is an enum, and `{name}` is {kind}");
    match &parsed.input.data {
        Data::Enum(data) if data.variants.is_empty() => {
            let fact = format!("`{name}` has no variant, so no value to store");
            errors.push(name, fact, "add a variant");
        }
        Data::Enum(_) => return Some(()),
        Data::Struct(data) => {
            errors.push(
                data.struct_token,
                fact("a struct"),
                "write `#[derive(Model)]` for a table",
            );
        }
        Data::Union(data) => errors.push(data.union_token, fact("a union"), "write an enum"),
    }
    None
}

fn has_no_generics(parsed: &Parsed, errors: &mut Errors) {
    let params = &parsed.input.generics.params;
    if !params.is_empty() {
        let help = format!("write `enum {}`", parsed.input.ident);
        errors.push(
            params,
            "an enum that is stored as text has no parameters",
            help,
        );
    }
}

fn has_no_fields(variant: &Variant, errors: &mut Errors) {
    if !matches!(variant.fields, Fields::Unit) {
        errors.push(
            &variant.fields,
            format_args!(
                "`{}` is stored as text, which leaves no room for fields",
                variant.ident
            ),
            format_args!("write `{}` alone", variant.ident),
        );
    }
}

fn has_name(name: &Name, errors: &mut Errors) {
    if name.text.is_empty() {
        errors.push(
            &name.at,
            "the text of a variant is empty",
            "write a text between the quotes",
        );
    }
}

fn names_differ(parsed: &Parsed, errors: &mut Errors) {
    for (at, (second, name)) in parsed.variants.iter().enumerate() {
        let mut earlier = parsed.variants[..at].iter();
        if let Some((first, _)) = earlier.find(|(_, earlier)| earlier.text == name.text) {
            errors.push(
                &name.at,
                format_args!(
                    "`{}` and `{}` are both stored as `{}`",
                    first.ident, second.ident, name.text
                ),
                "write `#[model(rename = \"…\")]` with another text above one of them",
            );
        }
    }
}

fn expand(parsed: &Parsed, variants: &[Stored]) -> TokenStream {
    let (private, ident) = (&parsed.private, &parsed.input.ident);
    let (variants, names): (Vec<_>, Vec<_>) = variants.iter().copied().unzip();
    let length = length(&names);
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #private::ColumnEnum for #ident {
            const NAMES: &'static [&'static str] = &[#(#names),*];
            fn name(&self) -> &'static str {
                match self { #(Self::#variants => #names,)* }
            }
            fn from_name(name: &str) -> ::core::option::Option<Self> {
                match name {
                    #(#names => ::core::option::Option::Some(Self::#variants),)*
                    _ => ::core::option::Option::None,
                }
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl #private::ColumnType for #ident {
            const KIND: #private::ColumnKind = #private::ColumnKind::Text;
            const LENGTH: ::core::option::Option<u32> = ::core::option::Option::Some(#length);
            const TEXTS: &'static [&'static str] = <Self as #private::ColumnEnum>::NAMES;
            fn decode<__R: #private::Row>(row: &mut __R, index: usize) -> #private::DecodeResult<Self> {
                #private::decode_enum(row, index)
            }
            fn bind<__B: #private::Bind>(&self, to: &mut __B) {
                #private::bind_enum(self, to);
            }
        }
    }
}

/// The length of the column in characters: that of the longest name, rounded up to a multiple of 32.
/// So adding a variant later rarely requires a change of the table.
fn length(names: &[&str]) -> u32 {
    let lengths = names.iter().map(|name| name.chars().count());
    let longest = lengths.max().unwrap_or(0).max(1);
    u32::try_from(longest.next_multiple_of(32)).unwrap_or(u32::MAX)
}
