//! Collects every mistake of one input, so that all of them arrive in one compile.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The mistakes found so far, in the order in which they were found.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// Adds one mistake.
    ///
    /// `at` are the tokens that the user has to change. `fact` says what is wrong and `help` what
    /// to write instead. Both are lower case and without a full stop. Stable Rust lets a macro
    /// attach no notes, so `help` becomes the second line of the message.
    pub(crate) fn push(&mut self, at: impl ToTokens, fact: impl Display, help: impl Display) {
        let error = syn::Error::new_spanned(at, format_args!("{fact}\nhelp: {help}"));
        match &mut self.0 {
            Some(all) => all.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// The only exit: `value` when there was no mistake, otherwise all mistakes as
    /// `compile_error!`s.
    ///
    /// `value` may be `None` only after a mistake has been pushed.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, TokenStream> {
        match (value, self.0) {
            (Some(value), None) => Ok(value),
            (None, None) => unreachable!("a check gave no value and no reason"),
            (_, Some(all)) => Err(all.into_compile_error()),
        }
    }
}
