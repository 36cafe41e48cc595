//! `youku`: the terminal client, with menus for people and commands for scripts. This reads the
//! arguments, calls the library and writes the result.

mod arguments;

mod context;

mod password;

mod command;

mod json;
mod texts;

mod exit;

#[cfg(test)]
mod manual;

use std::process::ExitCode;

use clap::builder::{FalseyValueParser, TypedValueParser};
use clap::{CommandFactory, Parser};
use youku_server::terminal::{Console, Settings, run};

use arguments::Arguments;
use context::Context;
use exit::{Failure, Status};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Arguments { options, command } = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return usage_error(&error),
    };
    let is_json = options.json;
    let done = match (Context::new(options), command) {
        (Ok(context), Some(command)) => command::run(command, context).await,
        (Ok(context), None) => menus(&context).await,
        (Err(failure), _) => Err(failure),
    };
    match done {
        Ok(()) => Status::Done.into(),
        Err(failure) => {
            failure.report(is_json);
            failure.status.into()
        }
    }
}

/// Prints what is wrong with the arguments, or the text that they request, such as the help.
fn usage_error(error: &clap::Error) -> ExitCode {
    let is_json = std::env::args_os().any(|argument| argument == "--json");
    if (is_json || is_set("YOUKU_JSON")) && error.use_stderr() {
        Failure::usage(error.to_string()).report(true);
        return Status::Usage.into();
    }
    error.exit()
}

/// Whether the value of a variable means yes, by the same rule as in clap.
fn is_set(variable: &str) -> bool {
    let value = std::env::var_os(variable).unwrap_or_default();
    let says_yes = FalseyValueParser::new().parse_ref(&Arguments::command(), None, &value);
    says_yes.unwrap_or_default()
}

/// The menus, which have their own log-ins.
async fn menus(context: &Context) -> Result<(), Failure> {
    let settings = Settings {
        server: context.server.clone(),
        language: context.language,
        downloads: context.downloads.clone(),
        state: context.state()?,
        server_key: context.server_key.clone(),
    };
    Ok(run(&settings, &mut Console::standard()).await?)
}
