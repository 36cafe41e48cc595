//! What a host provides: clock, randomness, payments, a check of uploads, and the policy.

pub(crate) mod password_cost;
pub(crate) mod policy;
pub(crate) mod registration;

pub(crate) mod clock;
pub(crate) mod randomness;
pub(crate) mod seeded_randomness;

pub(crate) mod payments;
pub(crate) mod upload_check;
