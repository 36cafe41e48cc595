//! The input as the user wrote it: names are resolved, but nothing is checked yet.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Ident, LitStr, Path, Type, Visibility, parse_str};

use crate::errors::Errors;
use crate::parse::known_attributes::{Position, Setting};
use crate::parse::names::Rule;
use crate::parse::settings::Settings;
use crate::parse::types::without_self;

/// A struct that should become a model. It may contain mistakes.
pub(crate) struct Parsed<'a> {
    pub(crate) input: &'a DeriveInput,
    pub(crate) settings: Settings,
    /// The module that generated code names everything through.
    pub(crate) private: TokenStream,
    pub(crate) table: Name,
    /// The named fields. Empty if the input is not a struct or its fields have no names.
    pub(crate) fields: Vec<Field<'a>>,
}

/// A field and what its attributes say.
pub(crate) struct Field<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) vis: &'a Visibility,
    /// The type, with the struct's name in place of `Self`: the type is repeated in `NewX`, where `Self`
    /// is a different struct.
    pub(crate) ty: Type,
    pub(crate) docs: Vec<&'a Attribute>,
    pub(crate) settings: Settings,
    pub(crate) column: Name,
    /// The name of the column's constant: the field's in capitals.
    pub(crate) constant: Ident,
}

/// A name for the database, and the tokens it comes from.
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) at: TokenStream,
}

impl<'a> Parsed<'a> {
    pub(crate) fn parse(input: &'a DeriveInput, errors: &mut Errors) -> Self {
        let settings = Settings::parse(&input.attrs, Position::Struct, errors);
        let rule = rule(&settings, errors);
        let mut fields = Vec::new();
        if let Data::Struct(data) = &input.data {
            for field in &data.fields {
                if let Some(ident) = &field.ident {
                    fields.push(Field::parse(field, ident, &input.ident, rule, errors));
                }
            }
        }
        let table = settings.text(Setting::Table);
        Self {
            private: private(&settings, errors),
            table: Name::new(table, &input.ident, Some(Rule::Snake)),
            settings,
            input,
            fields,
        }
    }

    /// The name of the struct that is inserted.
    pub(crate) fn new_ident(&self) -> Ident {
        format_ident!("New{}", self.input.ident)
    }

    /// The fields that are columns.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| !field.is_skipped())
    }
}

impl<'a> Field<'a> {
    fn parse(
        field: &'a syn::Field,
        ident: &'a Ident,
        model: &Ident,
        rule: Option<Rule>,
        errors: &mut Errors,
    ) -> Self {
        let settings = Settings::parse(&field.attrs, Position::Field, errors);
        Self {
            column: Name::new(settings.text(Setting::Column), ident, rule),
            constant: constant(ident),
            docs: field
                .attrs
                .iter()
                .filter(|attr| attr.path().is_ident("doc"))
                .collect(),
            vis: &field.vis,
            ty: without_self(&field.ty, model),
            settings,
            ident,
        }
    }

    pub(crate) fn is_skipped(&self) -> bool {
        self.settings.has(Setting::Skip)
    }

    pub(crate) fn is_key(&self) -> bool {
        self.settings.has(Setting::PrimaryKey)
    }
}

impl Name {
    /// The name that is `given`, otherwise the identifier converted by `rule`.
    pub(crate) fn new(given: Option<&LitStr>, ident: &Ident, rule: Option<Rule>) -> Self {
        let own = || {
            let name = ident.unraw().to_string();
            rule.map_or_else(|| name.clone(), |rule| rule.apply(&name))
        };
        Self {
            text: given.map_or_else(own, LitStr::value),
            at: given.map_or_else(|| ident.to_token_stream(), ToTokens::to_token_stream),
        }
    }
}

/// The rule of `rename_all`.
pub(crate) fn rule(settings: &Settings, errors: &mut Errors) -> Option<Rule> {
    let text = settings.text(Setting::RenameAll)?;
    let rule = Rule::from_name(&text.value());
    if rule.is_none() {
        let fact = format!("unknown rule `{}`", text.value());
        let names = Rule::ALL.map(|(name, _)| format!("`\"{name}\"`"));
        errors.push(
            text,
            fact,
            format_args!("the rules are {}", names.join(", ")),
        );
    }
    rule
}

/// `::youku_orm::__private`, or that module of the crate that `crate = "…"` names.
pub(crate) fn private(settings: &Settings, errors: &mut Errors) -> TokenStream {
    let Some(text) = settings.text(Setting::Crate) else {
        return quote!(::youku_orm::__private);
    };
    match text.parse_with(Path::parse_mod_style) {
        Ok(path) => quote!(#path::__private),
        Err(_) => {
            let fact = format!("`{}` is not the path of a crate", text.value());
            errors.push(text, fact, "write `crate = \"youku_orm\"`");
            quote!(::youku_orm::__private)
        }
    }
}

/// The identifier in capitals. A few letters have no capital that Rust accepts in an identifier; they stay
/// as they are.
pub(crate) fn constant(ident: &Ident) -> Ident {
    let capitals = ident.unraw().to_string().to_uppercase();
    let mut constant = parse_str::<Ident>(&capitals).unwrap_or_else(|_| ident.clone());
    constant.set_span(ident.span());
    constant
}
