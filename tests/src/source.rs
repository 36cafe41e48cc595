//! The workspace's own Rust sources, read as tokens, so that a comment or its example is never mistaken for code.

use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// One text file of the workspace, usually a Rust file.
pub struct Source {
    /// Its path from the root of the workspace, with `/` between the parts.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A token that a law may look at, with its line, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// An identifier or keyword.
    Word(String, usize),
    /// A literal as written.
    Literal(String, usize),
    /// A punctuation character.
    Mark(char, usize),
    /// The start of a group in these delimiters.
    Open(Delimiter, usize),
}

/// The root folder of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package is a folder of the workspace")
}

/// Every `.rs` file below `folder`, a path from the root of the workspace, in order of path. Build output is left out.
///
/// # Panics
///
/// When a folder or file cannot be read.
pub fn sources(folder: &str) -> Vec<Source> {
    files(folder, "rs")
}

/// Every file below `folder` with this extension, as [`sources`] gives them.
///
/// # Panics
///
/// When a folder or file cannot be read.
pub fn files(folder: &str, extension: &str) -> Vec<Source> {
    let mut paths = Vec::new();
    walk(&root().join(folder), extension, &mut paths);
    paths.sort();
    paths.iter().map(|path| Source::read(path)).collect()
}

fn walk(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder is readable") {
        let path = entry.expect("the folder is readable").path();
        if path.is_dir() && !path.ends_with("target") {
            walk(&path, extension, found);
        } else if path.extension().is_some_and(|its| its == extension) {
            found.push(path);
        }
    }
}

impl Source {
    fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("a source file is UTF-8");
        let relative = path
            .strip_prefix(root())
            .expect("the walk starts at the root");
        Self {
            path: relative
                .to_str()
                .expect("our file names are UTF-8")
                .to_owned(),
            text,
        }
    }

    /// All tokens.
    ///
    /// # Panics
    ///
    /// If the text is not a sequence of Rust tokens.
    pub fn tokens(&self) -> Vec<Token> {
        flatten(&self.text, &self.path, false)
    }

    /// The tokens outside `#[cfg(test)]` items. Empty for a file that is entirely a test (`tests.rs`, or below `tests/`).
    ///
    /// # Panics
    ///
    /// If the text is not a sequence of Rust tokens.
    pub fn tokens_outside_tests(&self) -> Vec<Token> {
        let is_test = self
            .path
            .split('/')
            .any(|part| part == "tests" || part == "tests.rs");
        if is_test {
            Vec::new()
        } else {
            flatten(&self.text, &self.path, true)
        }
    }
}

fn flatten(text: &str, path: &str, skip_tests: bool) -> Vec<Token> {
    let stream: TokenStream = text
        .parse()
        .unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut tokens = Vec::new();
    append(stream, skip_tests, &mut tokens);
    tokens
}

fn append(stream: TokenStream, skip_tests: bool, tokens: &mut Vec<Token>) {
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let line = tree.span().start().line;
        match tree {
            TokenTree::Punct(mark)
                if skip_tests && mark.as_char() == '#' && trees.next_if(is_cfg_test).is_some() =>
            {
                // The item ends with its block or its semicolon.
                trees.by_ref().find(ends_item);
            }
            TokenTree::Punct(mark) => tokens.push(Token::Mark(mark.as_char(), line)),
            TokenTree::Ident(word) => tokens.push(Token::Word(word.to_string(), line)),
            TokenTree::Literal(literal) => tokens.push(Token::Literal(literal.to_string(), line)),
            TokenTree::Group(group) if is_doc(&group) => {}
            TokenTree::Group(group) => {
                tokens.push(Token::Open(group.delimiter(), line));
                append(group.stream(), skip_tests, tokens);
            }
        }
    }
}

fn is_cfg_test(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Group(group)
        if group.delimiter() == Delimiter::Bracket && group.stream().to_string().replace(' ', "") == "cfg(test)")
}

/// The content of `#[doc = "…"]`, the form that a doc comment takes as tokens.
fn is_doc(group: &Group) -> bool {
    let mut trees = group.stream().into_iter();
    matches!(trees.next(), Some(TokenTree::Ident(word)) if word == "doc")
        && matches!(trees.next(), Some(TokenTree::Punct(mark)) if mark.as_char() == '=')
}

fn ends_item(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(mark) => mark.as_char() == ';',
        _ => false,
    }
}
