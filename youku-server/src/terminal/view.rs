//! What both views share: a client, lists to choose from, and errors that do not end the menu.

use std::io;

use youku_core::{Kind, Role};

use crate::client::{Client, ClientError, Movie};
use crate::terminal::console::MenuEntry;
use crate::terminal::texts::{Texts, fill};
use crate::terminal::{Console, Settings, TextTable, local_time, size};

/// A menu with its own session.
pub(super) struct View<'a> {
    pub(super) settings: &'a Settings,
    pub(super) console: &'a mut Console,
    pub(super) texts: &'static Texts,
    pub(super) role: Role,
    client: Option<Client>,
}

/// Why an action of a menu ended early.
pub(super) enum ActionError {
    /// The console cannot be read or written: the program ends.
    Console(io::Error),
    /// The server refused or is gone: the menu reports it and continues.
    Client(ClientError),
    /// The user cancelled a question: the menu continues.
    Cancelled,
    /// The user interrupted the action: the menu continues.
    Interrupted,
}

pub(super) type Action<T = ()> = Result<T, ActionError>;

impl<'a> View<'a> {
    pub(super) fn new(settings: &'a Settings, console: &'a mut Console, role: Role) -> Self {
        let texts = Texts::of(settings.language);
        Self {
            settings,
            console,
            texts,
            role,
            client: None,
        }
    }

    /// The client, connected when it is first needed.
    pub(super) async fn client(&mut self) -> Result<&mut Client, ClientError> {
        let client = match self.client.take() {
            Some(client) => client,
            None => self.settings.server.connect().await?,
        };
        Ok(self.client.insert(client))
    }

    /// Ends the session, if there is one.
    pub(super) async fn leave(mut self) {
        if let Some(client) = &mut self.client
            && client.session().is_some()
        {
            // A server that is gone is not waited for; the session expires by itself.
            let _ = client.logout().await;
        }
    }

    /// Reports what went wrong. Returns only errors of the console.
    pub(super) fn end(&mut self, action: Action) -> io::Result<()> {
        match action {
            Ok(()) | Err(ActionError::Cancelled) => Ok(()),
            Err(ActionError::Interrupted) => self.console.say(self.texts.interrupted),
            Err(ActionError::Console(error)) => Err(error),
            Err(ActionError::Client(error)) => {
                self.console.say(&error.to_string())?;
                if error.is_connection_lost() {
                    self.console.say(self.texts.connection_lost)?;
                }
                Ok(())
            }
        }
    }

    /// Shows a menu; what was typed or chosen, and `q` for Escape.
    pub(super) fn menu(&mut self, title: &str, choices: &[MenuEntry]) -> io::Result<String> {
        let (question, language) = (self.texts.choose, self.settings.language);
        let chosen = self.console.menu(title, choices, question, language)?;
        Ok(chosen.unwrap_or_else(|| "q".to_owned()))
    }

    pub(super) fn ask(&mut self, question: &str) -> Action<String> {
        self.console
            .ask_or_back(question)?
            .ok_or(ActionError::Cancelled)
    }

    pub(super) fn secret(&mut self, question: &str) -> Action<String> {
        self.console
            .secret_or_back(question)?
            .ok_or(ActionError::Cancelled)
    }

    /// Asks a question of yes or no until the answer is valid.
    pub(super) fn confirm(&mut self, question: &str) -> Action<bool> {
        self.ask_until(question, yes_or_no)
    }

    /// Asks a question of yes or no; `None` for an empty answer.
    pub(super) fn confirm_or_leave(&mut self, question: &str) -> Action<Option<bool>> {
        self.ask_until(question, |answer| match answer {
            "" => Some(None),
            answer => yes_or_no(answer).map(Some),
        })
    }

    fn ask_until<T>(&mut self, question: &str, read: impl Fn(&str) -> Option<T>) -> Action<T> {
        let wrong = self.texts.wrong_choice;
        let answer = self.console.ask_until(question, wrong, read)?;
        answer.ok_or(ActionError::Cancelled)
    }

    /// Lists the movies of a kind and asks the user to choose one; `None` if the list is empty or the user
    /// chooses none.
    pub(super) async fn choose_movie(&mut self, kind: Option<Kind>) -> Action<Option<Movie>> {
        let mut movies = self.client().await?.movies(kind).await?;
        if movies.is_empty() {
            self.console.say(self.texts.no_movies)?;
            return Ok(None);
        }
        let table = self.table(&movies);
        let chosen = self.choose(&table, |index| line(self.texts, &movies[index]))?;
        Ok(chosen.map(|index| movies.swap_remove(index)))
    }

    /// Asks for one row of a table, as an index; `None` when none is wanted.
    pub(super) fn choose(
        &mut self,
        table: &TextTable,
        line: impl Fn(usize) -> String,
    ) -> io::Result<Option<usize>> {
        let Texts {
            number,
            wrong_choice,
            ..
        } = self.texts;
        let language = self.settings.language;
        self.console
            .choose(table, line, number, wrong_choice, language)
    }

    /// The movies as a table.
    pub(super) fn table(&self, movies: &[Movie]) -> TextTable {
        let texts = self.texts;
        let heads = [
            texts.head_number,
            texts.head_name,
            texts.head_size,
            texts.head_kind,
            texts.head_time,
        ];
        let mut table = TextTable::new(heads).right(0).right(2);
        for (number, movie) in (1..).zip(movies) {
            table.row([
                number.to_string(),
                movie.name.clone(),
                size(movie.size),
                kind(texts, movie.kind).to_owned(),
                local_time(movie.uploaded_at),
            ]);
        }
        table
    }

    /// Prints a text with its `{}` replaced.
    pub(super) fn say_filled(
        &mut self,
        text: &str,
        value: impl std::fmt::Display,
    ) -> io::Result<()> {
        self.console.say(&fill(text, value))
    }
}

/// A movie as a line.
pub(super) fn line(texts: &Texts, movie: &Movie) -> String {
    format!("{} [{}]", movie.name, kind(texts, movie.kind))
}

fn kind(texts: &Texts, kind: Kind) -> &'static str {
    match kind {
        Kind::Free => texts.free,
        Kind::Charged => texts.charged,
    }
}

impl From<io::Error> for ActionError {
    fn from(error: io::Error) -> Self {
        Self::Console(error)
    }
}

impl From<ClientError> for ActionError {
    fn from(error: ClientError) -> Self {
        Self::Client(error)
    }
}

fn yes_or_no(answer: &str) -> Option<bool> {
    match answer.to_lowercase().as_str() {
        "y" | "yes" | "是" => Some(true),
        "n" | "no" | "否" => Some(false),
        _ => None,
    }
}
