//! Interrupts: while SQLite runs a statement, it asks regularly whether to continue.
//!
//! Every connection has one progress handler, installed when the connection is opened. The handler reads what to do from a
//! thread-local variable. So a short statement does not pay for a registration.
//!
//! Invariant: the variable is set only while this module's caller does its work, and it is reset when the work ends, also by a
//! panic. So an interrupt can neither reach the next statement on the connection nor be lost, as one from outside
//! (`sqlite3_interrupt`) is if it comes before the statement's first step.

use std::cell::RefCell;
use std::time::Instant;

use rusqlite::Connection;

use crate::drivers::sqlite::connection::Registered;
use crate::error::Result;

/// SQLite asks after this many instructions of its virtual machine, which take some microseconds.
const STEPS: i32 = 500;

thread_local! {
    static INTERRUPT: RefCell<Interrupt> = const { RefCell::new(Interrupt::Never) };
}

/// When the statement that this thread runs is interrupted.
enum Interrupt {
    Never,
    After(Instant),
    /// The deadline has passed, and the statement was interrupted.
    Done,
    When(Box<dyn FnMut() -> bool>),
}

/// Makes the connection ask, whichever thread runs its statements.
pub(in crate::drivers::sqlite) fn install(connection: &mut Connection) -> Result<()> {
    ask_every(connection, STEPS)
}

/// Makes the connection ask every `steps` instructions.
pub(super) fn ask_every(connection: &mut Connection, steps: i32) -> Result<()> {
    connection
        .progress_handler(steps, Some(is_due))
        .registered()
}

/// Does work whose statements are interrupted after the deadline. `None` if one was.
pub(super) fn after<T>(deadline: Instant, work: impl FnOnce() -> T) -> Option<T> {
    let _reset = ResetOnDrop::set(Interrupt::After(deadline));
    let done = work();
    let was_interrupted = INTERRUPT.with_borrow(|state| matches!(state, Interrupt::Done));
    (!was_interrupted).then_some(done)
}

/// Does work whose statements are interrupted once `stop` returns true.
pub(super) fn when<T>(stop: impl FnMut() -> bool + 'static, work: impl FnOnce() -> T) -> T {
    let _reset = ResetOnDrop::set(Interrupt::When(Box::new(stop)));
    work()
}

fn is_due() -> bool {
    INTERRUPT.with_borrow_mut(|state| match state {
        Interrupt::Never => false,
        Interrupt::After(deadline) if Instant::now() < *deadline => false,
        Interrupt::After(_) | Interrupt::Done => {
            *state = Interrupt::Done;
            true
        }
        Interrupt::When(stop) => stop(),
    })
}

/// Resets the thread's variable when it is dropped, also when the work panics.
struct ResetOnDrop;

impl ResetOnDrop {
    fn set(interrupt: Interrupt) -> Self {
        INTERRUPT.set(interrupt);
        Self
    }
}

impl Drop for ResetOnDrop {
    fn drop(&mut self) {
        INTERRUPT.set(Interrupt::Never);
    }
}
