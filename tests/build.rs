//! Makes doctests of the Rust blocks in the guides of `youku-orm`.
//!
//! The pages show no setup, so that they read well wherever Markdown is shown. This script wraps each block in the
//! imports and tables of its page and in an async `main`, and writes an item for each block into `guides.rs` in the
//! folder of the build output. `src/lib.rs` includes that file for doctests. A failing test has the name of the page and the
//! line of its block: `guides::queries_line_57`.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

/// The folder of the pages, from this package.
const FOLDER: &str = "../youku-orm/docs";

/// Blocks that start with what the first block of `queries.md` and `library.rs` define, and with `db`.
const WITH_TABLES: [&str; 2] = ["queries", "writes"];

/// Blocks that define what they use.
const WITHOUT_TABLES: [&str; 5] = ["types", "model", "projection", "column_enum", "column_type"];

/// Pages without blocks of Rust.
const WITHOUT_RUST: [&str; 3] = ["comparison", "promises", "speed"];

/// A Rust block of a page.
struct Block {
    /// The line of its fence, counted from 1.
    line: usize,
    code: String,
}

fn main() {
    println!("cargo::rerun-if-changed={FOLDER}");
    require_listed();
    for page in WITHOUT_RUST {
        assert!(
            blocks(page).is_empty(),
            "{page}.md has a block of Rust: list it with the others"
        );
    }
    let tables = &blocks("queries")[0];
    let library = read("library.rs");
    let mut items = String::new();
    for page in WITH_TABLES {
        let setup = format!("{}{library}", tables.code);
        let later = |block: &Block| page != "queries" || block.line != tables.line;
        for block in blocks(page).into_iter().filter(later) {
            items += &item(page, &block, &setup, "let db = library().await?;");
        }
    }
    for page in WITHOUT_TABLES {
        let setup = "use youku_orm::Result;\nuse youku_orm::prelude::*;\n";
        for block in blocks(page) {
            items += &item(page, &block, setup, "");
        }
    }
    let folder = env::var("OUT_DIR").expect("cargo sets it for a build script");
    fs::write(Path::new(&folder).join("guides.rs"), items).expect("the folder can be written");
}

fn read(file: &str) -> String {
    let path = format!("{FOLDER}/{file}");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read `{path}`: {error}"))
}

/// # Panics
///
/// If a page stands in none of the lists, because then its blocks would not be tested, or in a list with blocks and has none.
fn require_listed() {
    for entry in fs::read_dir(FOLDER).expect("the folder of the pages is readable") {
        let path = entry.expect("the folder of the pages is readable").path();
        let name = path.file_stem().and_then(|name| name.to_str());
        let name = name.expect("our file names are UTF-8");
        if path.extension().is_none_or(|its| its != "md") || WITHOUT_RUST.contains(&name) {
            continue;
        }
        let is_listed = WITH_TABLES.contains(&name) || WITHOUT_TABLES.contains(&name);
        assert!(is_listed, "{name}.md: list the page in tests/build.rs");
        assert!(!blocks(name).is_empty(), "{name}.md has no block of Rust");
    }
}

/// The blocks of the page whose fence says `rust`.
///
/// # Panics
///
/// If a fence says anything but `rust` or `text` or is written `~~~`, because then a block might not be tested. If a block
/// has a line that rustdoc hides, because other renderers show it.
fn blocks(page: &str) -> Vec<Block> {
    let text = read(&format!("{page}.md"));
    let mut blocks: Vec<Block> = Vec::new();
    let mut language = None;
    for (line, content) in (1..).zip(text.lines()) {
        let fence = content.trim_start();
        assert!(
            !fence.starts_with("~~~"),
            "{page}.md:{line}: write fences as ```"
        );
        match (language, fence.strip_prefix("```")) {
            (None, Some(name)) => {
                assert!(
                    ["rust", "text"].contains(&name),
                    "{page}.md:{line}: the fence says `{name}` and not `rust` or `text`"
                );
                language = Some(name);
                if name == "rust" {
                    let code = String::new();
                    blocks.push(Block { line, code });
                }
            }
            (Some(_), Some(_)) => language = None,
            (Some("rust"), None) => {
                let is_hidden = content == "#" || content.starts_with("# ");
                assert!(
                    !is_hidden,
                    "{page}.md:{line}: hidden lines belong into the setup"
                );
                let block = blocks.last_mut().expect("its fence was read before");
                block.code += content;
                block.code.push('\n');
            }
            _ => {}
        }
    }
    blocks
}

/// An item whose documentation has the block as an example.
fn item(page: &str, block: &Block, setup: &str, start: &str) -> String {
    let Block { line, code } = block;
    let mut program = String::new();
    writeln!(
        program,
        "```\n{setup}\n#[tokio::main(flavor = \"current_thread\")]\nasync fn main() -> Result<()> {{\n{start}\n{code}Ok(())\n}}\n```"
    )
    .expect("a string takes any text");
    format!("#[doc = {program:?}]\npub fn {page}_line_{line}() {{}}\n")
}
