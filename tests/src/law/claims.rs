//! Claims of a page about security: each names the tests that show it.

use crate::law::citations::test_exists;
use crate::source::Source;

/// The sources in which a test without a target is looked for.
const UNIT_TESTS: &str = "youku-core/src/";

/// Claims of `page` that no test shows.
///
/// In a table whose last column is called `test`, each row cites at least one test in that column. In one whose last column is
/// called `where or test`, a row cites one if its third column, the answer, begins with `yes` or `partly`. Each test that is
/// cited exists. A row of such a table without a link, a test or a dash is a mistake as well.
pub fn unproven_claims(page: &Source, sources: &[Source]) -> Vec<String> {
    let mut unproven = Vec::new();
    let mut column = "";
    for (number, line) in (1..).zip(page.text.lines()) {
        let Some(cells) = cells(line) else {
            column = "";
            continue;
        };
        let (last, answer) = (cells[cells.len() - 1], cells.get(2));
        if column.is_empty() {
            column = last;
            continue;
        }
        if last.starts_with("---") {
            continue;
        }
        let is_claim = match column {
            "test" => true,
            "where or test" => answer
                .is_some_and(|answer| answer.starts_with("yes") || answer.starts_with("partly")),
            _ => continue,
        };
        let tests: Vec<_> = last.split('`').skip(1).step_by(2).collect();
        if is_claim && tests.is_empty() {
            unproven.push(format!("{}:{number}: names no test", page.path));
        }
        let missing = tests
            .iter()
            .filter(|test| !test_exists(UNIT_TESTS, test, sources));
        unproven.extend(missing.map(|test| format!("{}:{number}: no `{test}`", page.path)));
    }
    unproven
}

/// The number of rows in tables of claims.
pub fn count_claims(page: &Source) -> usize {
    let rows = page.text.lines().filter(|line| line.starts_with("| "));
    rows.count()
}

/// The cells of a row, without white space; nothing if the line is not a row.
fn cells(line: &str) -> Option<Vec<&str>> {
    let row = line.strip_prefix('|')?.strip_suffix('|')?;
    Some(row.split('|').map(str::trim).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(head: &str, row: &str, problems: &[&str]) {
        let source = |path: &str, text: &str| Source {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let page = source("page.md", &format!("{head}\n|---|---|---|---|\n{row}\n"));
        let sources = [source(
            "tests/service/a.rs",
            "#[test]\nfn it_holds() {}\nfn helper() {}",
        )];
        let expected: Vec<_> = problems
            .iter()
            .map(|problem| format!("page.md:3: {problem}"))
            .collect();
        assert_eq!(unproven_claims(&page, &sources), expected, "{row}");
    }

    #[test]
    fn each_attack_has_a_test_that_exists() {
        let head = "| attack | defence | test |";
        check(head, "| a | b | `service a::it_holds`, `service a` |", &[]);
        check(head, "| a | b | – |", &["names no test"]);
        check(
            head,
            "| a | b | `service a::helper` |",
            &["no `service a::helper`"],
        );
        check(head, "| a | b | `service b` |", &["no `service b`"]);
    }

    #[test]
    fn each_answer_that_claims_something_has_a_test() {
        let head = "| id | requirement | answer | where or test |";
        check(head, "| 1 | r | yes | `service a` |", &[]);
        check(head, "| 1 | r | no | – |", &[]);
        check(
            head,
            "| 1 | r | partly: most | [page](page.md) |",
            &["names no test"],
        );
        check(head, "| 1 | r | no | `service b` |", &["no `service b`"]);
    }

    #[test]
    fn other_tables_claim_nothing() {
        check("| a | b | c |", "| 1 | 2 | `service b` |", &[]);
    }
}
