//! How fast the server moves bytes and answers requests, compared with programs that do the same; `run.sh`
//! says how to start it.

mod client;
mod contender;
mod counters;
mod downloads;
mod handwritten;
mod idle;
mod requests;
mod uploads;

use std::error::Error;
use std::path::Path;

type Result<T = (), E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

/// How often each contender has its turn.
const ROUNDS: usize = 5;

fn main() -> Result {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        // What this program starts of itself.
        ["canned", reply] => handwritten::canned(&std::fs::read(reply)?),
        ["loop", folder] => handwritten::receive_hash_write(Path::new(folder)),
        // What it measures.
        ["downloads", server, folder] => downloads::run(server, Path::new(folder)),
        ["uploads", server, dufs, folder] => uploads::run(server, dufs, Path::new(folder)),
        ["requests", server, folder] => requests::run(server, Path::new(folder)),
        ["idle", server, folder] => idle::run(server, Path::new(folder)),
        _ => Err("run.sh starts this with the right arguments".into()),
    }
}

/// The middle one of an odd number of figures.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Pseudo-random bytes. No two pieces are equal, and a different `seed` makes a different movie.
fn piece(seed: u64, bytes: usize) -> Vec<u8> {
    let mut state = seed;
    let next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    std::iter::repeat_with(next).take(bytes).collect()
}
