//! Up to where a staged file is known to be correct.

use data_encoding::HEXLOWER;
use sha2::digest::array::Array;
use sha2::digest::common::hazmat::SerializableState;
use sha2::{Digest, Sha256};

/// Where a state has the number of whole blocks of 64 bytes: after the eight words.
const BLOCKS: std::ops::Range<usize> = 32..40;

/// An offset in a staged file, with the hash of all bytes before it. Writing can resume from here.
#[derive(Debug, Clone, Default)]
pub(crate) struct Checkpoint {
    /// How many bytes precede it.
    pub(crate) offset: u64,
    pub(crate) hash: Sha256,
}

impl Checkpoint {
    /// SHA-256 of the bytes before it, in hexadecimal.
    pub(crate) fn sha256(&self) -> String {
        HEXLOWER.encode(&self.hash.clone().finalize())
    }

    /// The internal state of the hash, from which another process can resume; see
    /// [`restore`](Self::restore).
    pub(crate) fn state(&self) -> Vec<u8> {
        self.hash.serialize().to_vec()
    }

    /// The checkpoint that was saved as `state`, or nothing when the state cannot be trusted.
    ///
    /// The format of a state is specific to one version of the hash library. So a state is accepted
    /// only if it has the right number of blocks and its final hash is `sha256`, which was saved
    /// with it.
    pub(crate) fn restore(offset: u64, sha256: &str, state: &[u8]) -> Option<Self> {
        if *state.get(BLOCKS)? != (offset / 64).to_le_bytes() {
            return None;
        }
        let hash = Sha256::deserialize(&Array::try_from(state).ok()?).ok()?;
        let checkpoint = Self { offset, hash };
        (checkpoint.sha256() == sha256).then_some(checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint(bytes: &[u8]) -> Checkpoint {
        Checkpoint {
            offset: bytes.len() as u64,
            hash: Sha256::new_with_prefix(bytes),
        }
    }

    #[test]
    fn restored_hash_continues_where_it_was_saved() {
        for size in [0, 1, 63, 64, 65, 1000] {
            let bytes: Vec<u8> = (0..size).map(|index| index as u8).collect();
            let saved = checkpoint(&bytes);
            let restored = Checkpoint::restore(saved.offset, &saved.sha256(), &saved.state());
            let mut hash = restored.expect("its own state").hash;
            hash.update(b"more");
            let whole = [bytes.as_slice(), b"more"].concat();
            assert_eq!(hash.finalize(), Sha256::digest(whole), "{size}");
        }
    }

    #[test]
    fn state_that_is_not_of_these_bytes_is_refused() {
        let saved = checkpoint(b"There is no spoon");
        let sha256 = saved.sha256();
        let check = |state: &[u8]| assert!(Checkpoint::restore(17, &sha256, state).is_none());
        check(&[]);
        check(&checkpoint(b"There is a spoon!").state());
        for index in 0..saved.state().len() {
            // A byte of the buffer after its end has no meaning.
            let mut state = saved.state();
            state[index] ^= 1;
            let restored = Checkpoint::restore(17, &sha256, &state);
            assert!(restored.is_none_or(|checkpoint| checkpoint.sha256() == sha256));
        }
        check(&saved.state()[1..]);
    }
}
