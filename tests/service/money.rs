//! Memberships and paid movies.

mod memberships;

mod membership_payments;
mod payments;

mod purchases;
