//! Secrets that a client sends and that the database knows only by their digest: session tokens and
//! invites.

use std::fmt;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::basics::error::Result;
use crate::basics::text::is_lower_hex;
use crate::host::randomness::{Randomness, random_hex};

/// 256 random bits as 64 lower-case hexadecimal characters.
///
/// Its digest needs no salt and no slow hash, because 256 random bits cannot be guessed (the OWASP
/// Session Management Cheat Sheet asks for at least 64 bits of entropy).
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Token(Arc<str>);

impl Token {
    pub(crate) fn generate(randomness: &dyn Randomness) -> Result<Self> {
        Ok(Self(random_hex::<32>(randomness)?.into()))
    }

    /// The token that a client sent, or nothing if the text is not spelled like a token.
    ///
    /// Only the spelling that was given out is valid, so each session has exactly one token.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        is_lower_hex(text, 64).then(|| Self(text.into()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored: SHA-256 of the text, in hexadecimal.
    ///
    /// Rows are found by this digest, so the time a look-up takes says nothing about the token.
    pub(crate) fn digest(&self) -> String {
        HEXLOWER.encode(&Sha256::digest(self.0.as_bytes()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::seeded_randomness::SeededRandomness;

    #[test]
    fn token_is_read_back_as_it_was_given_out() {
        let token = Token::generate(&SeededRandomness::new(1)).unwrap();
        assert_eq!(token.as_str().len(), 64);
        assert_eq!(Token::parse(token.as_str()), Some(token.clone()));
        assert_eq!(Token::parse(&token.as_str().to_uppercase()), None);
        assert_eq!(Token::parse(&token.as_str()[1..]), None);
    }

    #[test]
    fn digest_is_not_the_token_and_debug_shows_neither() {
        let token = Token::generate(&SeededRandomness::new(1)).unwrap();
        assert_ne!(token.digest(), token.as_str());
        assert_eq!(format!("{token:?}"), "Token(..)");
    }
}
