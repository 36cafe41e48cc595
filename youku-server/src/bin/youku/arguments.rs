//! The arguments of `youku`.

mod admin;

mod consent;

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use youku_server::client::Sort;
use youku_server::{Fingerprint, Language};

use crate::exit;
pub(crate) use admin::Admin;
pub(crate) use consent::Consent;

/// Client for a Youku server. Without a command it shows menus; commands are for scripts.
#[derive(Parser)]
#[command(version, after_help = exit::TABLE, after_long_help = exit::TABLE)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) options: Options,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// Options of every command.
#[derive(Args)]
pub(crate) struct Options {
    /// Connect to this server.
    #[arg(
        long,
        global = true,
        value_name = "HOST:PORT",
        env = "YOUKU_SERVER",
        default_value = "127.0.0.1:8080"
    )]
    pub(crate) server: String,
    /// Encrypt the connection and verify the server's certificate with the certificate authorities
    /// that this system trusts.
    #[arg(long, global = true, env = "YOUKU_TLS", value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) tls: bool,
    /// Encrypt the connection and verify the server's certificate with the certificate authorities
    /// in this PEM file.
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "YOUKU_TLS_CA",
        conflicts_with = "tls"
    )]
    pub(crate) tls_ca: Option<PathBuf>,
    /// Encrypt the connection and accept only the certificate with this SHA-256 fingerprint.
    #[arg(
        long,
        global = true,
        value_name = "SHA256",
        env = "YOUKU_TLS_PIN",
        conflicts_with_all = ["tls", "tls_ca"]
    )]
    pub(crate) tls_pin: Option<Fingerprint>,
    /// Read the shared secret that the server requires from this file, without line ends at its end.
    /// The secret can also be in the variable YOUKU_SECRET.
    #[arg(long, global = true, value_name = "FILE", env = "YOUKU_SECRET_FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    /// Prove the shared secret by HMAC with this hash function.
    #[arg(
        long,
        global = true,
        value_name = "HASH",
        env = "YOUKU_SECRET_HASH",
        default_value = "sha256"
    )]
    pub(crate) secret_hash: Hash,
    /// Use this language, `zh` or `en` [default: the language of the locale].
    #[arg(long, global = true, value_name = "LANG", env = "YOUKU_LANG", value_parser = language)]
    pub(crate) lang: Option<Language>,
    /// Save downloads in this folder.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "YOUKU_DOWNLOADS",
        default_value = "."
    )]
    pub(crate) downloads: PathBuf,
    /// Write the result as one JSON object to standard output, and a failure as one to standard error.
    #[arg(long, global = true, env = "YOUKU_JSON", value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) json: bool,
}

/// The hash functions that can prove a secret.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Hash {
    Md5,
    Sha256,
}

/// Whether a movie is free or paid.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Kind {
    Free,
    Charged,
}

/// What a user may do.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Role {
    Admin,
    User,
}

/// Where the password comes from: never from the arguments, which every process can read.
#[derive(Args)]
pub(crate) struct PasswordSource {
    /// Read the password from the first line of standard input. Without this option it is read from
    /// YOUKU_PASSWORD, or the program asks for it.
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Log in and store the session. Later commands use it until `logout`.
    Login {
        /// User name; the program asks for it if it is omitted.
        username: Option<String>,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Register a user, without logging in.
    Register {
        /// User name; the program asks for it if it is omitted.
        username: Option<String>,
        #[command(flatten)]
        password: PasswordSource,
        /// Register an administrator. The invite is read from YOUKU_INVITE, or the program asks for it.
        #[arg(long)]
        admin: bool,
        /// Register with an invite. It is read from YOUKU_INVITE, or the program asks for it.
        #[arg(long)]
        invite: bool,
    },
    /// End the session.
    Logout,
    /// Show who is logged in.
    Whoami,
    /// Change the password. `--password-stdin` reads the old password from the first line and the new
    /// one from the second.
    Password {
        #[command(flatten)]
        password: PasswordSource,
    },
    /// List your open sessions.
    Sessions,
    /// End one of your sessions; `sessions` lists them.
    EndSession {
        #[arg(value_name = "SESSION_ID")]
        session: u64,
    },
    /// Write everything that the server has about you, as JSON.
    Export,
    /// Delete your account for good, without confirmation other than the password.
    DeleteAccount {
        #[command(flatten)]
        password: PasswordSource,
    },
    /// List the movies.
    List(Filter),
    /// List the movies whose name contains a text, ignoring case.
    Search {
        text: String,
        #[command(flatten)]
        filter: Filter,
    },
    /// Upload files as movies.
    Upload {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Upload paid movies. Without this option they are free.
        #[arg(long)]
        charged: bool,
    },
    /// List your unfinished uploads.
    Uploads,
    /// Cancel unfinished uploads; `uploads` lists them.
    Abort {
        #[arg(required = true, value_name = "UPLOAD_ID")]
        uploads: Vec<String>,
    },
    /// Show a movie, and what it would cost you.
    Movie {
        #[arg(value_name = "ID")]
        movie: u64,
    },
    /// Download movies. A movie that costs something needs `--max-price`; on a terminal the program asks.
    Download {
        #[arg(required = true, value_name = "ID")]
        movies: Vec<u64>,
        #[command(flatten)]
        consent: Consent,
    },
    /// Change the name of a movie, or whether it is free.
    Edit {
        #[arg(value_name = "ID")]
        movie: u64,
        #[command(flatten)]
        change: Change,
    },
    /// Delete movies from the list.
    Delete {
        #[arg(required = true, value_name = "ID")]
        movies: Vec<u64>,
    },
    /// Restore deleted movies.
    Restore {
        #[arg(required = true, value_name = "ID")]
        movies: Vec<u64>,
    },
    /// Remove the bytes of movies at once and for good, without confirmation.
    Purge {
        #[arg(required = true, value_name = "ID")]
        movies: Vec<u64>,
    },
    /// Publish a notice.
    Notice { title: String, content: String },
    /// Show the notices.
    Notices,
    /// Change the title and the text of a notice; `notices --json` shows the ids.
    EditNotice {
        #[arg(value_name = "ID")]
        notice: u64,
        title: String,
        content: String,
    },
    /// Delete a notice.
    DeleteNotice {
        #[arg(value_name = "ID")]
        notice: u64,
    },
    /// Show the prices of movies and membership.
    Prices,
    /// Buy membership, or extend it. If it costs something, it needs `--max-price`; on a terminal the
    /// program asks.
    Vip {
        #[command(flatten)]
        consent: Consent,
    },
    /// List your downloads.
    History,
    /// List the movies that you have paid for.
    Purchases,
    /// Manage users and read the audit, as an administrator.
    #[command(subcommand)]
    Admin(Admin),
    /// Write completions for a shell to standard output.
    Completions { shell: Shell },
}

#[derive(Args)]
pub(crate) struct Filter {
    /// List only movies of this kind.
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<Kind>,
    /// Sort by age, name or size.
    #[arg(long, value_name = "ORDER", default_value = Sort::default().as_str(), value_parser = orders())]
    pub(crate) sort: Sort,
}

/// The changes of a movie, at least one.
#[derive(Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Change {
    /// Set the name.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Make the movie free.
    #[arg(long, conflicts_with = "charged")]
    pub(crate) free: bool,
    /// Make the movie a paid one.
    #[arg(long)]
    pub(crate) charged: bool,
}

fn orders() -> impl TypedValueParser<Value = Sort> {
    let words = PossibleValuesParser::new(Sort::ALL.iter().map(|sort| sort.as_str()));
    words.try_map(|word| word.parse::<Sort>())
}

fn language(tag: &str) -> Result<Language, String> {
    Language::from_tag(tag).ok_or_else(|| "choose `zh` or `en`".to_owned())
}
