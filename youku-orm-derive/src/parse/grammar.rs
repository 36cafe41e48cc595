//! The grammar of `#[model(…)]`: a list of `name`, `name = value` and, by mistake, `name(value)`.
//!
//! It does not know any names: [`settings`](crate::parse::settings) decides what a name means.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, Ident, Meta, Token, token};

use crate::errors::Errors;

/// One entry of a `#[model(…)]`, as written.
pub(crate) struct Entry {
    pub(crate) name: Ident,
    pub(crate) value: Written,
}

/// What follows the name of an entry.
pub(crate) enum Written {
    Nothing,
    Equals(Expr),
    Parens(Group),
}

/// Reads the entries of every `#[model(…)]` among `attrs` and ignores other attributes.
pub(crate) fn entries(attrs: &[Attribute], errors: &mut Errors) -> Vec<Entry> {
    let mut entries = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("model")) {
        match &attr.meta {
            Meta::List(list) => {
                let read = |input: ParseStream| read_list(input, &mut entries, errors);
                if let Err(error) = read.parse2(list.tokens.clone()) {
                    errors.push(list, error, "write `#[model(name = value)]`");
                }
            }
            Meta::Path(path) => errors.push(
                path,
                "`#[model]` has no effect",
                "put an attribute into parentheses, as in `#[model(primary_key)]`, or remove it",
            ),
            Meta::NameValue(meta) => errors.push(
                meta,
                "the attributes of a model are written in parentheses",
                "write `#[model(name = value)]`",
            ),
        }
    }
    entries
}

/// Continues after a mistake, so that the entries after it are not lost.
fn read_list(input: ParseStream, entries: &mut Vec<Entry>, errors: &mut Errors) -> syn::Result<()> {
    while !input.is_empty() {
        if input.peek(Ident::peek_any) {
            let name = input.call(Ident::parse_any)?;
            entries.extend(read_value(input, &name, errors)?.map(|value| Entry { name, value }));
        } else {
            errors.push(
                until_comma(input)?,
                "an attribute of `#[model(…)]` starts with its name",
                "write `name` or `name = value`",
            );
        }
        let next = input.cursor().token_tree().map(|(next, _)| next);
        if let Some(next) = next.filter(|_| !input.peek(Token![,])) {
            errors.push(
                &next,
                format_args!("a comma is missing before `{next}`"),
                format_args!("write `, {next}`"),
            );
            // What begins with a name is the next entry; anything else is part of this mistake.
            if !input.peek(Ident::peek_any) {
                until_comma(input)?;
            }
        }
        input.parse::<Option<Token![,]>>()?;
    }
    Ok(())
}

/// `None` when the value is missing, which is reported here.
fn read_value(
    input: ParseStream,
    name: &Ident,
    errors: &mut Errors,
) -> syn::Result<Option<Written>> {
    if input.peek(token::Paren) {
        return Ok(Some(Written::Parens(input.parse()?)));
    }
    if !input.peek(Token![=]) {
        return Ok(Some(Written::Nothing));
    }
    let equals: Token![=] = input.parse()?;
    if input.is_empty() || input.peek(Token![,]) {
        errors.push(
            equals,
            format_args!("the value of `{name}` is missing"),
            "write it after `=`, or remove `=`",
        );
        return Ok(None);
    }
    read_expr(input).map(|expr| Some(Written::Equals(expr)))
}

/// Without its feature `full`, which doubles its compile time, syn parses only simple expressions. Any
/// other expression is taken as the tokens up to the next comma.
fn read_expr(input: ParseStream) -> syn::Result<Expr> {
    let ahead = input.fork();
    if let Ok(expr) = ahead.parse::<Expr>() {
        let ends = ahead.is_empty() || ahead.peek(Token![,]) || ahead.peek(Ident::peek_any);
        if ends {
            input.advance_to(&ahead);
            return Ok(expr);
        }
    }
    until_comma(input).map(Expr::Verbatim)
}

fn until_comma(input: ParseStream) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?.to_tokens(&mut tokens);
    }
    Ok(tokens)
}
