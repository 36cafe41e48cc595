//! Names and passwords: from the standard input, the environment or a person, never the arguments.

use std::io::{self, IsTerminal};

use youku_server::terminal::Console;

use crate::arguments;
use crate::exit::Failure;
use crate::texts::Texts;

/// The variable that may hold a password.
const VARIABLE: &str = "YOUKU_PASSWORD";

/// The user name; asks for it if it is missing.
pub(crate) fn username(given: Option<String>, texts: &Texts) -> Result<String, Failure> {
    match given {
        Some(username) => Ok(username),
        None if io::stdin().is_terminal() => Ok(Console::standard().ask(texts.username)?),
        None => Err(Failure::usage(texts.give_username)),
    }
}

/// An existing password, as opposed to a new one.
pub(crate) fn existing(from: &arguments::PasswordSource, texts: &Texts) -> Result<String, Failure> {
    match given(from)? {
        Some(password) => Ok(password),
        None => asked(texts.password, texts),
    }
}

/// A new password, which is asked for twice.
pub(crate) fn new(from: &arguments::PasswordSource, texts: &Texts) -> Result<String, Failure> {
    match given(from)? {
        Some(password) => Ok(password),
        None => asked_twice(texts),
    }
}

/// The old password and the new one.
pub(crate) fn change(
    from: &arguments::PasswordSource,
    texts: &Texts,
) -> Result<(String, String), Failure> {
    if from.password_stdin {
        return Ok((line()?, line()?));
    }
    Ok((asked(texts.old_password, texts)?, asked_twice(texts)?))
}

/// The code of an invite: from the environment or asked for; `None` for an empty one.
pub(crate) fn invite(texts: &Texts) -> Result<Option<String>, Failure> {
    let code = match std::env::var("YOUKU_INVITE") {
        Ok(code) => code,
        Err(_) if io::stdin().is_terminal() => Console::standard().secret(texts.invite)?,
        Err(_) => String::new(),
    };
    let code = code.trim();
    Ok((!code.is_empty()).then(|| code.to_owned()))
}

fn given(from: &arguments::PasswordSource) -> Result<Option<String>, Failure> {
    if from.password_stdin {
        return line().map(Some);
    }
    Ok(std::env::var(VARIABLE).ok())
}

fn asked(question: &str, texts: &Texts) -> Result<String, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::usage(texts.give_password));
    }
    Ok(Console::standard().secret(question)?)
}

fn asked_twice(texts: &Texts) -> Result<String, Failure> {
    let password = asked(texts.new_password, texts)?;
    if asked(texts.password_again, texts)? != password {
        return Err(Failure::usage(texts.passwords_differ));
    }
    Ok(password)
}

fn line() -> Result<String, Failure> {
    let mut line = String::new();
    if io::stdin().read_line(&mut line)? == 0 {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    line.truncate(line.trim_end_matches(['\n', '\r']).len());
    Ok(line)
}
