//! What a model is made of: a struct with named fields and nothing generic.

use quote::ToTokens;
use syn::{Data, Fields, GenericParam, Type};

use crate::errors::Errors;
use crate::parsed::Parsed;
use crate::types::without_groups;

/// `None` when there is nothing to go on with.
pub(super) fn has_named_fields(parsed: &Parsed, errors: &mut Errors) -> Option<()> {
    let name = &parsed.input.ident;
    let help = format!("write `struct {name} {{ … }}` with a named field for each column");
    let mut wrong = |at: &dyn ToTokens, kind, help: &str| {
        let fact = format!("a model is a struct with named fields, and `{name}` is {kind}");
        errors.push(at.to_token_stream(), fact, help);
        None
    };
    match &parsed.input.data {
        Data::Enum(data) => wrong(
            &data.enum_token,
            "an enum",
            "write `#[derive(ColumnEnum)]` for an enum that is the type of a column",
        ),
        Data::Union(data) => wrong(&data.union_token, "a union", &help),
        Data::Struct(data) => match &data.fields {
            Fields::Unnamed(fields) => wrong(fields, "a tuple struct", &help),
            Fields::Unit => wrong(name, "a unit struct", &help),
            Fields::Named(fields) if fields.named.is_empty() => wrong(fields, "empty", &help),
            Fields::Named(_) => has_columns(parsed, errors),
        },
    }
}

fn has_columns(parsed: &Parsed, errors: &mut Errors) -> Option<()> {
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

/// A lifetime is reported here only when no field is a reference, which its own rule reports.
pub(super) fn has_no_generics(parsed: &Parsed, errors: &mut Errors) {
    let name = &parsed.input.ident;
    let params = &parsed.input.generics.params;
    let borrows = |ty: &Type| matches!(without_groups(ty), Type::Reference(_));
    let is_lifetime = |param| matches!(param, &GenericParam::Lifetime(_));
    let lifetimes_only = params.iter().all(is_lifetime);
    if params.is_empty() || lifetimes_only && parsed.columns().any(|field| borrows(&field.ty)) {
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
