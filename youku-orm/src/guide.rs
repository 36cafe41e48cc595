//! Pages to read: what the library can do, by example, and how it compares.

#[cfg_attr(feature = "sqlite", doc = include_str!("../docs/queries.md"))]
#[cfg_attr(
    not(feature = "sqlite"),
    doc = "See the documentation of all features."
)]
pub mod queries {}

#[cfg_attr(feature = "sqlite", doc = include_str!("../docs/writes.md"))]
#[cfg_attr(
    not(feature = "sqlite"),
    doc = "See the documentation of all features."
)]
pub mod writes {}

#[cfg_attr(
    all(
        feature = "chrono",
        feature = "decimal",
        feature = "json",
        feature = "sqlite",
        feature = "uuid"
    ),
    doc = include_str!("../docs/types.md")
)]
#[cfg_attr(
    not(all(
        feature = "chrono",
        feature = "decimal",
        feature = "json",
        feature = "sqlite",
        feature = "uuid"
    )),
    doc = "See the documentation of all features."
)]
pub mod types {}

#[doc = include_str!("../docs/comparison.md")]
pub mod comparison {}

#[doc = include_str!("../docs/speed.md")]
#[doc = ""]
#[doc = include_str!("../docs/speed/find_tasks.svg")]
pub mod speed {}
