//! Tables in Markdown.

use crate::workload::{Figure, Workload};
use crate::{Answers, Report};

/// Prints the medians of a database, each with its ratio to that of the first contender.
pub fn print(report: &Report) {
    let names: Vec<&str> = report
        .contenders
        .iter()
        .map(|contender| contender.name)
        .collect();
    println!("\n| {} | {} |", report.title, names.join(" | "));
    println!("|---{}|", "|---:".repeat(names.len()));
    for answers in &report.answers {
        let nanos = |figure: &Figure| Some(figure.nanos);
        let first = values(&answers.figures[0], nanos).unwrap_or_default();
        row(answers, "", nanos, |own| {
            // The median of the ratios, which a machine that grows slower from round to round moves least.
            let ratio = median(own.iter().zip(&first).map(|(own, first)| own / first));
            format!("{} ({ratio:.2})", time(median(own.iter().copied())))
        });
        if answers.case.workload == Workload::Stream {
            let bytes = |figure: &Figure| figure.bytes.map(|bytes| bytes as f64);
            row(answers, ", memory", bytes, |own| {
                memory(median(own.iter().copied()))
            });
        }
    }
}

fn row(
    answers: &Answers,
    what: &str,
    value: fn(&Figure) -> Option<f64>,
    write: impl Fn(&[f64]) -> String,
) {
    let cell = |figures: &Vec<Option<Figure>>| match values(figures, value) {
        Some(own) => write(&own),
        None => "–".to_owned(),
    };
    let cells: Vec<String> = answers.figures.iter().map(cell).collect();
    println!("| {}{what} | {} |", answers.case, cells.join(" | "));
}

/// Those of all rounds; `None` where the library has no way.
fn values(figures: &[Option<Figure>], value: impl Fn(&Figure) -> Option<f64>) -> Option<Vec<f64>> {
    let mut figures = figures.iter();
    figures.try_fold(Vec::new(), |mut all, figure| {
        all.push(value(figure.as_ref()?)?);
        Some(all)
    })
}

/// The median of some numbers.
pub fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    let middle = numbers.len() / 2;
    match numbers.len() % 2 {
        1 => numbers[middle],
        _ => (numbers[middle - 1] + numbers[middle]) / 2.0,
    }
}

/// A duration of so many nanoseconds.
pub fn time(nanos: f64) -> String {
    match nanos {
        ..1e4 => format!("{:.2} µs", nanos / 1e3),
        ..1e5 => format!("{:.1} µs", nanos / 1e3),
        ..1e6 => format!("{:.0} µs", nanos / 1e3),
        ..1e7 => format!("{:.2} ms", nanos / 1e6),
        ..1e8 => format!("{:.1} ms", nanos / 1e6),
        _ => format!("{:.0} ms", nanos / 1e6),
    }
}

fn memory(bytes: f64) -> String {
    format!("{:.1} MiB", bytes / f64::from(1 << 20))
}
