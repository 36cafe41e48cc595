//! Errors together with their causes.

use std::error::Error;
use std::iter::successors;

/// The text of an error, followed by those of its causes, for operators and logs. Unlike the text of
/// the error alone, it may name paths and addresses.
///
/// ```
/// use youku_server::with_causes;
///
/// #[derive(Debug, thiserror::Error)]
/// #[error("cannot open the store")]
/// struct NotOpened(#[source] std::io::Error);
///
/// let error = NotOpened(std::io::Error::other("the disk is not mounted"));
/// assert_eq!(with_causes(&error), "cannot open the store: the disk is not mounted");
/// ```
pub fn with_causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    for cause in successors(error.source(), |&cause| cause.source()) {
        let cause = cause.to_string();
        // Some errors have the text of their cause in their own.
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}
