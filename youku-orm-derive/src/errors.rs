//! Collects every mistake in one input, so that all of them are reported in one compile.

use std::fmt::Display;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote_spanned};

/// The mistakes found so far, in the order in which they were found.
#[derive(Default)]
pub(crate) struct Errors {
    all: Option<syn::Error>,
    warnings: TokenStream,
}

/// The error of a check whose mistake has been pushed.
pub(crate) struct Reported;

impl Errors {
    /// Adds one mistake.
    ///
    /// `at` are the tokens that the user has to change. `fact` says what is wrong, and `help` says what
    /// to write instead. Both are lower case and without a full stop. In stable Rust a macro cannot
    /// attach notes, so `help` becomes the second line of the message.
    pub(crate) fn push(&mut self, at: impl ToTokens, fact: impl Display, help: impl Display) {
        let error = syn::Error::new_spanned(at, format_args!("{fact}\nhelp: {help}"));
        match &mut self.all {
            Some(all) => all.combine(error),
            None => self.all = Some(error),
        }
    }

    /// Adds a warning about an attribute that is valid but changes nothing.
    ///
    /// In stable Rust a macro cannot emit custom warnings. But it can generate a use of something
    /// deprecated: here a constant with the name and the position of the attribute.
    pub(crate) fn warn(&mut self, attribute: &Ident, why: &str) {
        let note = format!("{why}; help: remove `{attribute}`");
        self.warnings.extend(quote_spanned! { attribute.span()=>
            const _: () = {
                #[allow(non_upper_case_globals)]
                #[deprecated(note = #note)]
                const #attribute: () = ();
                #attribute
            };
        });
    }

    /// The code that causes the warnings. It is added to the code that is generated for the input.
    pub(crate) fn warnings(&mut self) -> TokenStream {
        std::mem::take(&mut self.warnings)
    }

    /// The only way to get a result: `value` if there was no mistake, otherwise all mistakes as
    /// `compile_error!`s.
    ///
    /// `value` may be `None` only after a mistake has been pushed.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, TokenStream> {
        match (value, self.all) {
            (Some(value), None) => Ok(value),
            (None, None) => unreachable!("a check gave no value and no reason"),
            (_, Some(all)) => Err(all.into_compile_error()),
        }
    }
}
