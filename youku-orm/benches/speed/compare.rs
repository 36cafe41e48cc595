//! Times all contenders in turn and prints tables.

use std::io::Write;
use std::process::Stdio;

use crate::prepare;
use crate::server::{Server, on_core_of_server};
use crate::workload::{Case, Figure, Workload};

/// What is asked for.
pub(crate) struct Plan {
    rounds: usize,
    sqlite: bool,
    mysql: bool,
    cases: Vec<Case>,
}

impl Plan {
    /// Reads the command line; `None` when it says something else.
    pub(crate) fn parse(words: &[&str]) -> Option<Self> {
        let (mut rounds, mut sqlite, mut mysql, mut prefixes) = (5, true, true, Vec::new());
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--rounds" => rounds = words.next()?.parse().ok().filter(|rounds| *rounds > 0)?,
                "--sqlite" => mysql = false,
                "--mysql" => sqlite = false,
                option if option.starts_with('-') => return None,
                prefix => prefixes.push(prefix),
            }
        }
        let wanted = |case: &Case| {
            let name = case.to_string();
            prefixes.is_empty() || prefixes.iter().any(|prefix| name.starts_with(prefix))
        };
        let cases: Vec<Case> = Case::all().filter(wanted).collect();
        (!cases.is_empty() && (sqlite || mysql)).then_some(Self {
            rounds,
            sqlite,
            mysql,
            cases,
        })
    }
}

pub(crate) fn run(plan: &Plan) {
    let databases = prepare::databases(plan.cases.iter().copied());
    if plan.sqlite {
        let folder = tempfile::tempdir().expect("there is a place for temporary files");
        prepare::sqlite(folder.path(), &databases);
        let at = format!("sqlite:{}", folder.path().display());
        println!("## SQLite\n");
        let contenders = ["rusqlite", "rusqlite-hop", "youku"];
        compare(plan, &contenders, |database| format!("{at}/{database}.db"));
    }
    if plan.mysql {
        let Some(server) = Server::start() else {
            eprintln!("MariaDB is not installed, so only SQLite is timed");
            return;
        };
        prepare::mysql(&server.url, &databases);
        println!("## MariaDB\n");
        let contenders = ["mysql_async", "youku"];
        compare(plan, &contenders, |database| {
            format!("{}/{database}", server.url)
        });
    }
}

/// Prints a table: the medians, and by what each contender's figure is to be divided to get that of the
/// first, in the median of the rounds, which a machine that grows slower from round to round moves least.
fn compare(plan: &Plan, contenders: &[&str], url: impl Fn(&str) -> String) {
    println!("| case | {} |", contenders.join(" | "));
    println!("|---{}|", "|---:".repeat(contenders.len()));
    for case in &plan.cases {
        let url = url(&case.database());
        let mut figures = vec![Vec::new(); contenders.len()];
        for round in 0..plan.rounds {
            for turn in 0..contenders.len() {
                // Another one begins each round.
                let contender = (round + turn) % contenders.len();
                figures[contender].push(ask(contenders[contender], *case, &url));
            }
        }
        let nanos = figures
            .iter()
            .map(|rounds| rounds.iter().map(|figure| figure.nanos).collect());
        println!("| {case} | {} |", cells(&nanos.collect::<Vec<_>>(), time));
        if case.workload == Workload::Stream {
            let of = |figure: &Figure| figure.bytes.unwrap_or(0) as f64;
            let bytes = figures.iter().map(|rounds| rounds.iter().map(of).collect());
            let cells = cells(&bytes.collect::<Vec<_>>(), memory);
            println!("| {case}, memory | {cells} |");
        }
    }
    println!();
}

/// Asks a contender in a process of its own, so that none finds the memory of another.
fn ask(contender: &str, case: Case, url: &str) -> Figure {
    let program = std::env::current_exe().expect("a program knows where it is");
    // On the core of the server, see there.
    let beside_server = contender_waits(case) && url.starts_with("mysql:");
    let mut child = on_core_of_server(&program, beside_server)
        .args(["serve", contender])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program can be run again");
    let mut input = child.stdin.take().expect("it was asked for");
    writeln!(input, "{case} {url}").expect("it reads a line");
    drop(input);
    let output = child.wait_with_output().expect("it is our child");
    let answer = String::from_utf8(output.stdout).expect("figures are ASCII");
    let mut words = answer.split_whitespace();
    let nanos = words.next().and_then(|nanos| nanos.parse().ok());
    Figure {
        nanos: nanos.unwrap_or_else(|| panic!("{contender} cannot do {case}")),
        bytes: words.next().and_then(|bytes| bytes.parse().ok()),
    }
}

/// Whether a contender does nothing while the server works.
fn contender_waits(case: Case) -> bool {
    !matches!(case.workload, Workload::FindTasks | Workload::Neighbour)
}

fn cells(figures: &[Vec<f64>], unit: fn(f64) -> String) -> String {
    let cell = |rounds: &Vec<f64>| {
        let ratios = rounds.iter().zip(&figures[0]);
        let ratio = median(ratios.map(|(own, first)| own / first));
        format!("{} ({ratio:.2})", unit(median(rounds.iter().copied())))
    };
    figures.iter().map(cell).collect::<Vec<_>>().join(" | ")
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match figures.len() % 2 {
        1 => figures[middle],
        _ => (figures[middle - 1] + figures[middle]) / 2.0,
    }
}

fn time(nanos: f64) -> String {
    match nanos {
        ..1e5 => format!("{:.2} µs", nanos / 1e3),
        ..1e6 => format!("{:.0} µs", nanos / 1e3),
        _ => format!("{:.2} ms", nanos / 1e6),
    }
}

fn memory(bytes: f64) -> String {
    format!("{:.1} MiB", bytes / f64::from(1 << 20))
}
