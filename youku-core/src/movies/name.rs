//! The name of a movie.

use crate::basics::error::{Error, Result};
use crate::basics::text;
use crate::host::policy::Policy;

/// The name of a movie as it is stored.
///
/// # Errors
///
/// `bad_request` on `name` when it is too short or too long.
pub(crate) fn movie_name(name: &str, policy: &Policy) -> Result<String> {
    let chars = &policy.movie_name_chars;
    let name = text::line(name);
    if chars.contains(&name.chars().count()) {
        return Ok(name);
    }
    let (least, most) = (chars.start(), chars.end());
    let rule = format!("`name` must have {least} to {most} characters");
    Err(Error::bad_request("name", rule))
}
