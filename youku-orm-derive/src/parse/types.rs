//! What the spelling of a type shows. An alias hides the type behind it; the traits of the runtime
//! then check it.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, PathSegment, Type, parse2};

/// The integers that are column types.
const INTEGERS: [&str; 8] = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];
const FLOATS: [&str; 2] = ["f32", "f64"];
/// More types that are plainly not text, and types that are plainly not integers.
const NO_TEXT: [&str; 2] = ["bool", "Timestamp"];
const NO_INTEGER: [&str; 4] = ["bool", "String", "Timestamp", "Vec"];
/// Types of other crates that are neither. Programs hardly ever give these names to their own types.
const NEITHER: [&str; 7] = [
    "Decimal",
    "NaiveDate",
    "NaiveDateTime",
    "NaiveTime",
    "OffsetDateTime",
    "PrimitiveDateTime",
    "Uuid",
];

/// The type as a user writes it. The tokens alone would print with a space between any two of them.
pub(crate) fn text(ty: &Type) -> String {
    let spaced = ty.to_token_stream().to_string();
    let pairs = [
        (" :: ", "::"),
        (" < ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
    ];
    let narrow = |text: String, (from, to)| text.replace(from, to);
    pairs.into_iter().fold(spaced, narrow)
}

/// The last word of a path: `String` of `std::string::String`.
pub(crate) fn name(ty: &Type) -> Option<String> {
    segment(ty).map(|segment| segment.ident.to_string())
}

/// The first type between angle brackets.
pub(crate) fn argument(ty: &Type) -> Option<&Type> {
    match &segment(ty)?.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|arg| match arg {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
        }
        _ => None,
    }
}

/// The `T` of `Option<T>`.
pub(crate) fn nullable(ty: &Type) -> Option<&Type> {
    argument(ty).filter(|_| is_one_of(ty, &["Option"]))
}

pub(crate) fn is_bytes(ty: &Type) -> bool {
    is_one_of(ty, &["Vec"]) && argument(ty).is_some_and(|item| is_one_of(item, &["u8"]))
}

pub(crate) fn is_text(ty: &Type) -> bool {
    is_one_of(ty, &["String"])
}

/// Whether the type is our `Id<M>`; an `Id` alone is a type of the user.
pub(crate) fn is_id(ty: &Type) -> bool {
    is_one_of(ty, &["Id"]) && argument(ty).is_some()
}

/// Whether the type is plainly the `Id` of this model, and not that of a model with the same name in another module.
pub(crate) fn is_id_of(ty: &Type, model: &Ident) -> bool {
    let to = argument(ty).filter(|_| is_id(ty));
    let Some(Type::Path(to)) = to else {
        return false;
    };
    let name = to.path.get_ident().filter(|_| to.qself.is_none());
    name.is_some_and(|name| name == model || name == "Self")
}

/// Whether the type is our `Json<T>`; a `Json` alone is a type of the user.
pub(crate) fn is_json(ty: &Type) -> bool {
    is_one_of(ty, &["Json"]) && argument(ty).is_some()
}

fn is_neither(ty: &Type) -> bool {
    is_one_of(ty, &NEITHER) || is_json(ty)
}

pub(crate) fn is_integer(ty: &Type) -> bool {
    is_one_of(ty, &INTEGERS) || is_id(ty)
}

/// Whether the type is plainly that of a key.
pub(crate) fn is_key(ty: &Type) -> bool {
    is_integer(ty) || is_bytes(ty) || is_text(ty)
}

pub(crate) fn is_float(ty: &Type) -> bool {
    is_one_of(ty, &FLOATS)
}

pub(crate) fn is_plainly_no_integer(ty: &Type) -> bool {
    is_float(ty) || is_one_of(ty, &NO_INTEGER) || is_neither(ty)
}

pub(crate) fn is_plainly_no_unsigned(ty: &Type) -> bool {
    let signed = ["i8", "i16", "i32", "i64", "Option"];
    is_one_of(ty, &signed) || is_id(ty) || is_plainly_no_integer(ty)
}

/// Whether the type is plainly not an `Id`. An alias may be one.
pub(crate) fn is_plainly_no_id(ty: &Type) -> bool {
    is_one_of(ty, &INTEGERS) || is_plainly_no_integer(ty)
}

pub(crate) fn is_plainly_no_text(ty: &Type) -> bool {
    is_integer(ty) || is_float(ty) || is_one_of(ty, &NO_TEXT) || is_neither(ty)
}

pub(crate) fn is_one_of(ty: &Type, names: &[&str]) -> bool {
    name(ty).is_some_and(|name| names.contains(&name.as_str()))
}

fn segment(ty: &Type) -> Option<&PathSegment> {
    match without_groups(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

pub(crate) fn is_borrowed(ty: &Type) -> bool {
    matches!(without_groups(ty), Type::Reference(_))
}

/// The type without parentheses, and without the invisible groups that a macro puts around a type passed to it.
pub(crate) fn without_groups(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => without_groups(&group.elem),
        Type::Paren(paren) => without_groups(&paren.elem),
        ty => ty,
    }
}

/// The type with `model` in place of every `Self`.
pub(crate) fn without_self(ty: &Type, model: &Ident) -> Type {
    parse2(replace_self(ty.to_token_stream(), model)).unwrap_or_else(|_| ty.clone())
}

fn replace_self(tokens: TokenStream, model: &Ident) -> TokenStream {
    let replace = |token| match token {
        TokenTree::Ident(ident) if ident == "Self" => {
            let mut model = model.clone();
            model.set_span(ident.span());
            TokenTree::Ident(model)
        }
        TokenTree::Group(group) => {
            let mut replaced = Group::new(group.delimiter(), replace_self(group.stream(), model));
            replaced.set_span(group.span());
            TokenTree::Group(replaced)
        }
        token => token,
    };
    tokens.into_iter().map(replace).collect()
}
