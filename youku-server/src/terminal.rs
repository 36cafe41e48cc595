//! The terminal client: the documents' two menus over a [`Client`](crate::Client).
//!
//! It asks one line at a time, so it can be driven by a person and by a pipe alike. Progress bars
//! go to the standard error and stay away when that is no terminal.

mod account;
mod administrator;
mod console;
mod member;
mod transfer;
mod view;
mod words;

use std::io;
use std::path::PathBuf;

use youku_core::Role;

use crate::Language;

pub use console::Console;
pub use transfer::{Transfer, download, upload};
use view::View;
use words::Words;

/// What the terminal client is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The server, such as `127.0.0.1:8080`.
    pub server: String,
    /// The language of menus and messages.
    pub language: Language,
    /// The folder in which downloads are saved. It is made when the first one comes.
    pub downloads: PathBuf,
}

/// Shows the menus until the person quits or the input ends.
///
/// Each view has its own connection, made when it is first needed, and so its own session. What the
/// server refuses is printed, and the menu goes on.
///
/// # Errors
///
/// The console cannot be read or written. The end of the input is none.
///
/// # Cancel safety
///
/// Dropping the future closes the connection and so ends the session; the `.part` file of a
/// download that was under way stays.
pub async fn run(settings: &Settings, console: &mut Console) -> io::Result<()> {
    match main_menu(settings, console).await {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
        ended => ended,
    }
}

async fn main_menu(settings: &Settings, console: &mut Console) -> io::Result<()> {
    let words = Words::of(settings.language);
    loop {
        console.say_lines(words.main_menu)?;
        match console.ask(words.choose)?.as_str() {
            "1" => {
                View::new(settings, console, Role::Admin)
                    .administrator()
                    .await?
            }
            "2" => View::new(settings, console, Role::User).member().await?,
            "q" => return Ok(()),
            _ => console.say(words.wrong_choice)?,
        }
    }
}
