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

/// A Rust block of a page.
struct Block {
    /// The line of its fence, counted from 1.
    line: usize,
    code: String,
}

fn main() {
    println!("cargo::rerun-if-changed={FOLDER}");
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

/// The blocks of the page whose fence says `rust`.
///
/// # Panics
///
/// If a fence says nothing or the page has no block, because then a block would not be tested. If a block has a line that
/// rustdoc hides, because other renderers show it.
fn blocks(page: &str) -> Vec<Block> {
    let text = read(&format!("{page}.md"));
    let mut blocks: Vec<Block> = Vec::new();
    let mut language = None;
    for (line, content) in (1..).zip(text.lines()) {
        match (language, content.strip_prefix("```")) {
            (None, Some(name)) => {
                assert!(
                    !name.is_empty(),
                    "{page}.md:{line}: the fence names no language"
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
    assert!(!blocks.is_empty(), "{page}.md has no block of Rust");
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
