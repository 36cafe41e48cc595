//! The terminal client: the Python course project's two menus over a [`Client`](crate::Client).
//!
//! On a terminal, the user chooses with the arrow keys or by number, lists are tables, and transfers
//! show their progress. If the input or the output is not a terminal, the client asks one line at a
//! time, so that a script can drive it through a pipe.
//!
//! # The program
//!
#![doc = include_str!("../docs/youku.md")]

mod console;
mod prompt;

mod texts;

mod account;

mod member;

mod administrator;

mod purchase;

mod state;
mod transfer;

mod format;
mod text_table;

mod view;

use std::io;
use std::path::PathBuf;

use youku_core::Role;

use crate::Language;
use crate::client::ClientBuilder;

pub use console::Console;
pub use format::{local_time, size, yuan};
pub use purchase::renew_membership;
pub use state::{KeptSession, State};
pub use text_table::{TextTable, terminal_width};
use texts::Texts;
pub use transfer::{download, upload};
use view::{Action, ActionError, View};

/// What the terminal client is started with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How to reach the server.
    pub server: ClientBuilder,
    /// The language of menus and messages.
    pub language: Language,
    /// The folder for downloads. The first download creates it.
    pub downloads: PathBuf,
    /// Remembers purchases that may have been charged and have no reply yet; see
    /// [`renew_membership`].
    pub state: State,
    /// The key of the server in `state`, such as its address.
    pub server_key: String,
}

/// Shows the menus until the person quits or the input ends.
///
/// Each view has its own session, which ends when the user leaves the view. A refusal of the server is
/// printed, and the menu continues.
///
/// # Errors
///
/// [`Interrupted`](io::ErrorKind::Interrupted) when the user pressed Ctrl-C at a question; or the
/// console cannot be read or written. The end of the input is not an error.
///
/// # Cancel safety
///
/// Dropping the future closes the connection. An open session expires later, and the `.part` file of a
/// download that was under way stays.
pub async fn run(settings: &Settings, console: &mut Console) -> io::Result<()> {
    match main_menu(settings, console).await {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
        ended => ended,
    }
}

async fn main_menu(settings: &Settings, console: &mut Console) -> io::Result<()> {
    let texts = Texts::of(settings.language);
    let (title, choices) = &texts.main_menu;
    loop {
        let chosen = console.menu(title, choices, texts.choose, settings.language)?;
        match chosen.as_deref() {
            Some("1") => {
                View::new(settings, console, Role::Admin)
                    .administrator()
                    .await?
            }
            Some("2") => View::new(settings, console, Role::User).member().await?,
            Some("q") | None => return Ok(()),
            Some(_) => console.say(texts.wrong_choice)?,
        }
    }
}

/// Lets Ctrl-C cancel an action of a menu on a terminal. Without a terminal, the signal has its usual
/// effect on the program.
async fn interruptible(is_terminal: bool, action: impl Future<Output = Action>) -> Action {
    if !is_terminal {
        return action.await;
    }
    tokio::select! {
        done = action => done,
        _ = tokio::signal::ctrl_c() => Err(ActionError::Interrupted),
    }
}
