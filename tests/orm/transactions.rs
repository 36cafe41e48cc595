//! Transactions: what they guarantee, and when they run again.

mod atomicity;
mod by_hand;
mod ended;
mod other_tables;
mod savepoints;

mod isolation;

mod conflicts;
mod retries;

mod cancellation;
