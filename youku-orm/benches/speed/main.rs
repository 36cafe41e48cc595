//! How fast `youku-orm` is compared with code written by hand for the driver that it uses.
//!
//! `cargo bench -p youku-orm --bench speed -- [--rounds N] [--sqlite|--mysql] [CASE-PREFIX…]` prints tables
//! in Markdown. Two more commands are for the scripts that compare other libraries: `prepare FOLDER
//! [SERVER_URL]` makes the databases of all cases, and `serve CONTENDER` answers cases from standard input.

mod by_hand;
mod compare;
mod prepare;
mod server;
mod workload;
mod youku;

use by_hand::connections::Way;
use workload::Case;

const USAGE: &str = "usage: speed [--rounds N] [--sqlite|--mysql] [CASE-PREFIX…]
       speed prepare FOLDER [SERVER_URL]
       speed serve youku|rusqlite|rusqlite-hop|mysql_async";

fn main() {
    // Cargo adds `--bench`.
    let arguments = std::env::args().skip(1).filter(|text| text != "--bench");
    let arguments: Vec<String> = arguments.collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["prepare", folder] => prepare(folder, None),
        ["prepare", folder, server] => prepare(folder, Some(server)),
        ["serve", contender] => serve(contender),
        _ => compare::run(&compare::Plan::parse(&words).unwrap_or_else(|| usage())),
    }
}

fn prepare(folder: &str, server: Option<&str>) {
    let databases = prepare::databases(Case::all());
    prepare::sqlite(folder.as_ref(), &databases);
    if let Some(server) = server {
        prepare::mysql(server, &databases);
    }
}

fn serve(contender: &str) {
    match contender {
        "youku" => workload::serve(youku::run),
        "rusqlite" => {
            workload::serve(async |case, url| by_hand::sqlite::run(Way::Direct, case, url).await)
        }
        "rusqlite-hop" => {
            workload::serve(async |case, url| by_hand::sqlite::run(Way::Hop, case, url).await)
        }
        "mysql_async" => workload::serve(by_hand::mysql::run),
        _ => usage(),
    }
}

fn usage() -> ! {
    eprintln!("{USAGE}");
    std::process::exit(2);
}
