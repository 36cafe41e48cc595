//! `youku`: the terminal client. This only reads the arguments.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use youku_server::Language;
use youku_server::terminal::{Console, Settings, run};

/// Movies of a Youku server: upload, list, download, by menu.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The server to connect to.
    #[arg(
        long,
        value_name = "HOST:PORT",
        env = "YOUKU_SERVER",
        default_value = "127.0.0.1:8080"
    )]
    server: String,
    /// The language, `zh` or `en`; by default that of the locale.
    #[arg(long, value_name = "LANG", env = "YOUKU_LANG", value_parser = language)]
    lang: Option<Language>,
    /// The folder for downloads.
    #[arg(long, value_name = "DIR", env = "YOUKU_DOWNLOADS", default_value = ".")]
    downloads: PathBuf,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Arguments {
        server,
        lang,
        downloads,
    } = Arguments::parse();
    let language = lang.unwrap_or_else(language_of_locale);
    let settings = Settings {
        server,
        language,
        downloads,
    };
    match run(&settings, &mut Console::standard()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("youku: {error}");
            ExitCode::FAILURE
        }
    }
}

fn language(tag: &str) -> Result<Language, String> {
    Language::from_tag(tag).ok_or_else(|| "choose `zh` or `en`".to_owned())
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
