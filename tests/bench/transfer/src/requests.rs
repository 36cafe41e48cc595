//! Requests a second and their latency, for 1, 32 and 256 connections at once.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::contender::{self, Server};
use crate::{ROUNDS, Result, client, median};

const MOVIES: usize = 100;
const NOTICES: usize = 10;
const WARM_UP: Duration = Duration::from_millis(300);
const TIME: Duration = Duration::from_millis(1500);

/// Requests a second, and the latency of half and of 99 % of them in microseconds.
struct Figures {
    rate: f64,
    p50: f64,
    p99: f64,
}

pub fn run(program: &str, folder: &Path) -> Result {
    let youku = contender::youku(program, folder)?;
    let mut owner = client::plain(&youku.plain)?;
    let session = client::log_in(&mut *owner)?;
    for number in 0..MOVIES {
        let (name, bytes) = (
            format!("A movie with a name, part {number}.mp4"),
            number.to_string(),
        );
        client::upload(
            &mut *owner,
            &session,
            &name,
            bytes.as_bytes(),
            bytes.len() as u64,
        )?;
    }
    for number in 0..NOTICES {
        let (title, content) = (
            format!("Notice {number}"),
            "Some text that people may want to read.",
        );
        let notice =
            json!({"type": "send_notice", "cookies": session, "title": title, "content": content});
        client::ask(&mut *owner, &notice)?;
    }
    println!(
        "| requests | connections | youku-server, 1/s | canned bytes, 1/s | ratio | p50, µs | p99, µs | canned p50, µs | canned p99, µs |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let list = json!({"type": "get_movie_list", "cookies": session, "movie_type": "all"});
    let notices = json!({"type": "check_notice", "cookies": null});
    for (name, request) in [("`get_movie_list`", list), ("`check_notice`", notices)] {
        let reply = client::ask_raw(&mut *owner, &request)?;
        let path = folder.join("reply");
        fs::write(&path, &reply)?;
        let canned = contender::handwritten(["canned", &path.to_string_lossy()])?;
        for connections in [1, 32, 256] {
            let mut figures = [Vec::new(), Vec::new()];
            for round in 0..ROUNDS {
                for turn in 0..2 {
                    let index = (round + turn) % 2;
                    let server = [&youku, &canned][index];
                    figures[index].push(measure(server, &request, reply.len(), connections)?);
                }
            }
            let of = |index: usize, figure: fn(&Figures) -> f64| {
                median(figures[index].iter().map(figure).collect())
            };
            let (rate, other) = (of(0, |f| f.rate), of(1, |f| f.rate));
            println!(
                "| {name}, {} bytes | {connections} | {rate:.0} | {other:.0} | {:.3} | {:.0} | {:.0} | {:.0} | {:.0} |",
                reply.len(),
                rate / other,
                of(0, |f| f.p50),
                of(0, |f| f.p99),
                of(1, |f| f.p50),
                of(1, |f| f.p99),
            );
        }
    }
    Ok(())
}

fn measure(server: &Server, request: &Value, reply: usize, connections: usize) -> Result<Figures> {
    // One thread, so that the server has the other processor of a small machine.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (address, request) = (server.plain.clone(), client::frame(request));
    runtime.block_on(async {
        let begin = Instant::now() + WARM_UP;
        let tasks: Vec<_> = (0..connections)
            .map(|_| {
                tokio::spawn(ask_for_a_while(
                    address.clone(),
                    request.clone(),
                    reply,
                    begin,
                ))
            })
            .collect();
        let mut latencies = Vec::new();
        for task in tasks {
            latencies.extend(task.await??);
        }
        latencies.sort_unstable();
        let at =
            |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize] as f64 / 1e3;
        Ok(Figures {
            rate: latencies.len() as f64 / TIME.as_secs_f64(),
            p50: at(0.5),
            p99: at(0.99),
        })
    })
}

/// The latencies, in nanoseconds, of what was asked and answered after `begin`.
async fn ask_for_a_while(
    address: String,
    request: Vec<u8>,
    reply: usize,
    begin: Instant,
) -> Result<Vec<u64>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut buffer, mut latencies) = (vec![0; reply], Vec::new());
    loop {
        let start = Instant::now();
        if start >= begin + TIME {
            return Ok(latencies);
        }
        stream.write_all(&request).await?;
        stream.read_exact(&mut buffer).await?;
        if start >= begin {
            latencies.push(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX));
        }
    }
}
