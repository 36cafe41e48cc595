//! What a peer sends, from the length of a frame to the fields of a request, for libFuzzer:
//!
//! ```text
//! cargo install cargo-fuzz
//! cd youku-server && cargo +nightly fuzz run decode
//! ```
//!
//! The tests feed the same function on a stable compiler, from the same corpus and a bounded number of
//! mutations of it (`tests/wire/connections/decoder.rs`). An input that breaks it belongs into the corpus.

#![no_main]

use libfuzzer_sys::fuzz_target;
use youku_server::decode_stream;

fuzz_target!(|bytes: &[u8]| {
    for has_greeted in [false, true] {
        decode_stream(bytes, has_greeted).expect("every refusal can be said");
    }
});
