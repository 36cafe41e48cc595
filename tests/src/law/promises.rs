//! What the ORM promises has a test that runs on both databases.

use crate::source::Source;

/// Rows of `page` without a test on both databases, or without the sabotage with which its test was seen to fail.
///
/// Each table has the columns promise, test and sabotage. A test is a path in backticks: `errors::a_missing_row` is the function
/// `a_missing_row` in `tests/orm/errors.rs`, listed in its `both_databases!`.
pub fn untested_promises(page: &Source, sources: &[Source]) -> Vec<String> {
    let mut untested = Vec::new();
    for (number, line) in (1..).zip(page.text.lines()) {
        let Some(row) = row_of(line) else { continue };
        let mut report = |what: String| untested.push(format!("{}:{number}: {what}", page.path));
        let [_, tests, sabotage] = &row[..] else {
            report("the row has not three columns".to_owned());
            continue;
        };
        if sabotage.is_empty() {
            report("no sabotage is named".to_owned());
        }
        let tests: Vec<_> = tests.split('`').skip(1).step_by(2).collect();
        if tests.is_empty() {
            report("no test is named".to_owned());
        }
        for test in tests {
            if !runs_on_both(test, sources) {
                report(format!("`{test}` is not a test of both databases"));
            }
        }
    }
    untested
}

/// Sabotages of `page` that name nothing of the mapper's `code`: it was renamed or removed, so the test may hold nothing now.
///
/// A name is an identifier in backquotes, or each part of a path.
pub fn unknown_sabotages(page: &Source, code: &[Source]) -> Vec<String> {
    let mut unknown = Vec::new();
    for (number, line) in (1..).zip(page.text.lines()) {
        let Some(row) = row_of(line) else { continue };
        let Some(sabotage) = row.get(2) else { continue };
        let names = sabotage.split('`').skip(1).step_by(2);
        for name in names.flat_map(|quoted| quoted.split("::")) {
            let is_name = !name.is_empty() && name.chars().all(is_of_name);
            if is_name && !code.iter().any(|source| has_word(&source.text, name)) {
                unknown.push(format!(
                    "{}:{number}: `{name}` is not in the code",
                    page.path
                ));
            }
        }
    }
    unknown
}

fn has_word(text: &str, word: &str) -> bool {
    let mut words = text.split(|c: char| !is_of_name(c));
    words.any(|one| one == word)
}

fn is_of_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// The number of promises on `page`.
pub fn count_promises(page: &Source) -> usize {
    page.text.lines().filter_map(row_of).count()
}

/// The cells of a row. `None` for the head of a table and for text.
fn row_of(line: &str) -> Option<Vec<&str>> {
    let row = line.strip_prefix("| ")?.strip_suffix(" |")?;
    let cells: Vec<_> = row.split(" | ").map(str::trim).collect();
    (cells[0] != "promise").then_some(cells)
}

fn runs_on_both(test: &str, sources: &[Source]) -> bool {
    let Some((module, name)) = test.rsplit_once("::") else {
        return false;
    };
    let path = format!("tests/orm/{}.rs", module.replace("::", "/"));
    let source = sources.iter().find(|source| source.path == path);
    source.is_some_and(|source| {
        let lists = source.text.split("both_databases![").skip(1);
        let mut names = lists
            .filter_map(|rest| rest.split(']').next())
            .flat_map(|list| list.split(','));
        names.any(|listed| listed.trim() == name)
            && source.text.contains(&format!("async fn {name}("))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_promise_without_a_test_on_both_databases_is_reported() {
        let tests = [source(
            "tests/orm/a/b.rs",
            "both_databases![\n    held,\n];\nasync fn held(db: Database) {}\nasync fn one(db: Database) {}",
        )];
        let page = source(
            "p.md",
            "| promise | test | sabotage |\n|---|---|---|\n| x | `a::b::held` | y |\n\
             | x | `a::b::one` | y |\n| x | none | y |\n| x | `a::b::held` |  |\n| x | `held` | y |\n| x | `a::b::held` |\n",
        );
        assert_eq!(
            untested_promises(&page, &tests),
            [
                "p.md:4: `a::b::one` is not a test of both databases",
                "p.md:5: no test is named",
                "p.md:6: no sabotage is named",
                "p.md:7: `held` is not a test of both databases",
                "p.md:8: the row has not three columns",
            ]
        );
        assert_eq!(count_promises(&page), 6);
    }

    #[test]
    fn a_sabotage_of_a_function_that_is_gone_is_reported() {
        let code = [source("src/a.rs", "impl Change { fn find_all(&self) {} }")];
        let page = source(
            "p.md",
            "| promise | test | sabotage |\n|---|---|---|\n| x | `a` | `Change::find_all` returns `Ok(())` |\n\
             | x | `a` | `find` does nothing |\n| x | `a` | the order is another one |\n",
        );
        assert_eq!(
            unknown_sabotages(&page, &code),
            ["p.md:4: `find` is not in the code"]
        );
    }
}
