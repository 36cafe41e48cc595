//! The shape of a model: a struct with named fields and without generics.

use quote::ToTokens;
use syn::{Data, DeriveInput, Fields, GenericParam};

use crate::errors::Errors;
use crate::parse::parsed::Parsed;
use crate::parse::types::is_borrowed;

/// `None` if the input has no named fields, so that nothing else can be checked. `kind` is what the struct
/// should become, with its article, and `for_enum` is the help for an enum.
pub(crate) fn has_named_fields(
    input: &DeriveInput,
    kind: &str,
    for_enum: &str,
    errors: &mut Errors,
) -> Option<()> {
    let name = &input.ident;
    let help = format!("write `struct {name} {{ … }}` with a named field for each column");
    let mut wrong = |at: &dyn ToTokens, is: &str, help: &str| {
        let fact = format!("{kind} is a struct with named fields, and `{name}` is {is}");
        errors.push(at.to_token_stream(), fact, help);
        None
    };
    match &input.data {
        Data::Enum(data) => wrong(&data.enum_token, "an enum", for_enum),
        Data::Union(data) => wrong(&data.union_token, "a union", &help),
        Data::Struct(data) => match &data.fields {
            Fields::Unnamed(fields) => wrong(fields, "a tuple struct", &help),
            Fields::Unit => wrong(name, "a unit struct", &help),
            Fields::Named(fields) if fields.named.is_empty() => wrong(fields, "empty", &help),
            Fields::Named(_) => Some(()),
        },
    }
}

pub(super) fn has_columns(parsed: &Parsed, errors: &mut Errors) -> Option<()> {
    if parsed.columns().next().is_none() {
        let name = &parsed.input.ident;
        errors.push(
            name,
            format_args!("every field of `{name}` is skipped, which leaves no column"),
            "remove `skip` from the fields to store",
        );
        return None;
    }
    Some(())
}

/// A lifetime is reported here only if no field is a reference, because another rule reports references.
pub(super) fn has_no_generics(parsed: &Parsed, errors: &mut Errors) {
    let name = &parsed.input.ident;
    let params = &parsed.input.generics.params;
    let is_lifetime = |param| matches!(param, &GenericParam::Lifetime(_));
    let lifetimes_only = params.iter().all(is_lifetime);
    if params.is_empty() || lifetimes_only && parsed.columns().any(|field| is_borrowed(&field.ty)) {
        return;
    }
    let (fact, help) = if lifetimes_only {
        let help = format!("write `struct {name}`, and `String` for a borrowed text");
        ("a model owns its values, so it has no lifetime", help)
    } else {
        let help = format!("write `struct {name}`, and the type of each column");
        ("a model is one table, so it has no type parameters", help)
    };
    errors.push(params, fact, help);
}
