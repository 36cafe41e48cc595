//! The source of random bytes, which a test can replace with its own.

use std::fmt;
use std::io;
use std::sync::Arc;

use data_encoding::HEXLOWER;

use crate::basics::error::{Error, Result};

/// Fills buffers with unpredictable bytes.
///
/// Tokens, invites, salts and the names of stored movies are made of these bytes. A source that is
/// weaker than the operating system's generator makes accounts insecure.
/// For tests there is [`testing::SeededRandomness`](crate::host::seeded_randomness::SeededRandomness).
pub trait Randomness: fmt::Debug + Send + Sync + 'static {
    /// Overwrites the whole of `buffer` with random bytes.
    ///
    /// # Errors
    ///
    /// Any error means that no randomness is available; the operation that needed it fails with
    /// [`Code::Internal`](crate::Code::Internal).
    fn fill(&self, buffer: &mut [u8]) -> io::Result<()>;
}

impl<R: Randomness + ?Sized> Randomness for Arc<R> {
    fn fill(&self, buffer: &mut [u8]) -> io::Result<()> {
        (**self).fill(buffer)
    }
}

/// The generator of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, buffer: &mut [u8]) -> io::Result<()> {
        getrandom::fill(buffer).map_err(io::Error::other)
    }
}

/// `N` bytes from `source`.
pub(crate) fn random<const N: usize>(source: &dyn Randomness) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    source.fill(&mut bytes).map_err(Error::internal)?;
    Ok(bytes)
}

/// `N` bytes from `source` as 2 `N` lower-case hexadecimal characters.
pub(crate) fn random_hex<const N: usize>(source: &dyn Randomness) -> Result<String> {
    Ok(HEXLOWER.encode(&random::<N>(source)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_bytes_differ_from_call_to_call() {
        let first: [u8; 32] = random(&SystemRandomness).unwrap();
        let second: [u8; 32] = random(&SystemRandomness).unwrap();
        assert_ne!(first, second);
    }
}
