//! Rows about money.

pub(crate) mod payment;

pub(crate) mod membership;
pub(crate) mod purchase;
