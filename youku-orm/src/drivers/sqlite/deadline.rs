//! What SQLite asks the thread that steps it: whether to go on.
//!
//! Every connection has one handler, installed when it is opened, that looks at what the thread was told. So a
//! short statement costs no registration, and none is left behind when a statement panics.

use std::cell::RefCell;
use std::time::Instant;

use rusqlite::Connection;

use crate::error::Result;

/// After how many steps of its machine SQLite asks: some microseconds.
const STEPS: i32 = 500;

thread_local! {
    static TURN: RefCell<Turn> = const { RefCell::new(Turn::ToTheEnd) };
}

/// How long the statement that this thread runs may go on.
enum Turn {
    ToTheEnd,
    Until(Instant),
    /// The time was over, and the statement was told so.
    Over,
    Unless(Box<dyn FnMut() -> bool>),
}

/// Has the connection ask, whichever thread steps it.
pub(super) fn install(connection: &mut Connection) -> Result<()> {
    ask_every(connection, STEPS)
}

/// Has the connection ask after every so many steps.
pub(super) fn ask_every(connection: &mut Connection, steps: i32) -> Result<()> {
    Ok(connection.progress_handler(steps, Some(is_over))?)
}

/// Does work until that time. `None` when a statement was broken off.
pub(super) fn until<T>(deadline: Instant, work: impl FnOnce() -> T) -> Option<T> {
    let _guard = Guard::of(Turn::Until(deadline));
    let done = work();
    match TURN.with_borrow(|turn| matches!(turn, Turn::Over)) {
        true => None,
        false => Some(done),
    }
}

/// Does work that is broken off once `stop` says so.
pub(super) fn unless<T>(stop: impl FnMut() -> bool + 'static, work: impl FnOnce() -> T) -> T {
    let _guard = Guard::of(Turn::Unless(Box::new(stop)));
    work()
}

fn is_over() -> bool {
    TURN.with_borrow_mut(|turn| match turn {
        Turn::ToTheEnd => false,
        Turn::Until(deadline) if Instant::now() < *deadline => false,
        Turn::Until(_) | Turn::Over => {
            *turn = Turn::Over;
            true
        }
        Turn::Unless(stop) => stop(),
    })
}

/// Lets the thread forget what it was told, also when the work panics.
struct Guard;

impl Guard {
    fn of(turn: Turn) -> Self {
        TURN.set(turn);
        Self
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        TURN.set(Turn::ToTheEnd);
    }
}
