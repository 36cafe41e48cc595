//! What every command works with.

use std::path::PathBuf;

use serde_json::Value;
use youku_server::client::ClientBuilder;
use youku_server::terminal::{KeptSession, State};
use youku_server::{Client, ClientTls, Language, SharedSecret};

use crate::arguments::{Hash, Options};
use crate::exit::{Failure, Status};
use crate::texts::Texts;

pub(crate) struct Context {
    /// The server without a session.
    pub(crate) server: ClientBuilder,
    pub(crate) language: Language,
    pub(crate) downloads: PathBuf,
    pub(crate) texts: &'static Texts,
    /// The key of the server in the stored state.
    pub(crate) server_key: String,
    pub(crate) is_json: bool,
}

impl Context {
    pub(crate) fn new(options: Options) -> Result<Self, Failure> {
        let language = options.lang.unwrap_or_else(language_of_locale);
        let mut server = Client::builder(&options.server).language(language);
        let mut server_key = options.server.clone();
        if let Some(tls) = tls(&options)? {
            server = server.tls(tls);
            // A session of an encrypted connection must not be sent unencrypted because an option was forgotten.
            server_key = format!("tls {server_key}");
        }
        if let Some(secret) = secret(&options)? {
            server = server.secret(match options.secret_hash {
                Hash::Md5 => SharedSecret::md5(secret),
                Hash::Sha256 => SharedSecret::sha256(secret),
            });
        }
        Ok(Self {
            server,
            language,
            downloads: options.downloads,
            texts: Texts::of(language),
            server_key,
            is_json: options.json,
        })
    }

    /// A client, with the stored session if there is one.
    pub(crate) async fn client(&self) -> Result<Client, Failure> {
        let kept = self.state()?.session(&self.server_key);
        let server = match kept {
            Some(kept) => self.server.clone().session(kept.session),
            None => self.server.clone(),
        };
        Ok(server.connect().await?)
    }

    /// Stores the session of `client`, which has just logged in.
    pub(crate) fn keep(&self, client: &Client, username: &str) -> Result<(), Failure> {
        let session = client.session().unwrap_or_default().to_owned();
        let username = username.to_owned();
        let kept = KeptSession { username, session };
        Ok(self.state()?.keep_session(&self.server_key, &kept)?)
    }

    pub(crate) fn forget(&self) -> Result<(), Failure> {
        Ok(self.state()?.forget_session(&self.server_key)?)
    }

    pub(crate) fn state(&self) -> Result<State, Failure> {
        State::of_user().ok_or_else(|| {
            let mend = "no home folder for stored sessions; set XDG_STATE_HOME";
            Failure::new(Status::LocalFile, "local_file", mend)
        })
    }

    /// Writes the result of a command: an object for programs, or text for people.
    pub(crate) fn write(&self, json: &Value, text: impl IntoIterator<Item = String>) {
        use std::io::Write;
        let mut output = std::io::stdout().lock();
        let written = if self.is_json {
            writeln!(output, "{json}")
        } else {
            text.into_iter()
                .try_for_each(|line| writeln!(output, "{}", shown(&line)))
        };
        // A reader that has closed its end of the pipe does not want more: this is not a failure.
        let _ = written.and_then(|()| output.flush());
    }
}

/// Removes what would move the cursor of a terminal, because most of the text comes from a server.
fn shown(line: &str) -> String {
    line.chars()
        .filter(|c| !c.is_control() || *c == '\n')
        .collect()
}

fn tls(options: &Options) -> Result<Option<ClientTls>, Failure> {
    let tls = match (&options.tls_pin, &options.tls_ca) {
        (Some(fingerprint), _) => ClientTls::pinned(*fingerprint),
        (None, Some(file)) => ClientTls::authority_file(file),
        (None, None) if options.tls => ClientTls::system_authorities(),
        (None, None) => return Ok(None),
    };
    let tls =
        tls.map_err(|error| Failure::new(Status::LocalFile, "local_file", error.to_string()))?;
    Ok(Some(tls))
}

/// The whole file without the end of its last line, as the server reads its own.
fn secret(options: &Options) -> Result<Option<Vec<u8>>, Failure> {
    let mut secret = match (&options.secret_file, std::env::var_os("YOUKU_SECRET")) {
        (Some(file), _) => std::fs::read(file).map_err(|error| {
            let message = format!("cannot read secret file `{}`: {error}", file.display());
            Failure::new(Status::LocalFile, "local_file", message)
        })?,
        (None, Some(secret)) => secret.into_encoded_bytes(),
        (None, None) => return Ok(None),
    };
    let end = secret
        .iter()
        .rposition(|byte| !matches!(byte, b'\n' | b'\r'));
    secret.truncate(end.map_or(0, |last| last + 1));
    if secret.is_empty() {
        return Err(Failure::usage("the shared secret is empty"));
    }
    Ok(Some(secret))
}

/// The first of the variables that POSIX names for messages decides; English for all other
/// languages.
fn language_of_locale() -> Language {
    let set = |name| {
        std::env::var(name)
            .ok()
            .filter(|value: &String| !value.is_empty())
    };
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
    locale
        .as_deref()
        .and_then(Language::from_tag)
        .unwrap_or(Language::English)
}
