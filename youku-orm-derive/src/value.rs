//! The value of an entry, and how a value of the wrong form is mended.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, ExprLit, Lit, LitInt, LitStr, parse_str, parse2};

use crate::attribute::{Entry, Written};
use crate::vocabulary::{Form, Word};

/// The value of a setting.
pub(crate) enum Value {
    Flag,
    Text(LitStr),
    Number(LitInt),
    Expr(Box<Expr>),
}

/// A value that does not have the form of its word.
pub(crate) struct Misfit {
    pub(crate) at: TokenStream,
    pub(crate) fact: String,
    pub(crate) help: String,
    /// The value that was most likely meant.
    pub(crate) meant: Option<Value>,
}

impl Value {
    pub(crate) fn read(word: &Word, entry: &Entry) -> Result<Self, Misfit> {
        match (&entry.value, word.form) {
            (Written::Nothing, Form::Flag | Form::FlagOrText) => Ok(Self::Flag),
            (Written::Nothing, _) => Err(missing(word, entry)),
            (Written::Equals(value), Form::Flag) => Err(superfluous(word, value)),
            (Written::Parens(group), Form::Flag) => Err(superfluous(word, group)),
            (Written::Equals(expr), form) => {
                Self::fitting(form, expr).ok_or_else(|| misfit(word, expr))
            }
            (Written::Parens(group), form) => {
                let value = parse2(group.stream()).ok();
                let value = value.and_then(|expr| Self::fitting(form, &expr));
                Err(in_parentheses(word, group, value))
            }
        }
    }

    fn fitting(form: Form, expr: &Expr) -> Option<Self> {
        match (form, literal(expr)) {
            (Form::Expr, _) => Some(Self::Expr(Box::new(expr.clone()))),
            (Form::Text | Form::FlagOrText, Some(Lit::Str(text))) => Some(Self::Text(text.clone())),
            (Form::Number, Some(Lit::Int(number))) => Some(Self::Number(number.clone())),
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

fn missing(word: &Word, entry: &Entry) -> Misfit {
    Misfit {
        at: entry.name.to_token_stream(),
        fact: format!("`{}` needs a value", word.name),
        help: format!("write `{}`", word.example),
        meant: None,
    }
}

fn superfluous(word: &Word, value: impl ToTokens) -> Misfit {
    let at = value.into_token_stream();
    let switched_off = at.to_string().eq_ignore_ascii_case("false");
    let verb = if switched_off { "remove" } else { "write" };
    Misfit {
        at,
        fact: format!("`{}` takes no value", word.name),
        help: format!("{verb} `{}`", word.name),
        meant: (!switched_off).then_some(Value::Flag),
    }
}

fn in_parentheses(word: &Word, group: &proc_macro2::Group, value: Option<Value>) -> Misfit {
    let paste = value.as_ref().map(|value| value.paste(word.name));
    Misfit {
        at: group.to_token_stream(),
        fact: format!(
            "the value of `{}` stands behind `=`, not in parentheses",
            word.name
        ),
        help: format!("write `{}`", paste.as_deref().unwrap_or(word.example)),
        meant: value,
    }
}

fn misfit(word: &Word, expr: &Expr) -> Misfit {
    let at = expr.to_token_stream();
    let meant = match (word.form, literal(expr), expr) {
        (Form::Number, Some(Lit::Str(text)), _) => text.parse().ok().map(Value::Number),
        (Form::FlagOrText, Some(Lit::Bool(switch)), _) => switch.value.then_some(Value::Flag),
        (Form::Text | Form::FlagOrText, _, Expr::Path(_)) => {
            parse_str(&format!("{:?}", at.to_string()))
                .ok()
                .map(Value::Text)
        }
        _ => None,
    };
    let form = match word.form {
        Form::Number => "a whole number",
        _ => "a text in double quotes",
    };
    let paste = meant.as_ref().map(|value| value.paste(word.name));
    Misfit {
        fact: format!("the value of `{}` is {form}", word.name),
        help: format!("write `{}`", paste.as_deref().unwrap_or(word.example)),
        at,
        meant,
    }
}
