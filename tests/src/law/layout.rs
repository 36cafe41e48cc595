//! Laws on how files are arranged in folders.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::Source;

/// Folders with more files than `max`. A file with the name of a folder counts as part of that folder.
pub fn crowded_folders(sources: &[Source], max: usize) -> Vec<String> {
    let folders: BTreeSet<_> = sources
        .iter()
        .filter_map(|source| source.path.rsplit_once('/'))
        .map(|(folder, _)| folder.to_owned())
        .collect();
    let mut files: BTreeMap<&str, usize> = BTreeMap::new();
    for source in sources {
        let heads = source.path.strip_suffix(".rs");
        if heads.is_some_and(|path| folders.contains(path)) {
            continue;
        }
        if let Some((folder, _)) = source.path.rsplit_once('/') {
            *files.entry(folder).or_default() += 1;
        }
    }
    let crowded = files.into_iter().filter(|(_, count)| *count > max);
    crowded
        .map(|(folder, count)| format!("{folder} has {count} files, more than {max}"))
        .collect()
}

/// Files with the same name as their folder, and files `mod.rs`: a module is `name.rs` with a folder `name`.
pub fn misnamed_files(sources: &[Source]) -> Vec<String> {
    let misnamed = sources.iter().filter(|source| {
        let parts: Vec<_> = source.path.rsplit('/').take(2).collect();
        match parts[..] {
            ["mod.rs", _] => true,
            [file, folder] => file.strip_suffix(".rs") == Some(folder),
            _ => false,
        }
    });
    misnamed
        .map(|source| format!("{} is named like its folder, or `mod.rs`", source.path))
        .collect()
}

/// Modules that are declared in alphabetical order, four or more in one file without a blank line. The reading order is
/// a different one, with blank lines between its groups.
pub fn alphabetical_modules(sources: &[Source]) -> Vec<String> {
    let listed = sources.iter().filter(|source| {
        source.text.split("\n\n").any(|paragraph| {
            let lines = paragraph.lines().filter(|line| !line.starts_with("#["));
            let names: Vec<_> = lines.map_while(module_name).collect();
            names.len() >= 4 && names.is_sorted()
        })
    });
    listed
        .map(|source| format!("{} declares its modules by the alphabet", source.path))
        .collect()
}

/// Files that no other file declares as a module, so that neither their code nor their tests are ever compiled. `roots` are
/// the paths of the files with which a crate begins.
pub fn undeclared_modules(sources: &[Source], roots: &[String]) -> Vec<String> {
    let declares = |parent: &str, module: &str| {
        let parent = sources.iter().find(|source| source.path == parent);
        parent.is_some_and(|parent| {
            let mut declared = parent.text.lines().filter_map(module_name);
            declared.any(|name| name == module)
        })
    };
    let undeclared = sources.iter().filter(|source| {
        let Some((folder, file)) = source.path.rsplit_once('/') else {
            return false;
        };
        let module = file.trim_end_matches(".rs");
        let parents = ["/main.rs", "/lib.rs", ".rs"].map(|end| format!("{folder}{end}"));
        !roots.contains(&source.path) && !parents.iter().any(|parent| declares(parent, module))
    });
    undeclared
        .map(|source| format!("{} is never compiled: no file declares it", source.path))
        .collect()
}

fn module_name(line: &str) -> Option<&str> {
    let declaration = ["pub(crate) ", "pub(super) ", "pub "]
        .iter()
        .find_map(|visibility| line.strip_prefix(visibility))
        .unwrap_or(line);
    declaration.strip_prefix("mod ")?.strip_suffix(';')
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
    fn a_crowded_folder_is_found() {
        let files = ["a/one.rs", "a/two.rs", "a/three.rs", "a/three/four.rs"];
        let files: Vec<_> = files.map(|path| source(path, "")).into();
        assert_eq!(crowded_folders(&files, 2), [""; 0]);
        assert_eq!(crowded_folders(&files, 1), ["a has 2 files, more than 1"]);
    }

    #[test]
    fn a_file_with_the_name_of_its_folder_is_found() {
        let files = ["a/a.rs", "a/mod.rs", "a/b.rs", "a.rs"];
        let files: Vec<_> = files.map(|path| source(path, "")).into();
        assert_eq!(misnamed_files(&files).len(), 2);
    }

    #[test]
    fn a_file_that_no_module_declares_is_found() {
        let files = [
            source(
                "tests/one/main.rs",
                "mod a;\n#[cfg(unix)]\npub(crate) mod b;\n// mod c;",
            ),
            source("tests/one/a.rs", ""),
            source("tests/one/b.rs", "mod d;"),
            source("tests/one/b/d.rs", ""),
            source("tests/one/b/e.rs", ""),
            source("tests/one/c.rs", ""),
        ];
        let roots = ["tests/one/main.rs".to_owned()];
        assert_eq!(
            undeclared_modules(&files, &roots),
            [
                "tests/one/b/e.rs is never compiled: no file declares it",
                "tests/one/c.rs is never compiled: no file declares it"
            ]
        );
    }

    #[test]
    fn modules_in_alphabetical_order_are_found() {
        let check = |text| alphabetical_modules(&[source("a.rs", text)]).len();
        assert_eq!(check("mod a;\nmod b;\nmod c;\nmod d;\n"), 1);
        assert_eq!(check("mod b;\nmod a;\nmod c;\nmod d;\n"), 0);
        assert_eq!(check("mod a;\nmod b;\n\nmod c;\nmod d;\n"), 0);
    }
}
