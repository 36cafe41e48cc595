//! The name of a movie.

use crate::basics::error::Result;
use crate::basics::rule::require_length;
use crate::basics::text;
use crate::host::policy::Policy;

/// The name of a movie as it is stored.
///
/// # Errors
///
/// `bad_request` on `name` when it is too short or too long.
pub(crate) fn movie_name(name: &str, policy: &Policy) -> Result<String> {
    let name = text::line(name);
    require_length("name", &name, policy.movie_name_chars.clone())?;
    Ok(name)
}
