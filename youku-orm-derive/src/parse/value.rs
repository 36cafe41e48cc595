//! The value of an entry, and what a value of the wrong form was most likely meant to be.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, LitInt, LitStr, Path, parse2};

use crate::model::OnDelete;
use crate::parse::grammar::{Entry, Written};
use crate::parse::known_attributes::{KnownAttribute, Setting, ValueForm};
use crate::parse::names::Rule;

/// The value of a setting.
pub(crate) enum Value {
    Flag,
    Text(LitStr),
    Number(LitInt),
    Expr(Box<Expr>),
    Path(Path),
}

/// Why a value does not have the form of its word.
pub(crate) struct FormError {
    pub(crate) at: TokenStream,
    pub(crate) fact: String,
    pub(crate) help: String,
}

impl Value {
    /// The value, or together with a error the value that was most likely meant.
    pub(crate) fn read(word: &KnownAttribute, entry: &Entry) -> (Option<Self>, Option<FormError>) {
        let (at, fault, meant): (&dyn ToTokens, _, _) = match (&entry.value, word.form) {
            (Written::Nothing, ValueForm::Flag | ValueForm::FlagOrText) => {
                return (Some(Self::Flag), None);
            }
            (Written::Nothing, _) => (&entry.name, "needs a value", None),
            (Written::Equals(value), form) => match Self::fitting(form, value) {
                Some(value) => return (Some(value), None),
                None => (value, form.takes(), Self::meant(form, value)),
            },
            (Written::Parens(group), ValueForm::Flag) => {
                (group, ValueForm::Flag.takes(), Some(Self::Flag))
            }
            (Written::Parens(group), form) => {
                let inner = parse2(group.stream()).ok();
                let value = inner.and_then(|value| Self::fitting(form, &value));
                (
                    group,
                    "takes its value after `=`, not in parentheses",
                    value,
                )
            }
        };
        let meant = meant.and_then(|value| value.known(word.setting));
        let help = match &meant {
            Some(value) => format!("write `{}`", value.paste(word.name)),
            None if word.form == ValueForm::Flag || is_false(at) => {
                format!("remove `{}`", word.name)
            }
            None => format!("write `{}`", word.example),
        };
        let at = at.to_token_stream();
        let fact = format!("`{}` {fault}", word.name);
        (meant, Some(FormError { at, fact, help }))
    }

    fn fitting(form: ValueForm, expr: &Expr) -> Option<Self> {
        match (form, literal(expr)) {
            (ValueForm::Expr, _) => Some(Self::Expr(Box::new(expr.clone()))),
            (ValueForm::Text | ValueForm::FlagOrText, Some(Lit::Str(text))) => {
                Some(Self::Text(text.clone()))
            }
            (ValueForm::Number, Some(Lit::Int(number))) => Some(Self::Number(number.clone())),
            (ValueForm::Path, None) => path(expr).map(Self::Path),
            _ => None,
        }
    }

    /// What a value of another form most likely means.
    fn meant(form: ValueForm, expr: &Expr) -> Option<Self> {
        let written = expr.to_token_stream().to_string();
        match (form, literal(expr), expr) {
            (ValueForm::Flag, ..) | (ValueForm::FlagOrText, Some(Lit::Bool(_)), _) => {
                (!is_false(expr)).then_some(Self::Flag)
            }
            (ValueForm::Number, Some(Lit::Str(text)), _) => text.parse().ok().map(Self::Number),
            (ValueForm::Path, Some(Lit::Str(text)), _) => text.parse().ok().map(Self::Path),
            (ValueForm::Text | ValueForm::FlagOrText, _, Expr::Path(_)) => {
                Some(Self::Text(LitStr::new(&written, expr.span())))
            }
            _ => None,
        }
    }

    /// The value if `setting` knows it, so that no help suggests an unknown value.
    fn known(self, setting: Setting) -> Option<Self> {
        match (setting, self) {
            (Setting::OnDelete, Self::Text(text)) => {
                let written = text.value();
                let last = written.rsplit("::").next().unwrap_or_default();
                let name = Rule::Snake.apply(last.trim());
                OnDelete::from_name(&name)?;
                Some(Self::Text(LitStr::new(&name, text.span())))
            }
            (Setting::RenameAll, Self::Text(text)) => {
                Rule::from_name(&text.value())?;
                Some(Self::Text(text))
            }
            (_, value) => Some(value),
        }
    }

    /// The value as a user writes it after `name`.
    pub(crate) fn paste(&self, name: &str) -> String {
        match self {
            Self::Flag => name.to_owned(),
            Self::Text(text) => format!("{name} = {}", text.token()),
            Self::Number(number) => format!("{name} = {number}"),
            Self::Expr(expr) => format!("{name} = {}", expr.to_token_stream()),
            Self::Path(path) => {
                let path = path.to_token_stream().to_string().replace(' ', "");
                format!("{name} = {path}")
            }
        }
    }
}

/// Whether the value is `false`, in any case and also in parentheses.
fn is_false(value: impl ToTokens) -> bool {
    let written = value.to_token_stream().to_string();
    let written = written.trim_matches(['(', ')', ' ']);
    written.eq_ignore_ascii_case("false")
}

/// A path, also one that was passed through a macro.
fn path(expr: &Expr) -> Option<Path> {
    match expr {
        Expr::Path(expr) if expr.qself.is_none() => Some(expr.path.clone()),
        Expr::Group(group) => path(&group.expr),
        _ => None,
    }
}

/// A literal, also one that was passed through a macro, which wraps it into an invisible group.
fn literal(expr: &Expr) -> Option<&Lit> {
    match expr {
        Expr::Lit(ExprLit { lit, .. }) => Some(lit),
        Expr::Group(group) => literal(&group.expr),
        _ => None,
    }
}
