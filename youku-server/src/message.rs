//! The messages of the wire: requests as they are read, replies as they are written.
//!
//! Nothing here knows the service. Wire types are not the service's types: each command turns one
//! into the other.

mod dialect;
mod field;
mod fields;
mod number;
mod refusal;
mod reply;
mod text;
mod user_type;

pub(crate) use dialect::Dialect;
pub(crate) use fields::Fields;
pub(crate) use number::{flag, integer, optional_integer};
pub(crate) use refusal::Refusal;
pub(crate) use reply::Reply;
pub(crate) use text::Text;
pub(crate) use user_type::UserType;
