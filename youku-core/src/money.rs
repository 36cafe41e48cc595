//! Charges: recorded, sent to the provider, settled; and what users buy with them.

pub(crate) mod bill;
pub(crate) mod settle;

pub(crate) mod membership;
pub(crate) mod purchase;
