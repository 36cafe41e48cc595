//! The memory that connections take which have asked once and are silent.

use std::path::Path;

use serde_json::json;

use crate::{Result, client, contender, counters};

const CONNECTIONS: usize = 10_000;

pub fn run(program: &str, folder: &Path) -> Result {
    println!("| 10,000 idle connections | KiB of process memory each |");
    println!("|---|---|");
    for is_encrypted in [false, true] {
        let youku = contender::youku(program, folder)?;
        let config = client::config(&contender::certificate(folder).0)?;
        let open = || match is_encrypted {
            false => client::plain(&youku.plain),
            true => client::tls(&youku.tls, &config),
        };
        let request = json!({"type": "check_notice", "cookies": null});
        // What is there once for all connections is there before they are counted.
        client::ask(&mut *open()?, &request)?;
        let before = counters::resident(youku.id());
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            let mut connection = open()?;
            client::ask(&mut *connection, &request)?;
            connections.push(connection);
        }
        let after = counters::resident(youku.id());
        let each = (after - before) as f64 / 1024.0 / CONNECTIONS as f64;
        let kind = if is_encrypted { "TLS" } else { "plain" };
        println!("| {kind} | {each:.2} |");
    }
    Ok(())
}
