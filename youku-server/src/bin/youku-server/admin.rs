//! `youku-server admin`: creates administrators and invites, for an operator with access to the data.

use std::error::Error;
use std::io::BufRead;

use clap::{Args, Subcommand};
use youku_core::{Credentials, Invite, Policy, Registration, Role, Youku};
use youku_server::terminal::Console;

use crate::storage::Storage;

/// The commands about administrators.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Register an administrator.
    Create(Create),
    /// Create an invite, with which one administrator can register. This logs an administrator in, so
    /// it ends that administrator's other session.
    Invite(MakeInvite),
    /// Set a new password for a user or an administrator. This ends their sessions and unlocks their
    /// name after failed log-ins.
    ResetPassword(ResetPassword),
}

#[derive(Args)]
pub(crate) struct Create {
    #[command(flatten)]
    account: Account,
    #[command(flatten)]
    storage: Storage,
}

#[derive(Args)]
pub(crate) struct MakeInvite {
    #[command(flatten)]
    account: Account,
    #[command(flatten)]
    storage: Storage,
}

#[derive(Args)]
pub(crate) struct ResetPassword {
    #[command(flatten)]
    account: Account,
    #[command(flatten)]
    storage: Storage,
}

/// Who the command is about.
#[derive(Args)]
struct Account {
    /// Use this user name; the program asks for it if it is omitted.
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// Read the password from the first line of standard input instead of asking for it.
    #[arg(long)]
    password_stdin: bool,
}

impl Create {
    pub(crate) async fn run(self) -> Result<(), Box<dyn Error>> {
        let (username, password) = self.account.read(true)?;
        let youku = self.storage.open(Policy::default()).await?;
        let registration = Registration {
            username: username.clone(),
            password,
        };
        let created = youku.create_admin(registration).await;
        youku.close().await?;
        let id = created?;
        println!("administrator `{username}` created, id {id}");
        Ok(())
    }
}

impl MakeInvite {
    pub(crate) async fn run(self) -> Result<(), Box<dyn Error>> {
        let (username, password) = self.account.read(false)?;
        let youku = self.storage.open(Policy::default()).await?;
        let made = invite(&youku, username, password).await;
        youku.close().await?;
        let invite = made?;
        let expiry = invite.expires_at.to_zoned(jiff::tz::TimeZone::system());
        println!("invite {}", invite.code);
        println!("valid until {}", expiry.strftime("%Y-%m-%d %H:%M:%S %Z"));
        Ok(())
    }
}

impl ResetPassword {
    pub(crate) async fn run(self) -> Result<(), Box<dyn Error>> {
        let (username, password) = self.account.read(true)?;
        let youku = self.storage.open(Policy::default()).await?;
        let reset = youku.reset_password(&username, password).await;
        youku.close().await?;
        reset?;
        println!("password of `{username}` changed; their sessions have ended");
        Ok(())
    }
}

/// Makes an invite in a session that ends right after.
async fn invite(youku: &Youku, username: String, password: String) -> youku_core::Result<Invite> {
    let credentials = Credentials {
        username,
        password,
        role: Some(Role::Admin),
        peer: "youku-server admin invite".to_owned(),
    };
    let session = youku.login(credentials).await?;
    let made = session.admin().await?.invite().await;
    session.logout().await?;
    made
}

impl Account {
    /// The name and the password; a password that is `new` is asked for twice.
    fn read(&self, new: bool) -> Result<(String, String), Box<dyn Error>> {
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
            return Ok((username, password));
        }
        let password = console.secret("Password: ")?;
        if new && console.secret("Repeat the password: ")? != password {
            return Err("the passwords do not match".into());
        }
        Ok((username, password))
    }
}
