//! `youku-server`: the server and its administration. This only reads the arguments.

mod admin;
mod serve;
mod storage;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

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
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Serve(serve) => serve.run().await,
        Command::Admin(admin::Command::Create(create)) => create.run().await,
        Command::Admin(admin::Command::Invite(invite)) => invite.run().await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("youku-server: {error}");
            ExitCode::FAILURE
        }
    }
}
