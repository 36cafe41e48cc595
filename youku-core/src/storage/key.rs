//! The random name under which a movie's bytes are stored.

use std::fmt;

use crate::basics::error::Result;
use crate::basics::text::is_lower_hex;
use crate::host::randomness::{Randomness, random_hex};

/// 128 random bits as 32 lower-case hexadecimal characters; made once for each upload and never
/// used for anything else.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct BlobKey(String);

impl BlobKey {
    pub(crate) fn generate(randomness: &dyn Randomness) -> Result<Self> {
        random_hex::<16>(randomness).map(Self)
    }

    /// The key that `text` spells, or nothing when it is another kind of name.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        is_lower_hex(text, 32).then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::seeded_randomness::SeededRandomness;

    #[test]
    fn only_what_was_generated_is_a_key() {
        let key = BlobKey::generate(&SeededRandomness::new(1)).unwrap();
        assert_eq!(BlobKey::parse(key.as_str()), Some(key));
        for name in [
            "",
            "../../x",
            "movie.mp4",
            "0123456789ABCDEF0123456789ABCDEF",
        ] {
            assert_eq!(BlobKey::parse(name), None, "{name}");
        }
    }
}
