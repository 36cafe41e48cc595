//! Plots as SVG: a panel for each database, a line for each contender, and a dot for each size at its time on a
//! logarithmic scale. They can be read in light and dark mode. They can also be part of an HTML page, so they have
//! no empty line, and their styles apply to nothing else.

use std::fmt::Write;

use crate::table::{median, time};
use crate::workload::{Figure, Workload};
use crate::{Answers, Report};

const LEFT: f64 = 92.0;
const PANEL: f64 = 300.0;
const GAP: f64 = 36.0;
const TOP: f64 = 62.0;
const LINE: f64 = 20.0;
/// The width of a digit.
const DIGIT: f64 = 7.0;

const STYLE: &str = "<style>\
.youku-speed{font:12px sans-serif}\
.youku-speed .back{fill:#fff}.youku-speed text{fill:#333}.youku-speed .faint{fill:#767676}\
.youku-speed line{stroke:#ddd}.youku-speed circle{fill:#5b7fa6}\
.youku-speed .own{font-weight:bold}.youku-speed circle.own{fill:#d1571b}\
@media(prefers-color-scheme:dark){\
.youku-speed .back{fill:#161b22}.youku-speed text{fill:#ddd}.youku-speed .faint{fill:#9a9a9a}\
.youku-speed line{stroke:#3a3f46}.youku-speed circle{fill:#8db4de}.youku-speed circle.own{fill:#ff8f4f}}\
</style>";

/// Draws a workload.
pub fn draw(workload: Workload, reports: &[Report]) -> String {
    let lines = reports[0].contenders.len();
    let bottom = TOP + lines as f64 * LINE;
    let (width, height) = (LEFT + 2.0 * PANEL + GAP + 14.0, bottom + 26.0);
    let name = workload.name();
    let mut svg = format!(
        "<svg class=\"youku-speed\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" role=\"img\" aria-label=\"Time of {name}\">\n{STYLE}\n\
         <rect class=\"back\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>\n"
    );
    text(&mut svg, "own", "start", 10.0, 22.0, name);
    text(
        &mut svg,
        "faint",
        "end",
        width - 14.0,
        22.0,
        "time, logarithmic; left is faster",
    );
    for (line, contender) in reports[0].contenders.iter().enumerate() {
        // The first stands for each database's driver.
        let name = if line == 0 { "driver" } else { contender.name };
        text(
            &mut svg,
            class(line),
            "end",
            LEFT - 14.0,
            line_at(line) + 4.0,
            name,
        );
    }
    let scale = Scale::of(workload, reports);
    for (place, report) in reports.iter().enumerate() {
        let left = LEFT + place as f64 * (PANEL + GAP);
        text(&mut svg, "", "start", left, 42.0, report.title);
        for (nanos, label) in scale.marks() {
            let x = left + scale.at(nanos);
            line(&mut svg, x, TOP - 4.0, bottom);
            text(&mut svg, "faint", "middle", x, bottom + 16.0, &label);
        }
        panel(&mut svg, left, workload, report, &scale);
    }
    svg.push_str("</svg>\n");
    svg
}

fn panel(svg: &mut String, left: f64, workload: Workload, report: &Report, scale: &Scale) {
    let single = of(workload, report).count() == 1;
    let mut sizes = Vec::new();
    for answers in of(workload, report) {
        for (line, figures) in answers.figures.iter().enumerate() {
            let Some(nanos) = middle(figures) else {
                text(
                    svg,
                    "faint",
                    "start",
                    left,
                    line_at(line) + 4.0,
                    "not possible",
                );
                continue;
            };
            let (x, y) = (left + scale.at(nanos), line_at(line));
            let class = class(line);
            let _ = writeln!(
                svg,
                "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y}\" r=\"4\"/>"
            );
            if single {
                beside(svg, left, x, y, &time(nanos));
            } else if line == 0 {
                sizes.push((x, answers.case.size.to_string()));
            }
        }
    }
    for (x, sizes) in apart(sizes) {
        text(svg, "faint", "middle", x, TOP - 6.0, &sizes);
    }
}

/// Puts labels together that would cover each other, as in `1, 10`.
fn apart(mut labels: Vec<(f64, String)>) -> Vec<(f64, String)> {
    labels.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let mut apart: Vec<(f64, String)> = Vec::new();
    for (x, label) in labels {
        match apart.last_mut() {
            Some((before, text)) if x - *before < half(text) + half(&label) + DIGIT => {
                *before = f64::midpoint(*before, x);
                *text = format!("{text}, {label}");
            }
            _ => apart.push((x, label)),
        }
    }
    apart
}

/// Half of the width of a label.
fn half(label: &str) -> f64 {
    label.len() as f64 * DIGIT / 2.0
}

/// Writes next to a dot, on the side that has more room.
fn beside(svg: &mut String, left: f64, x: f64, y: f64, label: &str) {
    match x - left > PANEL * 0.75 {
        true => text(svg, "faint", "end", x - 8.0, y + 4.0, label),
        false => text(svg, "faint", "start", x + 8.0, y + 4.0, label),
    }
}

fn of(workload: Workload, report: &Report) -> impl Iterator<Item = &Answers> {
    let all = report.answers.iter();
    all.filter(move |answers| answers.case.workload == workload)
}

fn middle(figures: &[Option<Figure>]) -> Option<f64> {
    let nanos: Option<Vec<f64>> = figures
        .iter()
        .map(|figure| Some(figure.as_ref()?.nanos))
        .collect();
    Some(median(nanos?.into_iter()))
}

fn class(line: usize) -> &'static str {
    if line == 1 { "own" } else { "" }
}

fn line_at(line: usize) -> f64 {
    TOP + (line as f64 + 0.5) * LINE
}

fn line(svg: &mut String, x: f64, from: f64, to: f64) {
    let _ = writeln!(
        svg,
        "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{from}\" y2=\"{to}\"/>"
    );
}

fn text(svg: &mut String, class: &str, anchor: &str, x: f64, y: f64, text: &str) {
    let _ = writeln!(
        svg,
        "<text class=\"{class}\" text-anchor=\"{anchor}\" x=\"{x:.1}\" y=\"{y}\">{text}</text>"
    );
}

/// A logarithmic scale, the same for all panels of a plot.
struct Scale {
    least: f64,
    most: f64,
}

impl Scale {
    fn of(workload: Workload, reports: &[Report]) -> Self {
        let answers = reports.iter().flat_map(|report| of(workload, report));
        let all: Vec<f64> = answers
            .flat_map(|answers| answers.figures.iter().filter_map(|figures| middle(figures)))
            .collect();
        Self {
            least: all.iter().copied().fold(f64::INFINITY, f64::min) / 1.3,
            most: all.iter().copied().fold(0.0, f64::max) * 1.3,
        }
    }

    /// How far from the left of a panel.
    fn at(&self, nanos: f64) -> f64 {
        (nanos / self.least).ln() / (self.most / self.least).ln() * PANEL
    }

    /// The times to be marked: powers of ten, and what lies between them where these are few.
    fn marks(&self) -> Vec<(f64, String)> {
        let few = self.most / self.least < 100.0;
        let factors: &[f64] = if few { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let powers = (2..11).map(|power| 10_f64.powi(power));
        let all = powers.flat_map(|power| factors.iter().map(move |factor| power * factor));
        all.filter(|nanos| (self.least..self.most).contains(nanos))
            .map(|nanos| (nanos, round(nanos)))
            .collect()
    }
}

/// A time of one digit.
fn round(nanos: f64) -> String {
    match nanos {
        ..1e3 => format!("{nanos} ns"),
        ..1e6 => format!("{} µs", nanos / 1e3),
        ..1e9 => format!("{} ms", nanos / 1e6),
        _ => format!("{} s", nanos / 1e9),
    }
}
