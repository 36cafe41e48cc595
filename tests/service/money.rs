//! Memberships and paid movies.

mod consent;

mod memberships;

mod membership_payments;
mod payments;

mod purchases;
