//! Asks all contenders for all cases, in rounds, and writes what they answer as tables and plots.
//!
//! `report SPEED PROGRAMS DATABASES SERVER PLOTS ROUNDS [CASE-PREFIX…]`, as `run.sh` calls it: the program of
//! the benchmark of `youku-orm`, the folder of the programs of the other libraries, the folder of the prepared files,
//! the address of the server with the prepared schemas, and the folder for the plots.

mod contender;
mod plot;
mod table;
#[path = "../../../../../youku-orm/benches/speed/workload.rs"]
mod workload;

use std::path::PathBuf;

use contender::{Contender, contenders};
use workload::{Case, Figure, Workload};

/// What each contender answered to a case, in each round.
pub struct Answers {
    case: Case,
    /// `None` where the library has no way to do it.
    figures: Vec<Vec<Option<Figure>>>,
}

/// The answers on one database.
pub struct Report {
    /// The database's name.
    title: &'static str,
    contenders: Vec<Contender>,
    answers: Vec<Answers>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [
        speed,
        programs,
        databases,
        server,
        plots,
        rounds,
        prefixes @ ..,
    ] = &arguments[..]
    else {
        panic!("usage: report SPEED PROGRAMS DATABASES SERVER PLOTS ROUNDS [CASE-PREFIX…]");
    };
    let rounds: usize = rounds.parse().expect("ROUNDS is a number");
    let wanted = |case: &Case| {
        let name = case.to_string();
        prefixes.is_empty()
            || prefixes
                .iter()
                .any(|prefix| name.starts_with(prefix.as_str()))
    };
    let cases: Vec<Case> = Case::all().filter(wanted).collect();
    let of = |title, driver| Report {
        title,
        contenders: contenders(driver, speed.as_ref(), programs.as_ref()),
        answers: Vec::new(),
    };
    let mut reports = [of("SQLite", "rusqlite"), of("MariaDB", "mysql_async")];
    let files = |database: &str| format!("sqlite:{databases}/{database}.db");
    reports[0].answers = ask(&reports[0], rounds, &cases, files);
    let schemas = |database: &str| format!("{server}/{database}");
    reports[1].answers = ask(&reports[1], rounds, &cases, schemas);

    for report in &reports {
        table::print(report);
    }
    let plots = PathBuf::from(plots);
    std::fs::create_dir_all(&plots).expect("the folder for the plots can be made");
    let mut drawn: Vec<Workload> = Vec::new();
    for case in cases {
        if !drawn.contains(&case.workload) {
            drawn.push(case.workload);
            let path = plots.join(format!("{}.svg", case.workload.name()));
            let plot = plot::draw(case.workload, &reports);
            std::fs::write(path, plot).expect("the folder can be written to");
        }
    }
}

/// Each round asks all, and another one begins, so a machine that is busy for a while is so for all.
fn ask(
    report: &Report,
    rounds: usize,
    cases: &[Case],
    url: impl Fn(&str) -> String,
) -> Vec<Answers> {
    let number = report.contenders.len();
    let none = |case: &Case| Answers {
        case: *case,
        figures: vec![Vec::new(); number],
    };
    let mut answers: Vec<Answers> = cases.iter().map(none).collect();
    for round in 0..rounds {
        eprintln!("{}: round {} of {rounds}", report.title, round + 1);
        for answers in &mut answers {
            let url = url(&answers.case.database());
            for turn in 0..number {
                let contender = (round + turn) % number;
                let figure = report.contenders[contender].ask(answers.case, &url);
                answers.figures[contender].push(figure);
            }
        }
    }
    answers
}
