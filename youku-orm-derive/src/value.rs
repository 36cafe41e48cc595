//! The value of an entry, and what was meant by a value of the wrong form.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, Lit, LitInt, LitStr, parse2};

use crate::attribute::{Entry, Written};
use crate::vocabulary::{Form, Word};

/// The value of a setting.
pub(crate) enum Value {
    Flag,
    Text(LitStr),
    Number(LitInt),
    Expr(Box<Expr>),
}

/// Why a value does not have the form of its word.
pub(crate) struct Misfit {
    pub(crate) at: TokenStream,
    pub(crate) fact: String,
    pub(crate) help: String,
}

impl Value {
    /// The value, or with a misfit the one that was most likely meant.
    pub(crate) fn read(word: &Word, entry: &Entry) -> (Option<Self>, Option<Misfit>) {
        let (at, fault, meant): (&dyn ToTokens, _, _) = match (&entry.value, word.form) {
            (Written::Nothing, Form::Flag | Form::FlagOrText) => return (Some(Self::Flag), None),
            (Written::Nothing, _) => (&entry.name, "needs a value", None),
            (Written::Equals(value), form) => match Self::fitting(form, value) {
                Some(value) => return (Some(value), None),
                None => (value, form.takes(), Self::meant(form, value)),
            },
            (Written::Parens(group), Form::Flag) => (group, Form::Flag.takes(), Some(Self::Flag)),
            (Written::Parens(group), form) => {
                let inner = parse2(group.stream()).ok();
                let value = inner.and_then(|value| Self::fitting(form, &value));
                (
                    group,
                    "takes its value behind `=`, not in parentheses",
                    value,
                )
            }
        };
        let help = match &meant {
            Some(value) => format!("write `{}`", value.paste(word.name)),
            None if word.form == Form::Flag => format!("remove `{}`", word.name),
            None => format!("write `{}`", word.example),
        };
        let at = at.to_token_stream();
        let fact = format!("`{}` {fault}", word.name);
        (meant, Some(Misfit { at, fact, help }))
    }

    fn fitting(form: Form, expr: &Expr) -> Option<Self> {
        match (form, literal(expr)) {
            (Form::Expr, _) => Some(Self::Expr(Box::new(expr.clone()))),
            (Form::Text | Form::FlagOrText, Some(Lit::Str(text))) => Some(Self::Text(text.clone())),
            (Form::Number, Some(Lit::Int(number))) => Some(Self::Number(number.clone())),
            _ => None,
        }
    }

    /// What a value of another form most likely means.
    fn meant(form: Form, expr: &Expr) -> Option<Self> {
        let written = expr.to_token_stream().to_string();
        let off = written.eq_ignore_ascii_case("false");
        match (form, literal(expr), expr) {
            (Form::Flag, ..) | (Form::FlagOrText, Some(Lit::Bool(_)), _) => {
                (!off).then_some(Self::Flag)
            }
            (Form::Number, Some(Lit::Str(text)), _) => text.parse().ok().map(Self::Number),
            (Form::Text | Form::FlagOrText, _, Expr::Path(_)) => {
                Some(Self::Text(LitStr::new(&written, expr.span())))
            }
            _ => None,
        }
    }

    /// The value as a user writes it behind `name`.
    pub(crate) fn paste(&self, name: &str) -> String {
        match self {
            Self::Flag => name.to_owned(),
            Self::Text(text) => format!("{name} = {}", text.token()),
            Self::Number(number) => format!("{name} = {number}"),
            Self::Expr(expr) => format!("{name} = {}", expr.to_token_stream()),
        }
    }
}

/// A literal, also one that reached us through a macro, which wraps it into an invisible group.
fn literal(expr: &Expr) -> Option<&Lit> {
    match expr {
        Expr::Lit(ExprLit { lit, .. }) => Some(lit),
        Expr::Group(group) => literal(&group.expr),
        _ => None,
    }
}
