//! Uploads of 1 GiB to the disk, hashed and synced, from one client.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::client::{self, PIECE};
use crate::contender::{self, Server};
use crate::{ROUNDS, Result, counters, median, piece};

const SIZE: u64 = 1 << 30;

pub fn run(program: &str, dufs: &str, folder: &Path) -> Result {
    let names = [
        "youku-server",
        "youku-server with TLS",
        "receive, hash, write",
        "dufs",
    ];
    let mut figures: [Vec<(f64, f64)>; 4] = Default::default();
    for round in 0..ROUNDS {
        for turn in 0..names.len() {
            let index = (round + turn) % names.len();
            let place = folder.join("upload");
            fs::create_dir_all(&place)?;
            let piece = piece((round * 10 + index) as u64, 4 * PIECE);
            figures[index].push(match index {
                0 | 1 => {
                    let server = contender::youku(program, &place)?;
                    youku(&server, index == 1, &place, &piece)?
                }
                2 => by_hand(
                    &contender::handwritten(["loop", &place.to_string_lossy()])?,
                    &piece,
                )?,
                _ => by_put(&contender::dufs(dufs, &place)?, &piece)?,
            });
            fs::remove_dir_all(&place)?;
        }
    }
    println!("| upload of 1 GiB | MB/s | of receive, hash, write | of dufs | CPU s/GB |");
    println!("|---|---|---|---|---|");
    let rates = figures
        .each_ref()
        .map(|figures| median(figures.iter().map(|figure| figure.0).collect()));
    for (index, name) in names.iter().enumerate() {
        let cpu = median(figures[index].iter().map(|figure| figure.1).collect());
        let rate = rates[index];
        println!(
            "| {name} | {rate:.0} | {:.2} | {:.2} | {cpu:.2} |",
            rate / rates[2],
            rate / rates[3]
        );
    }
    Ok(())
}

fn youku(server: &Server, is_encrypted: bool, place: &Path, piece: &[u8]) -> Result<(f64, f64)> {
    let mut stream = match is_encrypted {
        false => client::plain(&server.plain)?,
        true => client::tls(
            &server.tls,
            &client::config(&contender::certificate(place).0)?,
        )?,
    };
    let session = client::log_in(&mut *stream)?;
    timed(server, || {
        client::upload(&mut *stream, &session, "a.mp4", piece, SIZE).map(drop)
    })
}

fn by_hand(server: &Server, piece: &[u8]) -> Result<(f64, f64)> {
    let mut stream = client::plain(&server.plain)?;
    timed(server, || {
        stream.write_all(&SIZE.to_le_bytes())?;
        client::send(&mut *stream, piece, SIZE)?;
        client::receive(&mut *stream, 32)
    })
}

fn by_put(server: &Server, piece: &[u8]) -> Result<(f64, f64)> {
    let mut stream = client::plain(&server.plain)?;
    timed(server, || client::put(&mut *stream, "a.mp4", piece, SIZE))
}

/// MB/s, and the processor seconds of the server for each GB. What was written before is on the disk
/// first.
fn timed(server: &Server, upload: impl FnOnce() -> Result) -> Result<(f64, f64)> {
    std::process::Command::new("sync").status()?;
    let (cpu, start) = (counters::cpu(server.id()), Instant::now());
    upload()?;
    let elapsed: Duration = start.elapsed();
    let cpu = counters::cpu(server.id()) - cpu;
    let rate = SIZE as f64 / 1e6 / elapsed.as_secs_f64();
    Ok((rate, cpu.as_secs_f64() / (SIZE as f64 / 1e9)))
}
