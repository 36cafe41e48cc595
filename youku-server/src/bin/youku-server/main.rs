//! `youku-server`: the server and its administration. This only reads the arguments.

mod limits;
#[cfg(test)]
mod options;

mod policy;

mod data;
mod storage;

mod descriptors;
mod listen;

mod serve;
mod signals;

mod admin;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use youku_server::with_causes;

/// A movie service over TCP.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve movies until SIGINT or SIGTERM.
    Serve(Box<serve::Serve>),
    /// Manage administrators.
    #[command(subcommand)]
    Admin(admin::Command),
    /// Migrate the database to this program's version. `serve` does it too.
    Migrate(data::Migrate),
    /// Check that the database and the movie storage are consistent, without changing them.
    Check(data::Check),
    /// Remove expired data and leftovers of crashes. `serve` does it at an interval.
    Sweep(data::Sweep),
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Serve(serve) => serve.run().await,
        Command::Admin(admin::Command::Create(create)) => create.run().await,
        Command::Admin(admin::Command::Invite(invite)) => invite.run().await,
        Command::Admin(admin::Command::Invites(invites)) => invites.run().await,
        Command::Admin(admin::Command::RevokeInvite(revoke)) => revoke.run().await,
        Command::Admin(admin::Command::ResetPassword(reset)) => reset.run().await,
        Command::Migrate(migrate) => migrate.run().await,
        Command::Check(check) => check.run().await,
        Command::Sweep(sweep) => sweep.run().await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("youku-server: {}", with_causes(&*error));
            ExitCode::FAILURE
        }
    }
}
