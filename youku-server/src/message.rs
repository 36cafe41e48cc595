//! The messages of the wire: reading requests and writing replies.
//!
//! Wire types are not the service's types: each operation converts one into the other.

mod dialect;
mod protocol;

mod field_error;

mod field;
mod fields;

mod number;
mod user_type;

mod refusal;
mod reply;
mod rule;

pub(crate) mod objects;

mod text;

pub(crate) use dialect::Dialect;
use field_error::FieldError;
pub(crate) use fields::Fields;
pub(crate) use number::{Number, flag, integer, optional_integer, whole_seconds};
pub(crate) use protocol::Protocol;
pub(crate) use refusal::Refusal;
pub(crate) use reply::{NoFields, Reply};
pub(crate) use text::{NamedText, Text};
pub(crate) use user_type::UserType;
