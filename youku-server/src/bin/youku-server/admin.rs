//! `youku-server admin`: creates administrators and invites, for an operator with access to the data.

use std::error::Error;
use std::io::BufRead;

use clap::{Args, Subcommand};
use youku_core::{
    Admin, Credentials, InviteId, Policy, Registration, Role, Timestamp, Youku, first,
};
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
    /// List the invites that can still be used. This logs an administrator in.
    Invites(ListInvites),
    /// Revoke an invite that `invites` lists. This logs an administrator in.
    RevokeInvite(RevokeInvite),
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
    /// Create an invite for a user instead.
    #[arg(long)]
    user: bool,
    #[command(flatten)]
    account: Account,
    #[command(flatten)]
    storage: Storage,
}

#[derive(Args)]
pub(crate) struct ListInvites {
    #[command(flatten)]
    account: Account,
    #[command(flatten)]
    storage: Storage,
}

#[derive(Args)]
pub(crate) struct RevokeInvite {
    /// Revoke this invite.
    #[arg(value_name = "INVITE_ID")]
    invite: InviteId,
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
        let for_user = self.user;
        let invite = as_admin(&self.account, &self.storage, "invite", async |admin| {
            if for_user {
                admin.invite_user().await
            } else {
                admin.invite().await
            }
        });
        let invite = invite.await?;
        println!("invite {}", invite.code);
        println!("valid until {}", local(invite.expires_at));
        Ok(())
    }
}

impl ListInvites {
    pub(crate) async fn run(self) -> Result<(), Box<dyn Error>> {
        let invites = as_admin(&self.account, &self.storage, "invites", async |admin| {
            let mut page = first(100);
            let mut all = Vec::new();
            loop {
                let found = admin.invites(page).await?;
                all.extend(found.entries);
                let Some(next) = found.next else {
                    return Ok(all);
                };
                page = first(100).after(next);
            }
        });
        for invite in invites.await? {
            let role = match invite.role {
                Role::Admin => "administrator",
                Role::User => "user",
            };
            let (id, inviter) = (invite.id, invite.inviter_name);
            let until = local(invite.expires_at);
            println!("{id}: for one {role}, by `{inviter}`, valid until {until}");
        }
        Ok(())
    }
}

impl RevokeInvite {
    pub(crate) async fn run(self) -> Result<(), Box<dyn Error>> {
        let invite = self.invite;
        let revoke = async |admin: Admin| admin.revoke_invite(invite).await;
        as_admin(&self.account, &self.storage, "revoke-invite", revoke).await?;
        println!("invite {invite} revoked");
        Ok(())
    }
}

fn local(moment: Timestamp) -> String {
    let zoned = moment.to_zoned(jiff::tz::TimeZone::system());
    zoned.strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
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

/// Does something as an administrator, in a session that ends right after.
async fn as_admin<T>(
    account: &Account,
    storage: &Storage,
    command: &str,
    act: impl AsyncFnOnce(Admin) -> youku_core::Result<T>,
) -> Result<T, Box<dyn Error>> {
    let (username, password) = account.read(false)?;
    let youku = storage.open(Policy::default()).await?;
    let credentials = Credentials {
        username,
        password,
        role: Some(Role::Admin),
        peer: format!("youku-server admin {command}"),
    };
    let done = in_session(&youku, credentials, act).await;
    youku.close().await?;
    Ok(done?)
}

async fn in_session<T>(
    youku: &Youku,
    credentials: Credentials,
    act: impl AsyncFnOnce(Admin) -> youku_core::Result<T>,
) -> youku_core::Result<T> {
    let session = youku.login(credentials).await?;
    let done = act(session.admin().await?).await;
    session.logout().await?;
    done
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
