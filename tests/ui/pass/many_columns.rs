//! Sixty columns.

#![deny(warnings)]

use youku_orm::{Model, Table};

#[derive(Model)]
struct Wide {
    #[model(primary_key, auto)]
    c00: u64,
    c01: String,
    c02: Option<bool>,
    c03: f64,
    c04: u32,
    c05: String,
    c06: Option<bool>,
    c07: f64,
    c08: u32,
    c09: String,
    c10: Option<bool>,
    c11: f64,
    c12: u32,
    c13: String,
    c14: Option<bool>,
    c15: f64,
    c16: u32,
    c17: String,
    c18: Option<bool>,
    c19: f64,
    c20: u32,
    c21: String,
    c22: Option<bool>,
    c23: f64,
    c24: u32,
    c25: String,
    c26: Option<bool>,
    c27: f64,
    c28: u32,
    c29: String,
    c30: Option<bool>,
    c31: f64,
    c32: u32,
    c33: String,
    c34: Option<bool>,
    c35: f64,
    c36: u32,
    c37: String,
    c38: Option<bool>,
    c39: f64,
    c40: u32,
    c41: String,
    c42: Option<bool>,
    c43: f64,
    c44: u32,
    c45: String,
    c46: Option<bool>,
    c47: f64,
    c48: u32,
    c49: String,
    c50: Option<bool>,
    c51: f64,
    c52: u32,
    c53: String,
    c54: Option<bool>,
    c55: f64,
    c56: u32,
    c57: String,
    c58: Option<bool>,
    c59: f64,
}

pub(crate) fn main() {
    assert_eq!(Wide::COLUMNS.len(), 60);
    assert_eq!(Wide::C59.name(), "c59");
}
