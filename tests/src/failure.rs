//! The error of a test: the text of any error, with the line of the `?` that returned it.

use std::fmt;
use std::panic::Location;

/// What a test returns, so that it can use `?` on every error and still say where it failed.
pub type Result<T = (), E = Failure> = std::result::Result<T, E>;

/// An error in a test. `?` creates it, and the test's output shows it.
pub struct Failure {
    text: String,
    at: &'static Location<'static>,
}

impl<E: fmt::Display> From<E> for Failure {
    #[track_caller]
    fn from(error: E) -> Self {
        Self {
            text: error.to_string(),
            at: Location::caller(),
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.text)
    }
}
