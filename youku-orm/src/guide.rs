//! Pages to read: what the library can do, by example, and how it compares.
//!
//! The examples show no setup: the text of a page names its imports. The tests of the repository wrap each example in
//! the setup of its page and run it on SQLite.
//!
//! All of the code that the derive generates for one struct is in [`youku_orm_derive`](youku_orm_derive#what-is-generated).
//! `cargo expand --lib MODULE` (`cargo install cargo-expand`) shows it for a struct of your own.

// Not while the examples of the documentation run: without their setup they do not compile.
#[cfg_attr(not(doctest), doc = include_str!("../docs/queries.md"))]
pub mod queries {}

#[cfg_attr(not(doctest), doc = include_str!("../docs/writes.md"))]
pub mod writes {}

#[cfg_attr(not(doctest), doc = include_str!("../docs/types.md"))]
pub mod types {}

#[doc = include_str!("../docs/comparison.md")]
pub mod comparison {}

#[doc = include_str!("../docs/promises.md")]
pub mod promises {}

#[doc = include_str!("../docs/speed.md")]
#[doc = ""]
#[doc = include_str!("../docs/speed/find_tasks.svg")]
pub mod speed {}
