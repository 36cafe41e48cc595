//! Types of columns: what is stored, what is read back, and what is refused.

mod types;
mod values;

mod ranges;
mod unsigned;

mod lengths;

mod round_trips;

mod foreign_types;
mod given_back;
mod time_spellings;

mod ids_and_enums;
mod newtypes;

mod constraints;
