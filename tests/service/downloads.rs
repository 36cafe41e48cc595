//! Downloads: what they cost, when they start, and which bytes they give.

mod whole_downloads;

mod download_limits;
mod viewings;
mod waits;

mod vanishing;

mod history;
