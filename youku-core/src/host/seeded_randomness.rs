//! Randomness that repeats, for tests.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use crate::host::randomness::Randomness;

/// Bytes that look random and are the same in every run: SHA-256 over a seed and a counter.
///
/// # Security
///
/// Anyone who knows the seed knows every token. Never use it outside tests.
///
/// ```
/// use youku_core::{Randomness, testing::SeededRandomness};
///
/// let (mut first, mut second) = ([0; 16], [0; 16]);
/// SeededRandomness::new(7).fill(&mut first).unwrap();
/// SeededRandomness::new(7).fill(&mut second).unwrap();
/// assert_eq!(first, second);
/// ```
#[derive(Debug)]
pub struct SeededRandomness {
    seed: u64,
    counter: AtomicU64,
}

impl SeededRandomness {
    /// The stream of bytes for `seed`, from its beginning.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        let counter = AtomicU64::new(0);
        Self { seed, counter }
    }
}

impl Randomness for SeededRandomness {
    fn fill(&self, buffer: &mut [u8]) -> io::Result<()> {
        for part in buffer.chunks_mut(32) {
            let block = self.counter.fetch_add(1, Ordering::Relaxed);
            let mut hash = Sha256::new();
            hash.update(self.seed.to_le_bytes());
            hash.update(block.to_le_bytes());
            part.copy_from_slice(&hash.finalize()[..part.len()]);
        }
        Ok(())
    }
}
