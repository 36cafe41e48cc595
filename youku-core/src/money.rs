//! Charges: written down, asked for, settled; and what is bought with them.

pub(crate) mod bill;
pub(crate) mod settle;

pub(crate) mod membership;
pub(crate) mod purchase;
