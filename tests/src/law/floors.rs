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

/// `youku-orm`, from its errors to its help for tests.
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
        &["prelude", "guide"],
    ],
};

/// The floors of [`ORM`] that know neither drivers nor input and output, and wait for nothing.
pub const PURE: &[&str] = &["error", "types", "table", "sql", "expr"];

/// `youku-core`, from what everything is made of to the opening of a service.
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

/// Imports of a higher floor, names of a module that has no floor, and groups at the crate root, which hide both.
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
        for (name, line) in names_at_the_root(&source.tokens(), house.depth(&source.path)) {
            let place = format!("{}:{line}", source.path);
            let Some(name) = name else {
                breaches.push(format!("{place}: write a path for each module"));
                continue;
            };
            let target = exported.get(&name).map_or(&*name, |module| &**module);
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

/// What the crate root re-exports, and the module that each name is of.
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

/// The names that follow `crate::`, or as many `super::` as lead to the crate root; `None` for a group or a glob there.
fn names_at_the_root(tokens: &[Token], depth: usize) -> Vec<(Option<String>, usize)> {
    let mut names = Vec::new();
    for at in 0..tokens.len() {
        let Token::Word(word, line) = &tokens[at] else {
            continue;
        };
        let starts = at < 3 || !is_path(&tokens[at - 2..at]);
        let after = match word.as_str() {
            "crate" => at + 1,
            "super" if starts => {
                let supers = (at..tokens.len())
                    .step_by(3)
                    .take_while(|place| is_word(&tokens[*place], "super"))
                    .count();
                if supers < depth {
                    continue;
                }
                at + 3 * supers - 2
            }
            _ => continue,
        };
        if !tokens.get(after..after + 2).is_some_and(is_path) {
            // `pub(crate)`
            continue;
        }
        names.push(match tokens.get(after + 2) {
            Some(Token::Word(name, _)) => (Some(name.clone()), *line),
            _ => (None, *line),
        });
    }
    names
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
        floors: &[&["low"], &["high"]],
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
    fn an_import_of_the_same_or_a_lower_floor_is_right() {
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
    fn a_group_at_the_root_is_refused() {
        let found = &["small/src/low/a.rs:1: write a path for each module"];
        check("small/src/low/a.rs", "use crate::{high::f, low};", found);
        check("small/src/low/a.rs", "use crate::*;", found);
    }
}
