//! The floors of a crate: which folder may import which.

use std::collections::BTreeMap;

use crate::source::{Source, Token};

/// A crate and its floors, the lowest first. Modules of one floor may import each other.
pub struct House {
    /// The folder of the crate's sources, with a slash at its end.
    pub folder: &'static str,
    /// The modules of the crate root, floor by floor.
    pub floors: &'static [&'static [&'static str]],
}

/// `youku-orm`, from its errors up to its help for tests.
pub const ORM: House = House {
    folder: "youku-orm/src/",
    floors: &[
        &["error"],
        &["types"],
        &["table"],
        &["sql"],
        &["expr"],
        &["settings"],
        &["drivers"],
        &["database"],
        &["query", "write"],
        &["model"],
        &["schema", "migrate", "testing"],
        &["prelude", "bounds", "guide"],
    ],
};

/// The floors of [`ORM`] that contain no drivers, no input or output, and no `async`.
pub const PURE: &[&str] = &["error", "types", "table", "sql", "expr"];

/// `youku-core`, from its basic types up to the opening of a service.
pub const CORE: House = House {
    folder: "youku-core/src/",
    floors: &[
        &["basics"],
        &["host"],
        &["records"],
        &["credentials"],
        &["storage"],
        &["service"],
        &["sessions"],
        &["accounts"],
        &["movies"],
        &["money"],
        &["uploads"],
        &["downloads"],
        &["notices"],
        &["operations"],
        &["builder"],
        &["testing"],
    ],
};

impl House {
    fn floor(&self, module: &str) -> Option<usize> {
        let mut floors = self.floors.iter();
        floors.position(|floor| floor.contains(&module))
    }

    /// The module of the crate root that a file belongs to; `lib` for the root itself.
    fn module<'p>(&self, path: &'p str) -> &'p str {
        let inside = path.strip_prefix(self.folder).unwrap_or(path);
        let first = inside.split('/').next().unwrap_or(inside);
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// How many modules the file lies below the crate root.
    fn depth(&self, path: &str) -> usize {
        let inside = path.strip_prefix(self.folder).unwrap_or(path);
        inside.split('/').count()
    }
}

/// Imports from a higher floor, names of modules that have no floor, and groups at the crate root, which hide both.
///
/// A name that the crate root re-exports counts as a name of the module that defines it.
pub fn higher_imports(house: &House, sources: &[Source]) -> Vec<String> {
    let mut breaches = Vec::new();
    let own = sources
        .iter()
        .filter(|source| source.path.starts_with(house.folder));
    let own: Vec<_> = own.collect();
    let root = own
        .iter()
        .find(|source| source.path.ends_with("src/lib.rs"));
    let exported = root.map(|root| re_exports(root)).unwrap_or_default();
    for source in own {
        let module = house.module(&source.path);
        if module == "lib" {
            continue;
        }
        let Some(floor) = house.floor(module) else {
            breaches.push(format!("{}: `{module}` has no floor", source.path));
            continue;
        };
        if floor + 1 == house.floors.len() {
            continue;
        }
        for (name, line) in names_at_the_root(source, house.depth(&source.path)) {
            let place = format!("{}:{line}", source.path);
            let target = match &name {
                Name::Module(name) => name,
                Name::Item(name) => exported.get(name).unwrap_or(name),
                Name::Group => {
                    breaches.push(format!("{place}: write a path for each module"));
                    continue;
                }
            };
            match house.floor(target) {
                Some(other) if other > floor => {
                    breaches.push(format!("{place}: `{module}` imports `{target}` above it"));
                }
                Some(_) => {}
                None => breaches.push(format!("{place}: `{target}` has no floor")),
            }
        }
    }
    breaches
}

/// The names that the crate root re-exports, each with the module that defines it.
fn re_exports(root: &Source) -> BTreeMap<String, String> {
    let mut exported = BTreeMap::new();
    for line in root.text.split(';') {
        let Some((_, path)) = line.split_once("pub use ") else {
            continue;
        };
        let path = path.trim_start_matches("crate::");
        let Some((module, _)) = path.split_once("::") else {
            continue;
        };
        let names = path.rsplit("::").next().unwrap_or_default();
        let names = names.trim_matches(['{', '}', '\n', ' ']).split(',');
        for name in names.map(str::trim).filter(|name| !name.is_empty()) {
            exported.insert(name.to_owned(), module.trim().to_owned());
        }
    }
    exported
}

/// What follows `crate::`.
enum Name {
    /// A name followed by `::`.
    Module(String),
    /// A name that ends the path: a module, or what the crate root re-exports.
    Item(String),
    /// A group or a glob.
    Group,
}

/// What follows `crate::`, and outside tests as many `super::` as lead to the crate root.
fn names_at_the_root(source: &Source, depth: usize) -> Vec<(Name, usize)> {
    let tokens = source.tokens();
    let mut names: Vec<_> = (0..tokens.len())
        .filter(|at| is_word(&tokens[*at], "crate"))
        .filter_map(|at| name_after(&tokens, at))
        .collect();
    let tokens = source.tokens_outside_tests();
    let mut at = 0;
    while at < tokens.len() {
        let supers = (at..tokens.len())
            .step_by(3)
            .take_while(|place| is_word(&tokens[*place], "super"))
            .count();
        if supers >= depth && supers > 0 {
            names.extend(name_after(&tokens, at + 3 * (supers - 1)));
        }
        at += 1 + 3 * supers;
    }
    names
}

/// The name after the `::` that follows the word at that place; `None` in `pub(crate)`.
fn name_after(tokens: &[Token], at: usize) -> Option<(Name, usize)> {
    let Token::Word(_, line) = tokens[at] else {
        return None;
    };
    if !tokens.get(at + 1..at + 3).is_some_and(is_path) {
        return None;
    }
    let name = match tokens.get(at + 3) {
        Some(Token::Word(name, _)) if tokens.get(at + 4..at + 6).is_some_and(is_path) => {
            Name::Module(name.clone())
        }
        Some(Token::Word(name, _)) => Name::Item(name.clone()),
        _ => Name::Group,
    };
    Some((name, line))
}

fn is_path(tokens: &[Token]) -> bool {
    matches!(tokens, [Token::Mark(':', _), Token::Mark(':', _)])
}

fn is_word(token: &Token, word: &str) -> bool {
    matches!(token, Token::Word(its, _) if its == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: House = House {
        folder: "small/src/",
        floors: &[&["low"], &["high"], &["top"]],
    };

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[track_caller]
    fn check(path: &str, text: &str, expected: &[&str]) {
        let root = source(
            "small/src/lib.rs",
            "mod low; pub use high::part::{Thing, Other};",
        );
        let found = higher_imports(&SMALL, &[root, source(path, text)]);
        assert_eq!(found, expected);
    }

    #[test]
    fn an_import_of_a_higher_floor_is_found() {
        let found = &["small/src/low/a.rs:1: `low` imports `high` above it"];
        check("small/src/low/a.rs", "use crate::high::part::Thing;", found);
        check("small/src/low/a.rs", "fn f() { crate::high::f() }", found);
        check("small/src/low/a.rs", "use super::super::high::f;", found);
        check("small/src/low/a.rs", "use crate::Thing;", found);
        check(
            "small/src/low/a.rs",
            "macro_rules! m { () => { $crate::Other } }",
            found,
        );
    }

    #[test]
    fn an_import_of_the_same_or_a_lower_floor_is_accepted() {
        check(
            "small/src/high/a.rs",
            "use crate::low::f; use super::b;",
            &[],
        );
        check(
            "small/src/low/a.rs",
            "use super::super::low::f; pub(crate) fn g() {}",
            &[],
        );
        check("small/src/low/a.rs", "//! See [`crate::high`].\n", &[]);
    }

    #[test]
    fn a_module_and_an_item_are_distinguished_by_what_follows() {
        let root = source("small/src/lib.rs", "pub use high::part::{Thing, low};");
        let check = |text| {
            higher_imports(
                &SMALL,
                &[
                    source("small/src/lib.rs", &root.text),
                    source("small/src/low/a.rs", text),
                ],
            )
            .len()
        };
        assert_eq!(check("use crate::low::f;"), 0);
        assert_eq!(check("use crate::low;"), 1);
    }

    #[test]
    fn a_group_at_the_root_is_refused() {
        let found = &["small/src/low/a.rs:1: write a path for each module"];
        check("small/src/low/a.rs", "use crate::{high::f, low};", found);
        check("small/src/low/a.rs", "use crate::*;", found);
    }
}
