//! The error of a test: any error's text, with the line of the `?` that met it.

use std::fmt;
use std::panic::Location;

/// What a test returns, so that it can use `?` on every error and still say where it failed.
pub type Result<T = (), E = Failure> = std::result::Result<T, E>;

/// An error met by a test. It is made by `?` and read by whoever reads the test's output.
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
