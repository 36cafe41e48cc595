//! What both views have: a connection, a list to choose from, and errors that end no menu.

use std::io;

use youku_core::{Kind, Role};

use super::words::{Words, fill};
use super::{Console, Settings};
use crate::client::{Client, ClientError, Movie};

/// A menu with its own connection.
pub(super) struct View<'a> {
    pub(super) settings: &'a Settings,
    pub(super) console: &'a mut Console,
    pub(super) words: &'static Words,
    pub(super) role: Role,
    client: Option<Client>,
}

/// Why an action of a menu ended early.
pub(super) enum Trouble {
    /// Nothing can be asked or said any more: the program ends.
    Console(io::Error),
    /// The server refused or is gone: the person is told, the menu goes on.
    Client(ClientError),
}

pub(super) type Action = Result<(), Trouble>;

impl<'a> View<'a> {
    pub(super) fn new(settings: &'a Settings, console: &'a mut Console, role: Role) -> Self {
        let words = Words::of(settings.language);
        Self {
            settings,
            console,
            words,
            role,
            client: None,
        }
    }

    /// The connection, made anew when there is no usable one.
    pub(super) async fn client(&mut self) -> Result<&mut Client, ClientError> {
        let client = match self.client.take() {
            Some(client) if client.is_usable() => client,
            _ => Client::connect(&self.settings.server)
                .await?
                .speaking(self.settings.language),
        };
        Ok(self.client.insert(client))
    }

    /// Tells the person what went wrong; only a console that is gone is passed on.
    pub(super) fn end(&mut self, action: Action) -> io::Result<()> {
        match action {
            Ok(()) => Ok(()),
            Err(Trouble::Console(error)) => Err(error),
            Err(Trouble::Client(error)) => {
                self.console.say(&error.to_string())?;
                match error.is_connection_lost() {
                    true => self.console.say(self.words.connection_lost),
                    false => Ok(()),
                }
            }
        }
    }

    /// Lists the movies of a kind and asks for one; `None` when there is none or none is wanted.
    pub(super) async fn choose_movie(
        &mut self,
        kind: Option<Kind>,
    ) -> Result<Option<Movie>, Trouble> {
        let mut movies = self.client().await?.movies(kind).await?;
        if movies.is_empty() {
            self.console.say(self.words.no_movies)?;
            return Ok(None);
        }
        let lines: Vec<String> = movies.iter().map(|movie| self.line(movie)).collect();
        let chosen = self.choose(&lines)?;
        Ok(chosen.map(|index| movies.swap_remove(index)))
    }

    /// Numbers the lines from 1 and asks for one of them, as an index; `None` when none is wanted.
    pub(super) fn choose(&mut self, lines: &[String]) -> io::Result<Option<usize>> {
        for (index, line) in lines.iter().enumerate() {
            self.console.say(&format!("{:>4}. {line}", index + 1))?;
        }
        loop {
            let answer = self.console.ask(self.words.number)?;
            if answer == "q" {
                return Ok(None);
            }
            match answer.parse::<usize>() {
                Ok(number) if (1..=lines.len()).contains(&number) => return Ok(Some(number - 1)),
                _ => self.console.say(self.words.wrong_choice)?,
            }
        }
    }

    /// Asks a question of yes or no until it is answered.
    pub(super) fn confirm(&mut self, question: &str) -> io::Result<bool> {
        loop {
            match self.console.ask(question)?.as_str() {
                "y" | "Y" => return Ok(true),
                "n" | "N" => return Ok(false),
                _ => self.console.say(self.words.wrong_choice)?,
            }
        }
    }

    /// A movie as a line of a list.
    pub(super) fn line(&self, movie: &Movie) -> String {
        let kind = match movie.kind {
            Kind::Free => self.words.free,
            Kind::Charged => self.words.charged,
        };
        format!("{} [{kind}]", movie.name)
    }

    /// Says a text with its `{}` filled in.
    pub(super) fn say_of(&mut self, text: &str, value: impl std::fmt::Display) -> io::Result<()> {
        self.console.say(&fill(text, value))
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Console(error)
    }
}

impl From<ClientError> for Trouble {
    fn from(error: ClientError) -> Self {
        Self::Client(error)
    }
}
