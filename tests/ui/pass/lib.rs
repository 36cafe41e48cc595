//! Models that `#[derive(Model)]` must accept, one case a module; that they compile is most of the test.
//!
//! A library and not programs of their own: rustc looks for missing documentation in nothing else,
//! and Clippy sees all of it.

mod aliases;
pub mod all_documented;
mod columns;
mod deprecated;
mod inside_a_function;
mod lints;
mod many_columns;
mod names;
mod non_ascii_names;
mod only_a_key;
mod other_crate_path;
mod own_types;
mod raw_identifiers;
mod redefined_prelude;
mod through_a_macro;
mod visibility;

/// Runs every case.
///
/// # Panics
/// When generated code says something else than its case expects.
pub fn run() {
    aliases::main();
    all_documented::main();
    columns::main();
    deprecated::main();
    inside_a_function::main();
    lints::main();
    many_columns::main();
    names::main();
    non_ascii_names::main();
    only_a_key::main();
    other_crate_path::main();
    own_types::main();
    raw_identifiers::main();
    redefined_prelude::main();
    through_a_macro::main();
    visibility::main();
}
