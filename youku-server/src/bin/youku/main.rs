//! `youku`: the terminal client, with menus for people and commands for scripts. This reads the
//! arguments, calls the library and writes down what came of it.

mod arguments;
mod command;
mod context;
mod exit;
mod json;
#[cfg(test)]
mod manual;
mod password;
mod texts;

use std::process::ExitCode;

use clap::Parser;
use youku_server::terminal::{Console, Settings, run};

use arguments::Arguments;
use context::Context;
use exit::{Failure, Status};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Arguments { options, command } = Arguments::parse();
    let is_json = options.json;
    let done = match (Context::new(options), command) {
        (Ok(context), Some(command)) => command::run(command, context).await,
        (Ok(context), None) => menus(&context).await,
        (Err(failure), _) => Err(failure),
    };
    match done {
        Ok(()) => Status::Done.into(),
        Err(failure) => {
            failure.tell(is_json);
            failure.status.into()
        }
    }
}

/// The menus, which have their own log-ins.
async fn menus(context: &Context) -> Result<(), Failure> {
    let settings = Settings {
        server: context.server.clone(),
        language: context.language,
        downloads: context.downloads.clone(),
    };
    Ok(run(&settings, &mut Console::standard()).await?)
}
