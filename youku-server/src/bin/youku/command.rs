//! The commands: each sends requests to the server and writes the result.

mod account;
mod consent;
mod person;

mod list;

mod transfer;
mod uploads;

mod notice;

mod admin;

use clap::CommandFactory;

use crate::arguments::{Arguments, Command};
use crate::context::Context;
use crate::exit::Failure;

/// Carries a command out.
pub(crate) async fn run(command: Command, context: Context) -> Result<(), Failure> {
    let context = &context;
    match command {
        Command::Login { username, password } => account::login(context, username, &password).await,
        Command::Register {
            username,
            password,
            admin,
            invite,
        } => account::register(context, username, &password, (admin, invite)).await,
        Command::Logout => account::logout(context).await,
        Command::Whoami => account::whoami(context).await,
        Command::Password { password } => account::password(context, &password).await,
        Command::Sessions => person::sessions(context, None).await,
        Command::EndSession { session } => person::end_session(context, session, None).await,
        Command::Export => person::export(context, None).await,
        Command::DeleteAccount { password } => person::delete_account(context, &password).await,
        Command::List(filter) => list::movies(context, String::new(), &filter).await,
        Command::Search { text, filter } => list::movies(context, text, &filter).await,
        Command::Upload { files, charged } => transfer::upload(context, &files, charged).await,
        Command::Uploads => uploads::list(context).await,
        Command::Abort { uploads } => uploads::abort(context, &uploads).await,
        Command::Movie { movie } => list::movie(context, movie).await,
        Command::Download { movies, consent } => {
            transfer::download(context, &movies, &consent).await
        }
        Command::Edit { movie, change } => list::edit(context, movie, change).await,
        Command::Delete { movies } => list::delete(context, &movies).await,
        Command::Restore { movies } => list::restore(context, &movies).await,
        Command::Purge { movies } => list::purge(context, &movies).await,
        Command::Notice { title, content } => notice::publish(context, &title, &content).await,
        Command::Notices => notice::list(context).await,
        Command::EditNotice {
            notice,
            title,
            content,
        } => notice::edit(context, notice, &title, &content).await,
        Command::DeleteNotice { notice } => notice::delete(context, notice).await,
        Command::Prices => account::prices(context).await,
        Command::Vip { consent } => account::vip(context, &consent).await,
        Command::History => list::history(context).await,
        Command::Purchases => list::purchases(context).await,
        Command::Admin(admin) => admin::run(admin, context).await,
        Command::Completions { shell } => {
            let mut program = Arguments::command();
            clap_complete::generate(shell, &mut program, "youku", &mut std::io::stdout());
            Ok(())
        }
    }
}
