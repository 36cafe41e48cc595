//! The decoder of frames and requests, fed with the corpus of its fuzz target and with mutations of
//! it. A seed makes the mutations the same in every run.

use std::fs;
use std::path::Path;

use youku_server::decode_stream;

/// How many mutations are tried.
const ROUNDS: usize = 20_000;

const SEED: u64 = 0x5EED_0F11_70BE_F00D;

/// Names and inputs, sorted by name.
fn corpus() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../youku-server/fuzz/corpus/decode");
    let files = fs::read_dir(folder).unwrap();
    let mut corpus: Vec<_> = files
        .map(|file| {
            let file = file.unwrap();
            let name = file.file_name().into_string().unwrap();
            (name, fs::read(file.path()).unwrap())
        })
        .collect();
    corpus.sort();
    corpus
}

/// Feeds the decoder and returns how many frames it found, before and after `hello`.
fn decode(bytes: &[u8]) -> [usize; 2] {
    [false, true].map(|has_greeted| match decode_stream(bytes, has_greeted) {
        Ok(frames) => frames,
        Err(broken) => panic!("{}: {broken}", bytes.escape_ascii()),
    })
}

/// xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators", 2016).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number from 0 up to but not including `below`, which must not be 0.
    fn below(&mut self, below: usize) -> usize {
        usize::try_from(self.next() % below as u64).unwrap()
    }

    /// One of libFuzzer's simpler mutations.
    fn mutate(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len() + 1);
        let byte = self.next().to_le_bytes()[0];
        match self.below(6) {
            0 => bytes.insert(at, byte),
            1 if at < bytes.len() => bytes[at] = byte,
            2 if at < bytes.len() => bytes[at] ^= 1 << (byte % 8),
            3 => bytes.truncate(at),
            4 => {
                let end = at + self.below(bytes.len() + 1 - at);
                bytes.drain(at..end);
            }
            _ => {
                let from = self.below(other.len() + 1);
                let to = from + self.below(other.len() + 1 - from);
                bytes.splice(at..at, other[from..to].iter().copied());
            }
        }
    }

    /// Sets the length of the first frame to the length of its text, so that the decoder reads it.
    fn correct_length(bytes: &mut [u8]) {
        if let Some((prefix, text)) = bytes.split_first_chunk_mut() {
            *prefix = i32::try_from(text.len()).unwrap().to_le_bytes();
        }
    }
}

#[test]
fn the_corpus_is_read_as_far_as_it_goes() {
    let corpus = corpus();
    let check = |name: &str, frames: [usize; 2]| {
        let found = corpus.iter().find(|(other, _)| other == name);
        assert_eq!(decode(&found.unwrap().1), frames, "{name}");
    };
    check("implementation", [10, 10]);
    check("design", [10, 10]);
    check("protocol2", [10, 10]);
    check("protocol2_movies", [9, 9]);
    check("upload_movie", [2, 1]);
    check("upload_movie_both_sizes", [1, 1]);
    check("upload_chunk", [2, 2]);
    check("upload_chunk_huge", [1, 1]);
    check("text_deep", [2, 2]);
    check("length_minus_one", [0, 0]);
    for (_, bytes) in &corpus {
        decode(bytes);
    }
}

#[test]
fn mutations_of_the_corpus_are_requests_or_refusals() {
    let corpus = corpus();
    let mut random = Random(SEED);
    let mut frames = 0;
    for _ in 0..ROUNDS {
        let mut bytes = corpus[random.below(corpus.len())].1.clone();
        let other = &corpus[random.below(corpus.len())].1;
        for _ in 0..=random.below(4) {
            random.mutate(&mut bytes, other);
        }
        if random.below(2) == 0 {
            Random::correct_length(&mut bytes);
        }
        frames += decode(&bytes).iter().sum::<usize>();
    }
    assert!(frames > ROUNDS, "the mutations reach the text of frames");
}
