//! `youku-server serve`: starts the server that the options describe.

use std::error::Error;
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};
use tracing::level_filters::LevelFilter;
use youku_server::{Options, ServerTls};

use crate::descriptors::raise_limit;
use crate::limits::LimitOptions;
use crate::listen::{BoundListeners, Listen};
use crate::policy::PolicyOptions;
use crate::signals::{reload, terminated};
use crate::storage::Storage;

/// Every option can also be set by the environment variable next to it.
#[derive(Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    listen: Listen,
    #[command(flatten)]
    storage: Storage,
    /// Let every client register administrators, without an invite.
    #[arg(long, env = "YOUKU_OPEN_ADMIN_REGISTRATION", value_parser = FalseyValueParser::new())]
    open_admin_registration: bool,
    #[command(flatten)]
    policy: PolicyOptions,
    #[command(flatten)]
    limits: LimitOptions,
    /// Give requests this long to complete after SIGTERM.
    #[arg(
        long,
        value_name = "SECONDS",
        env = "YOUKU_GRACE",
        default_value_t = 10
    )]
    grace: u64,
    /// Log at this level: off, error, warn, info, debug or trace.
    #[arg(long, value_name = "LEVEL", env = "YOUKU_LOG", default_value = "info")]
    log: LevelFilter,
    /// Write the log on standard error in this format.
    #[arg(
        long,
        value_name = "FORMAT",
        env = "YOUKU_LOG_FORMAT",
        value_enum,
        default_value = "text"
    )]
    log_format: LogFormat,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    /// Write lines for people.
    Text,
    /// Write one JSON object per line.
    Json,
}

impl Serve {
    pub(crate) async fn run(self: Box<Self>) -> Result<(), Box<dyn Error>> {
        self.start_log();
        raise_limit(self.limits.max_connections());
        let youku = self.storage.open(self.policy.policy()).await?;
        let BoundListeners {
            listeners,
            addresses,
            tls,
        } = self.listen.open(self.storage.data_dir()).await?;
        // From here on, before any client can know the address, a signal starts an orderly shutdown.
        let terminated = terminated().map_err(|error| format!("cannot catch signals: {error}"))?;
        let reload =
            reload(tls.clone()).map_err(|error| format!("cannot catch SIGHUP: {error}"))?;
        print_addresses(
            &addresses,
            tls.as_ref().filter(|_| self.listen.is_self_signed()),
        );
        tokio::select! {
            () = youku_server::run(listeners, youku.clone(), self.options(), terminated) => {}
            () = youku.clone().maintenance() => {}
            () = reload => {}
        }
        Ok(youku.close().await?)
    }

    fn start_log(&self) {
        let log = tracing_subscriber::fmt()
            .with_max_level(self.log)
            .with_ansi(std::io::stderr().is_terminal())
            .with_writer(std::io::stderr);
        match self.log_format {
            LogFormat::Text => log.init(),
            LogFormat::Json => log.json().init(),
        }
    }

    fn options(&self) -> Options {
        Options {
            limits: self.limits.limits(),
            open_admin_registration: self.open_admin_registration,
            grace: Duration::from_secs(self.grace),
            time_zone: jiff::tz::TimeZone::system(),
        }
    }
}

/// Prints the lines from which programs that start the server read its ports.
fn print_addresses(addresses: &[(SocketAddr, bool)], self_signed: Option<&ServerTls>) {
    // The reader of standard output may be gone; the server continues all the same.
    let mut output = std::io::stdout();
    for (address, is_encrypted) in addresses {
        let with = if *is_encrypted { " with TLS" } else { "" };
        let _ = writeln!(output, "listening on {address}{with}");
        tracing::info!(%address, is_encrypted, "listening");
    }
    if let Some(tls) = self_signed {
        let _ = writeln!(output, "certificate {}", tls.fingerprint());
    }
}
