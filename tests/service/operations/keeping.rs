//! Data that must not go: what earlier versions wrote, and what a mistake of an operator or a machine puts at risk.

mod earlier_versions;
