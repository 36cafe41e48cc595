//! The future of every statement.

use std::pin::Pin;

/// The return type of every async method of this crate. It does nothing until it is awaited.
///
/// It is boxed so that its type names neither the query nor the executor. An `impl Future` repeats
/// the bounds of its method wherever it is used: a wrong argument would be reported three times, at
/// the argument, at the call and at `.await`. The box is small: the part that waits for a server or for another
/// thread is boxed separately, so that a short statement to SQLite does not allocate memory that it never uses.
pub type BoxFuture<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;
