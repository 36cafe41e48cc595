//! `youku-server admin`: administrators, made by who has access to the data.

use std::error::Error;
use std::io::BufRead;

use clap::{Args, Subcommand};
use youku_core::{Policy, Registration};
use youku_server::terminal::Console;

use crate::storage::Storage;

/// The commands about administrators.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Register an administrator.
    Create(Create),
}

#[derive(Args)]
pub(crate) struct Create {
    /// The name to log in with; asked for when it is not given.
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// Read the password from the first line of the standard input instead of asking for it.
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    storage: Storage,
}

impl Create {
    pub(crate) async fn run(self) -> Result<(), Box<dyn Error>> {
        let registration = self.registration()?;
        let username = registration.username.clone();
        let youku = self.storage.open(Policy::default()).await?;
        let created = youku.create_admin(registration).await;
        youku.close().await?;
        let id = created?;
        println!("administrator `{username}` created, id {id}");
        Ok(())
    }

    fn registration(&self) -> Result<Registration, Box<dyn Error>> {
        let mut console = Console::standard();
        let username = match &self.username {
            Some(username) => username.clone(),
            None if self.password_stdin => return Err("give `--username NAME` as well".into()),
            None => console.ask("User name: ")?,
        };
        if self.password_stdin {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line)?;
            let password = line.trim_end_matches(['\n', '\r']).to_owned();
            return Ok(Registration { username, password });
        }
        let password = console.secret("Password: ")?;
        if console.secret("Password again: ")? != password {
            return Err("the passwords differ".into());
        }
        Ok(Registration { username, password })
    }
}
