//! What a host hands in: clock, randomness, payments.

pub(crate) mod clock;
pub(crate) mod randomness;
