//! Downloads of 1 GiB from the page cache, for one and four clients, with TLS and without.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use rustls::ClientConfig;
use serde_json::json;

use crate::client::{self, Duplex, PIECE};
use crate::contender::{self, Server};
use crate::{ROUNDS, Result, counters, median, piece};

const SIZE: u64 = 1 << 30;

/// How a client gets the file.
#[derive(Clone)]
enum Way {
    Youku { session: String, movie: u64 },
    Http { path: String },
}

/// The rate in GB/s and the processor seconds of the server for each GB.
struct Figures {
    rate: f64,
    cpu: f64,
}

pub fn run(program: &str, folder: &Path) -> Result {
    let youku = contender::youku(program, folder)?;
    let mut owner = client::plain(&youku.plain)?;
    let session = client::log_in(&mut *owner)?;
    let reply = client::upload(
        &mut *owner,
        &session,
        "large.mp4",
        &piece(1, 4 * PIECE),
        SIZE,
    )?;
    let movie = reply["movie_id"].as_u64().ok_or("no id")?;
    let objects = folder.join("youku/movies/objects");
    let file = fs::read_dir(&objects)?.next().ok_or("no object")??;
    let nginx = contender::nginx(folder, &objects)?;
    let config = client::config(&contender::certificate(folder).0)?;
    let path = file.file_name().to_string_lossy().into_owned();
    let ways = [
        ("youku-server", &youku, Way::Youku { session, movie }),
        ("nginx", &nginx, Way::Http { path }),
    ];
    println!(
        "| download of 1 GiB | youku-server, GB/s | nginx, GB/s | ratio | CPU s/GB | nginx, CPU s/GB | ratio |"
    );
    println!("|---|---|---|---|---|---|---|");
    for config in [None, Some(&config)] {
        for streams in [1, 4] {
            let mut figures = [Vec::new(), Vec::new()];
            for round in 0..ROUNDS {
                for turn in 0..2 {
                    let index = (round + turn) % 2;
                    let (_, server, way) = &ways[index];
                    figures[index].push(measure(server, way, config, streams)?);
                }
            }
            let of = |index: usize, figure: fn(&Figures) -> f64| {
                median(figures[index].iter().map(figure).collect())
            };
            let (rate, other_rate) = (of(0, |f| f.rate), of(1, |f| f.rate));
            let (cpu, other_cpu) = (of(0, |f| f.cpu), of(1, |f| f.cpu));
            let kind = if config.is_some() { "TLS" } else { "plain" };
            println!(
                "| {kind}, {streams} at once | {rate:.2} | {other_rate:.2} | {:.2} | {cpu:.3} | {other_cpu:.3} | {:.2} |",
                rate / other_rate,
                cpu / other_cpu,
            );
        }
    }
    Ok(())
}

fn measure(
    server: &Server,
    way: &Way,
    config: Option<&Arc<ClientConfig>>,
    streams: usize,
) -> Result<Figures> {
    let connect = || match config {
        None => client::plain(&server.plain),
        Some(config) => client::tls(&server.tls, config),
    };
    let connections: Vec<_> = (0..streams).map(|_| connect()).collect::<Result<_>>()?;
    let (cpu, start) = (counters::cpu(server.id()), Instant::now());
    let threads: Vec<_> = connections
        .into_iter()
        .map(|mut stream| {
            let way = way.clone();
            thread::spawn(move || download(&mut *stream, &way))
        })
        .collect();
    for thread in threads {
        thread.join().map_err(|_| "a client failed")??;
    }
    let (elapsed, cpu) = (start.elapsed(), counters::cpu(server.id()) - cpu);
    let gigabytes = (SIZE * streams as u64) as f64 / 1e9;
    Ok(Figures {
        rate: gigabytes / elapsed.as_secs_f64(),
        cpu: cpu.as_secs_f64() / gigabytes,
    })
}

fn download(stream: &mut dyn Duplex, way: &Way) -> Result {
    match way {
        Way::Youku { session, movie } => {
            let request = json!({"type": "download_movie", "cookies": session, "movie_id": movie});
            let reply = client::ask(stream, &request)?;
            if reply["movie_size"] != SIZE {
                return Err(format!("no download: {reply}").into());
            }
        }
        Way::Http { path } => client::get(stream, path)?,
    }
    client::receive(stream, SIZE)
}
