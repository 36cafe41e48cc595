//! Where the server listens: addresses, certificates and the shared secret.

use std::error::Error;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;
use clap::builder::FalseyValueParser;
use tokio::net::TcpListener;
use youku_server::{Listener, SelfSigned, ServerTls, SharedSecret};

/// The options of the listeners.
#[derive(Args)]
pub(crate) struct Listen {
    /// Listen on this address without encryption; port 0 chooses a free port. Repeat the option for
    /// several addresses, or separate them by commas in the environment variable. Append `/md5` or
    /// `/sha256` to require the shared secret, proven by HMAC with that hash function, and `/p2` to refuse
    /// existing clients, which do not speak protocol 2 [default: 127.0.0.1:8080, unless `--listen-tls` is
    /// given].
    #[arg(
        long,
        value_name = "ADDRESS[/HASH][/p2]",
        env = "YOUKU_LISTEN",
        value_delimiter = ','
    )]
    listen: Vec<ListenAddress>,
    /// Listen on this address with TLS, as `--listen` does without.
    #[arg(
        long,
        value_name = "ADDRESS[/HASH][/p2]",
        env = "YOUKU_LISTEN_TLS",
        value_delimiter = ','
    )]
    listen_tls: Vec<ListenAddress>,
    /// Use this TLS certificate, followed by its intermediate certificates, in PEM format. SIGHUP
    /// reloads certificate and key.
    #[arg(
        long,
        value_name = "FILE",
        env = "YOUKU_TLS_CERT",
        requires = "tls_key"
    )]
    tls_cert: Option<PathBuf>,
    /// Use this private key of the certificate, in PEM format.
    #[arg(
        long,
        value_name = "FILE",
        env = "YOUKU_TLS_KEY",
        requires = "tls_cert"
    )]
    tls_key: Option<PathBuf>,
    /// Create a self-signed certificate in the data folder, for testing, unless it exists, and print
    /// its fingerprint, which clients can pin.
    #[arg(
        long,
        env = "YOUKU_TLS_SELF_SIGNED",
        value_parser = FalseyValueParser::new(),
        conflicts_with_all = ["tls_cert", "tls_key"]
    )]
    tls_self_signed: bool,
    /// Read the shared secret from this file, without line ends at its end. The secret can also be in
    /// the variable YOUKU_SECRET.
    #[arg(long, value_name = "FILE", env = "YOUKU_SECRET_FILE")]
    secret_file: Option<PathBuf>,
}

/// An address, and the hash function that proves the shared secret there, if it is required.
#[derive(Debug, Clone, PartialEq)]
struct ListenAddress {
    address: String,
    hash: Option<Hash>,
    protocol2_only: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Hash {
    Md5,
    Sha256,
}

/// The listeners, and what to print about them.
pub(crate) struct BoundListeners {
    pub(crate) listeners: Vec<Listener>,
    /// Each address, and whether it is encrypted.
    pub(crate) addresses: Vec<(SocketAddr, bool)>,
    pub(crate) tls: Option<ServerTls>,
}

impl Listen {
    /// Opens every socket. `data` is the folder for a self-signed certificate.
    pub(crate) async fn open(&self, data: &Path) -> Result<BoundListeners, Box<dyn Error>> {
        let default = [ListenAddress::default()];
        let plain = if self.listen.is_empty() && self.listen_tls.is_empty() {
            default.as_slice()
        } else {
            self.listen.as_slice()
        };
        let secret = self.secret(plain)?;
        let tls = self.tls(data)?;
        let (mut listeners, mut addresses) = (Vec::new(), Vec::new());
        let encrypted = self.listen_tls.iter().map(|listen| (listen, true));
        for (listen, is_encrypted) in plain.iter().map(|listen| (listen, false)).chain(encrypted) {
            let socket = TcpListener::bind(&listen.address).await;
            let socket = socket
                .map_err(|error| format!("cannot listen on `{}`: {error}", listen.address))?;
            addresses.push((socket.local_addr()?, is_encrypted));
            let mut listener = Listener::new(socket);
            if listen.protocol2_only {
                listener = listener.protocol2_only();
            }
            if let (Some(hash), Some(secret)) = (listen.hash, &secret) {
                listener = listener.secret(hash.with(secret));
            }
            if let (true, Some(tls)) = (is_encrypted, &tls) {
                listener = listener.tls(tls.clone());
            }
            listeners.push(listener);
        }
        Ok(BoundListeners {
            listeners,
            addresses,
            tls,
        })
    }

    /// Whether the certificate is self-signed: a client trusts it only if it knows the fingerprint.
    pub(crate) fn is_self_signed(&self) -> bool {
        self.tls_self_signed
    }

    /// The secret, if some address requires it. A secret that no address requires would protect nothing.
    fn secret(&self, plain: &[ListenAddress]) -> Result<Option<Vec<u8>>, Box<dyn Error>> {
        let secret = match (&self.secret_file, std::env::var_os("YOUKU_SECRET")) {
            (Some(_), Some(_)) => {
                return Err("set `--secret-file` or YOUKU_SECRET, not both".into());
            }
            (Some(file), None) => Some(std::fs::read(file).map_err(|error| {
                format!("cannot read secret file `{}`: {error}", file.display())
            })?),
            (None, secret) => secret.map(std::ffi::OsString::into_encoded_bytes),
        };
        let secret = secret.map(without_line_end);
        let is_asked_for = |listen: &ListenAddress| listen.hash.is_some();
        let asked_for = plain.iter().chain(&self.listen_tls).any(is_asked_for);
        match (&secret, asked_for) {
            (Some(secret), _) if secret.is_empty() => Err("the shared secret is empty".into()),
            (Some(_), false) => Err(
                "no address requires the shared secret: append `/sha256` or `/md5` to one".into(),
            ),
            (None, true) => Err("an address requires a shared secret: give `--secret-file`".into()),
            _ => Ok(secret),
        }
    }

    fn tls(&self, data: &Path) -> Result<Option<ServerTls>, Box<dyn Error>> {
        let files = match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => Some((certificate.clone(), key.clone())),
            _ if self.tls_self_signed => Some(self_signed(data, &self.listen_tls)?),
            _ => None,
        };
        match files {
            Some(_) if self.listen_tls.is_empty() => {
                Err("a certificate is given but no address uses it: add `--listen-tls ADDRESS`".into())
            }
            Some((certificate, key)) => Ok(Some(ServerTls::from_files(certificate, key)?)),
            None if self.listen_tls.is_empty() => Ok(None),
            None => Err(
                "`--listen-tls` needs `--tls-cert` and `--tls-key`, or `--tls-self-signed` for testing"
                    .into(),
            ),
        }
    }
}

/// The files of the self-signed certificate. It is made once, so that clients need to pin it only once.
fn self_signed(
    data: &Path,
    addresses: &[ListenAddress],
) -> Result<(PathBuf, PathBuf), Box<dyn Error>> {
    let (certificate, key) = (
        data.join("self-signed.pem"),
        data.join("self-signed-key.pem"),
    );
    if certificate.exists() && key.exists() {
        return Ok((certificate, key));
    }
    let hosts = addresses
        .iter()
        .filter_map(|listen| listen.address.rsplit_once(':'));
    let hosts = hosts.map(|(host, _)| host.trim_start_matches('[').trim_end_matches(']'));
    let mut names: Vec<&str> = hosts.chain(["localhost", "127.0.0.1", "::1"]).collect();
    names.sort_unstable();
    names.dedup();
    let made = SelfSigned::new(names)?;
    crate::storage::make_private(data)?;
    // The key first: a certificate without its key would be useless.
    write_private(&key, &made.key)?;
    write_private(&certificate, &made.certificate)?;
    Ok((certificate, key))
}

/// Writes a file that only its owner can read.
fn write_private(path: &Path, text: &str) -> Result<(), Box<dyn Error>> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(path)
        .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()));
    written.map_err(|error| format!("cannot write `{}`: {error}", path.display()).into())
}

fn without_line_end(mut secret: Vec<u8>) -> Vec<u8> {
    while secret
        .last()
        .is_some_and(|byte| matches!(byte, b'\n' | b'\r'))
    {
        secret.pop();
    }
    secret
}

impl Default for ListenAddress {
    fn default() -> Self {
        Self {
            address: "127.0.0.1:8080".to_owned(),
            hash: None,
            protocol2_only: false,
        }
    }
}

impl FromStr for ListenAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split('/');
        let mut listen = Self {
            address: parts.next().unwrap_or_default().to_owned(),
            hash: None,
            protocol2_only: false,
        };
        for part in parts {
            match part {
                "md5" if listen.hash.is_none() => listen.hash = Some(Hash::Md5),
                "sha256" if listen.hash.is_none() => listen.hash = Some(Hash::Sha256),
                "p2" if !listen.protocol2_only => listen.protocol2_only = true,
                _ => {
                    let text =
                        "an address may only be followed by `/md5` or `/sha256`, and by `/p2`";
                    return Err(text.to_owned());
                }
            }
        }
        Ok(listen)
    }
}

impl Hash {
    fn with(self, secret: &[u8]) -> SharedSecret {
        match self {
            Self::Md5 => SharedSecret::md5(secret),
            Self::Sha256 => SharedSecret::sha256(secret),
        }
    }
}
