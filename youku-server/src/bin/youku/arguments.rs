//! The arguments of `youku`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use youku_server::client::Sort;
use youku_server::{Fingerprint, Language};

use crate::exit;

/// Movies of a Youku server: by menu without a command, by commands for scripts.
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
    /// The server to connect to.
    #[arg(
        long,
        global = true,
        value_name = "HOST:PORT",
        env = "YOUKU_SERVER",
        default_value = "127.0.0.1:8080"
    )]
    pub(crate) server: String,
    /// Encrypt the connection; the server's certificate is checked with the authorities that this
    /// system trusts.
    #[arg(long, global = true, env = "YOUKU_TLS", value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) tls: bool,
    /// Encrypt the connection; the server's certificate is checked with the authorities in this file
    /// (PEM).
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "YOUKU_TLS_CA",
        conflicts_with = "tls"
    )]
    pub(crate) tls_ca: Option<PathBuf>,
    /// Encrypt the connection; the server's certificate is the one with this SHA-256 fingerprint.
    #[arg(
        long,
        global = true,
        value_name = "SHA256",
        env = "YOUKU_TLS_PIN",
        conflicts_with_all = ["tls", "tls_ca"]
    )]
    pub(crate) tls_pin: Option<Fingerprint>,
    /// A file with the secret that the server asks for; line ends at its end do not count. Or set
    /// YOUKU_SECRET.
    #[arg(long, global = true, value_name = "FILE", env = "YOUKU_SECRET_FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    /// How the secret is proven: by HMAC with this hash function.
    #[arg(
        long,
        global = true,
        value_name = "HASH",
        env = "YOUKU_SECRET_HASH",
        default_value = "sha256"
    )]
    pub(crate) secret_hash: Hash,
    /// The language, `zh` or `en`; by default that of the locale.
    #[arg(long, global = true, value_name = "LANG", env = "YOUKU_LANG", value_parser = language)]
    pub(crate) lang: Option<Language>,
    /// The folder for downloads.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "YOUKU_DOWNLOADS",
        default_value = "."
    )]
    pub(crate) downloads: PathBuf,
    /// Write one JSON object to the standard output, and a failure as one to the standard error.
    #[arg(long, global = true, env = "YOUKU_JSON", value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) json: bool,
}

/// The hash functions that can prove a secret.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Hash {
    Md5,
    Sha256,
}

/// Free or charged.
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
    /// Read the password from the first line of the standard input. Otherwise it is taken from
    /// YOUKU_PASSWORD, or asked for.
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Log in; later commands go on with the session, until `logout`.
    Login {
        /// Asked for if left out.
        username: Option<String>,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Register a user. This does not log in.
    Register {
        /// Asked for if left out.
        username: Option<String>,
        #[command(flatten)]
        password: PasswordSource,
        /// Register an administrator: with the invite in YOUKU_INVITE, or asked for.
        #[arg(long)]
        admin: bool,
    },
    /// End the session.
    Logout,
    /// Who is logged in.
    Whoami,
    /// Change the password. With `--password-stdin`: the old one in the first line, the new one in
    /// the second.
    Password {
        #[command(flatten)]
        password: PasswordSource,
    },
    /// List the movies.
    List(Filter),
    /// List the movies whose name contains a text, in upper or lower case.
    Search {
        text: String,
        #[command(flatten)]
        filter: Filter,
    },
    /// Upload files as movies.
    Upload {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Downloading them costs something. They are free otherwise.
        #[arg(long)]
        charged: bool,
    },
    /// List the uploads of yours that are not finished.
    Uploads,
    /// Give unfinished uploads up; `uploads` lists them.
    Abort {
        #[arg(required = true, value_name = "UPLOAD_ID")]
        uploads: Vec<String>,
    },
    /// Download movies. A charged movie is charged once, without another question.
    Download {
        #[arg(required = true, value_name = "ID")]
        movies: Vec<u64>,
    },
    /// Change what a movie is called, or whether it costs something.
    Edit {
        #[arg(value_name = "ID")]
        movie: u64,
        #[command(flatten)]
        change: Change,
    },
    /// Take movies off the list.
    Delete {
        #[arg(required = true, value_name = "ID")]
        movies: Vec<u64>,
    },
    /// List deleted movies again.
    Restore {
        #[arg(required = true, value_name = "ID")]
        movies: Vec<u64>,
    },
    /// Publish a notice.
    Notice { title: String, content: String },
    /// Read the notices.
    Notices,
    /// What movies and membership cost.
    Prices,
    /// Buy membership, or prolong it.
    Vip,
    /// What you have downloaded.
    History,
    /// What you have paid for.
    Purchases,
    /// What administrators do about users.
    #[command(subcommand)]
    Admin(Admin),
    /// Write completions for a shell to the standard output.
    Completions { shell: Shell },
}

#[derive(Args)]
pub(crate) struct Filter {
    /// Only movies of this kind.
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<Kind>,
    /// In which order: by age, by name or by size.
    #[arg(long, value_name = "ORDER", default_value = Sort::default().as_str(), value_parser = orders())]
    pub(crate) sort: Sort,
}

/// What of a movie changes: at least one of these.
#[derive(Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Change {
    /// Its new name.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Downloading it costs nothing.
    #[arg(long, conflicts_with = "charged")]
    pub(crate) free: bool,
    /// Downloading it costs something.
    #[arg(long)]
    pub(crate) charged: bool,
}

#[derive(Subcommand)]
pub(crate) enum Admin {
    /// List the users.
    Users,
    /// Keep a user from logging in, and end their sessions.
    Lock {
        #[arg(value_name = "USER_ID")]
        user: u64,
    },
    /// Let a user log in again.
    Unlock {
        #[arg(value_name = "USER_ID")]
        user: u64,
    },
    /// Give a user another role.
    Role {
        #[arg(value_name = "USER_ID")]
        user: u64,
        role: Role,
    },
    /// Make a code with which one administrator can be registered.
    Invite,
    /// What administrators did, and what concerned security.
    Audit,
    /// List the movies that can be restored.
    Deleted(Filter),
    /// How much there is of everything.
    Statistics,
}

fn orders() -> impl TypedValueParser<Value = Sort> {
    let words = PossibleValuesParser::new(Sort::ALL.iter().map(|sort| sort.as_str()));
    words.try_map(|word| word.parse::<Sort>())
}

fn language(tag: &str) -> Result<Language, String> {
    Language::from_tag(tag).ok_or_else(|| "choose `zh` or `en`".to_owned())
}
