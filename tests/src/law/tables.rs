//! The page of what grows, compared with the models and the fields of the policies.

use crate::source::Source;

/// The structs whose fields the page may name, each with its file.
pub const STRUCTS: [(&str, &str); 4] = [
    ("Policy", "youku-core/src/host/policy.rs"),
    ("EventPolicy", "youku-core/src/host/policy/events.rs"),
    (
        "DescriptionLimits",
        "youku-core/src/host/policy/descriptions.rs",
    ),
    ("Limits", "youku-server/src/wire/limits.rs"),
];

/// The tables that have no row on the page, and rows of tables that do not exist.
#[must_use]
pub fn unlisted_tables(page: &Source, models: &[Source]) -> Vec<String> {
    let declared: Vec<_> = models.iter().flat_map(tables).collect();
    let listed: Vec<_> = rows(page).map(|row| row.table).collect();
    let missing = declared.iter().filter(|table| !listed.contains(table));
    let gone = listed.iter().filter(|table| !declared.contains(table));
    let missing = missing.map(|table| format!("{}: `{table}` has no row", page.path));
    let gone = gone.map(|table| format!("{}: there is no table `{table}`", page.path));
    missing.chain(gone).collect()
}

/// The fields on the page that no struct declares, each written as `Struct::field`, or `field` for one of `Policy`. `structs`
/// has the file of each struct.
#[must_use]
pub fn unknown_fields(page: &Source, structs: &[(&str, Source)]) -> Vec<String> {
    let mut unknown = Vec::new();
    for row in rows(page) {
        for field in row.fields {
            let (declaring, name) = field.split_once("::").unwrap_or(("Policy", field));
            let file = structs.iter().find(|(of, _)| *of == declaring);
            let declaration = format!("    pub {name}: ");
            if !file.is_some_and(|(_, file)| file.text.contains(&declaration)) {
                unknown.push(format!("{}: `{field}` is not a field", page.path));
            }
        }
    }
    unknown
}

struct Row<'p> {
    table: &'p str,
    fields: Vec<&'p str>,
}

fn rows(page: &Source) -> impl Iterator<Item = Row<'_>> {
    page.text.lines().filter_map(|line| {
        let cells: Vec<_> = line.strip_prefix("| `")?.split(" | ").collect();
        Some(Row {
            table: cells.first()?.trim_end_matches('`'),
            fields: cells.last()?.split('`').skip(1).step_by(2).collect(),
        })
    })
}

/// The tables that a file declares models of.
fn tables(models: &Source) -> Vec<&str> {
    let attributes = models.text.split("#[model(table = \"").skip(1);
    attributes
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source {
            path: "page.md".to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_table_without_a_row_and_a_row_without_a_table_are_found() {
        let models = [source("#[model(table = \"a\")]\n#[model(table = \"b\")]")];
        let page = source("| table | set by |\n|---|---|\n| `a` | – |\n| `c` | `most` |\n");
        let found = unlisted_tables(&page, &models);
        assert_eq!(
            found,
            ["page.md: `b` has no row", "page.md: there is no table `c`"]
        );
    }

    #[test]
    fn a_field_that_no_policy_has_is_found() {
        let structs = [
            (
                "Policy",
                source("pub struct Policy {\n    pub most: u32,\n}"),
            ),
            (
                "Limits",
                source("pub struct Limits {\n    pub rate: u32,\n}"),
            ),
        ];
        let page = source("| `a` | `most`, `rate` |\n| `b` | `Limits::rate`, `Limits::most` |\n");
        let found = unknown_fields(&page, &structs);
        assert_eq!(
            found,
            [
                "page.md: `rate` is not a field",
                "page.md: `Limits::most` is not a field"
            ]
        );
    }
}
