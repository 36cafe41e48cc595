//! Laws as functions from facts to violations. Each violation is one line of text; an empty list means that the law holds.

pub mod floors;
pub mod layout;

pub mod citations;
pub mod claims;
pub mod promises;
pub mod tables;

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::Delimiter;
use sha2::{Digest, Sha256};

use crate::source::{Source, Token};
use crate::workspace::Member;

/// Which member may depend on which: each only on its neighbour. A member that is not listed may depend on every
/// listed one, and no member may depend on it.
pub const DIRECTION: &[(&str, &[&str])] = &[
    ("youku-orm-derive", &[]),
    ("youku-orm", &["youku-orm-derive"]),
    ("youku-core", &["youku-orm"]),
    ("youku-server", &["youku-core"]),
];

/// Members that depend on a member that [`DIRECTION`] does not allow.
pub fn wrong_dependencies(members: &[Member]) -> Vec<String> {
    let direction: BTreeMap<_, _> = DIRECTION.iter().copied().collect();
    let names: BTreeSet<_> = members.iter().map(|member| member.name.as_str()).collect();
    let mut breaches = Vec::new();
    for member in members {
        for dependency in member
            .dependencies
            .iter()
            .filter(|name| names.contains(name.as_str()))
        {
            let allowed = match direction.get(member.name.as_str()) {
                Some(allowed) => allowed.contains(&dependency.as_str()),
                None => direction.contains_key(dependency.as_str()),
            };
            if !allowed {
                breaches.push(format!(
                    "`{}` must not depend on `{dependency}`",
                    member.name
                ));
            }
        }
    }
    breaches
}

/// Files among `files` that cargo would not run. A target is a file directly in `tests/` or `examples/`, or a `main.rs`
/// one folder down.
pub fn undeclared_targets(members: &[Member], files: &[String]) -> Vec<String> {
    let declared: BTreeSet<_> = members.iter().flat_map(|member| &member.targets).collect();
    let is_target = |path: &str| match path.split('/').collect::<Vec<_>>()[..] {
        ["tests" | "examples", _] => true,
        ["tests" | "examples", folder, "main.rs"] => folder != "src",
        _ => false,
    };
    let undeclared = files
        .iter()
        .filter(|path| is_target(path) && !declared.contains(path));
    undeclared
        .map(|path| format!("{path} never runs: declare it in the `Cargo.toml` of its folder"))
        .collect()
}

/// Members that choose their own lints.
pub fn missing_lints(members: &[Member]) -> Vec<String> {
    let without = members
        .iter()
        .filter(|member| !member.manifest.contains("[lints]\nworkspace = true\n"));
    without
        .map(|member| format!("`{}` lacks `[lints] workspace = true`", member.name))
        .collect()
}

/// Files longer than `max` lines; `exempt` lists the paths that may be longer, each with its reason.
pub fn overlong(sources: &[Source], max: usize, exempt: &[(&str, &str)]) -> Vec<String> {
    let too_long = |source: &&Source| {
        source.text.lines().count() > max && exempt.iter().all(|(path, _)| *path != source.path)
    };
    sources
        .iter()
        .filter(too_long)
        .map(|source| format!("{} exceeds {max} lines", source.path))
        .collect()
}

/// Manifests of packages that represent a library, named by their folder, but do not fix its version.
pub fn unpinned(manifests: &[Source]) -> Vec<String> {
    let open = |manifest: &&Source| {
        let library = manifest.path.rsplit('/').nth(1).unwrap_or_default();
        let name = format!("{library} = ");
        let mut lines = manifest.text.lines();
        lines.any(|line| line.starts_with(&name) && !line.contains("version = \"="))
    };
    let open = manifests.iter().filter(open);
    open.map(|manifest| format!("{} pins no version of its library", manifest.path))
        .collect()
}

/// Files of `released`, each with its SHA-256 in hexadecimal, that are missing or have other content now.
pub fn changed_files(files: &[Source], released: &[(&str, &str)]) -> Vec<String> {
    let is_unchanged = |path: &str, digest: &str| {
        let file = files.iter().find(|file| file.path == path);
        file.is_some_and(|file| sha256(&file.text) == digest)
    };
    let changed = released
        .iter()
        .filter(|(path, digest)| !is_unchanged(path, digest));
    changed
        .map(|(path, _)| format!("{path} is released and has changed: add another migration"))
        .collect()
}

fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Files that do not contain `text`.
pub fn without(files: &[Source], text: &str) -> Vec<String> {
    let without = files.iter().filter(|file| !file.text.contains(text));
    without
        .map(|file| format!("{} lacks `{text}`", file.path))
        .collect()
}

/// Public async functions whose docs do not say what happens when their future is dropped.
pub fn silent_on_cancellation(sources: &[Source]) -> Vec<String> {
    let mut silent = Vec::new();
    for source in sources {
        let mut says = false;
        for (number, line) in (1..).zip(source.text.lines().map(str::trim)) {
            if let Some(name) = line.strip_prefix("pub async fn ").filter(|_| !says) {
                let name = name.split(['(', '<']).next().unwrap_or_default();
                silent.push(format!(
                    "{}:{number}: the docs of `{name}` lack `# Cancel safety`",
                    source.path
                ));
            }
            says = if line.starts_with("///") {
                says || line == "/// # Cancel safety"
            } else {
                says && line.starts_with("#[")
            };
        }
    }
    silent
}

/// Identifiers that must not appear, compared as a whole.
pub fn forbidden_words(sources: &[Source], words: &[&str]) -> Vec<String> {
    breaches(sources, Source::tokens, |tokens| match &tokens[0] {
        Token::Word(word, line) if words.contains(&word.as_str()) => {
            Some((*line, format!("`{word}`")))
        }
        _ => None,
    })
}

/// Calls of `.unwrap()` outside tests.
pub fn unwraps(sources: &[Source]) -> Vec<String> {
    breaches(
        sources,
        Source::tokens_outside_tests,
        |tokens| match tokens {
            [
                Token::Mark('.', _),
                Token::Word(word, line),
                Token::Open(Delimiter::Parenthesis, _),
                ..,
            ] if word == "unwrap" => Some((*line, "`.unwrap()` outside a test".to_owned())),
            _ => None,
        },
    )
}

/// String literals that read like a statement.
pub fn statements(sources: &[Source]) -> Vec<String> {
    const STARTS: [&str; 7] = [
        "SELECT ",
        "INSERT INTO ",
        "UPDATE ",
        "DELETE FROM ",
        "CREATE TABLE ",
        "ALTER TABLE ",
        "DROP TABLE ",
    ];
    breaches(
        sources,
        Source::tokens_outside_tests,
        |tokens| match &tokens[0] {
            Token::Literal(literal, line) if STARTS.iter().any(|start| literal.contains(start)) => {
                Some((*line, format!("SQL: {literal}")))
            }
            _ => None,
        },
    )
}

/// Names and literals that contain one of `words` in any case. Examples in docs are exempt.
pub fn mentions(sources: &[Source], words: &[&str]) -> Vec<String> {
    breaches(sources, Source::tokens, |tokens| match &tokens[0] {
        Token::Word(text, line) | Token::Literal(text, line) => {
            let lower = text.to_lowercase();
            words
                .iter()
                .find(|word| lower.contains(**word))
                .map(|word| (*line, format!("names `{word}`")))
        }
        _ => None,
    })
}

fn breaches(
    sources: &[Source],
    tokens: impl Fn(&Source) -> Vec<Token>,
    find: impl Fn(&[Token]) -> Option<(usize, String)>,
) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let tokens = tokens(source);
        let hits = (0..tokens.len()).filter_map(|at| find(&tokens[at..]));
        found.extend(hits.map(|(line, what)| format!("{}:{line}: {what}", source.path)));
    }
    found
}

#[cfg(test)]
mod tests;
