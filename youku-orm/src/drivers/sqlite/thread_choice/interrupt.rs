//! The deadline of a statement: while SQLite runs a statement, it asks regularly whether to continue.
//!
//! Every connection has one progress handler, installed when the connection is opened. It reads the deadline from a
//! thread-local variable. So a short statement does not pay for a registration, and a panic leaves no handler behind.

use std::cell::RefCell;
use std::time::Instant;

use rusqlite::Connection;

use crate::error::Result;

/// SQLite asks after this many instructions of its virtual machine, which take some microseconds.
const STEPS: i32 = 500;

thread_local! {
    static INTERRUPT: RefCell<Interrupt> = const { RefCell::new(Interrupt::Never) };
}

/// How long the statement that this thread runs may continue.
enum Interrupt {
    Never,
    Until(Instant),
    /// The deadline has passed, and the statement was interrupted.
    Over,
    Unless(Box<dyn FnMut() -> bool>),
}

/// Makes the connection ask, whichever thread runs its statements.
pub(in crate::drivers::sqlite) fn install(connection: &mut Connection) -> Result<()> {
    ask_every(connection, STEPS)
}

/// Makes the connection ask every `steps` instructions.
pub(in crate::drivers::sqlite) fn ask_every(connection: &mut Connection, steps: i32) -> Result<()> {
    Ok(connection.progress_handler(steps, Some(is_over))?)
}

/// Does work until the deadline. `None` if a statement was interrupted.
pub(in crate::drivers::sqlite) fn until<T>(
    deadline: Instant,
    work: impl FnOnce() -> T,
) -> Option<T> {
    let _guard = Guard::of(Interrupt::Until(deadline));
    let done = work();
    match INTERRUPT.with_borrow(|turn| matches!(turn, Interrupt::Over)) {
        true => None,
        false => Some(done),
    }
}

/// Does work whose statements are interrupted once `stop` returns true.
pub(in crate::drivers::sqlite) fn unless<T>(
    stop: impl FnMut() -> bool + 'static,
    work: impl FnOnce() -> T,
) -> T {
    let _guard = Guard::of(Interrupt::Unless(Box::new(stop)));
    work()
}

fn is_over() -> bool {
    INTERRUPT.with_borrow_mut(|turn| match turn {
        Interrupt::Never => false,
        Interrupt::Until(deadline) if Instant::now() < *deadline => false,
        Interrupt::Until(_) | Interrupt::Over => {
            *turn = Interrupt::Over;
            true
        }
        Interrupt::Unless(stop) => stop(),
    })
}

/// Resets the thread's deadline when it is dropped, also when the work panics.
struct Guard;

impl Guard {
    fn of(turn: Interrupt) -> Self {
        INTERRUPT.set(turn);
        Self
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        INTERRUPT.set(Interrupt::Never);
    }
}
