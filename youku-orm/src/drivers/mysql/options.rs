//! The driver's options: the size of the pool, encryption, and the settings of every connection.

use std::borrow::Cow;
use std::time::Duration;

use mysql_async::{Opts, OptsBuilder, PoolConstraints, PoolOpts, SslOpts};

use crate::error::{Error, Result};
use crate::settings::options::DatabaseOptions;
use crate::settings::tls::Tls;

/// The maximum of `max_lifetime`.
const TEN_YEARS: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// The settings of every new connection: refuse a value that does not fit instead of changing it, let
/// the difference of unsigned numbers be negative as long as it is not stored, store the key 0 as it
/// is, interpret DATETIME as UTC, and commit each statement, whatever the server's own settings are.
const SETUP: &str = "SET sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_VALUE_ON_ZERO,\
NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION,NO_UNSIGNED_SUBTRACTION,ONLY_FULL_GROUP_BY', \
time_zone = '+00:00', autocommit = 1";

/// The greatest packet that the protocol allows, so that the driver reads whatever the server sends. What the server accepts is
/// checked before a statement is sent.
const MAX_PACKET: usize = 1 << 30;

/// Adds what this crate needs of a connection, for
/// [`with_mysql_pool`](DatabaseOptions::with_mysql_pool): strict SQL, DATETIME in UTC, each statement committed, updates
/// that count the rows they matched, and rows of any size. Your own `setup` statements stay.
pub fn mysql_options(builder: OptsBuilder) -> OptsBuilder {
    let given = Opts::from(builder.clone());
    let mut setup = given.setup().to_vec();
    // The driver runs them from the last to the first.
    setup.insert(0, SETUP.to_owned());
    builder
        .client_found_rows(true)
        .max_allowed_packet(given.max_allowed_packet().or(Some(MAX_PACKET)))
        .setup(setup)
}

/// Refuses options that [`mysql_options`] did not make, and those that keep no prepared statement.
pub(super) fn require_complete(options: &Opts) -> Result<()> {
    if !options.client_found_rows() || !options.setup().iter().any(|text| text == SETUP) {
        return Err(Error::usage(
            "the pool lacks settings that this crate needs; make its options with `mysql_options`",
        ));
    }
    if options.stmt_cache_size() == 0 {
        return Err(Error::usage(
            "the pool has `stmt_cache_size` 0, so the driver would never close a prepared statement and the server would \
             run out of them; set at least 1",
        ));
    }
    Ok(())
}

/// The driver's options for a URL.
pub(super) fn of_url(url: &str, options: &DatabaseOptions) -> Result<Opts> {
    let given = Opts::from_url(&mysql_url(url)).map_err(mysql_async::Error::from)?;
    // The driver's own parameters could disable the check of the certificate.
    if given.ssl_opts().is_some() {
        return Err(Error::usage(
            "`require_ssl` is not known here; write `tls=true`, `tls_ca=FILE` or `tls_host_name=NAME`",
        ));
    }
    let encryption = options.tls.as_ref().map(encryption).transpose()?;
    // A socket on the same machine is not encrypted, and the driver would switch to it.
    if encryption.is_some() && given.socket().is_some() {
        return Err(Error::usage(
            "the URL names a `socket`, which is never encrypted, and the options ask for TLS; remove one",
        ));
    }
    require_support(encryption.is_some())?;
    let prefer_socket = given.prefer_socket() && encryption.is_none();
    let builder = OptsBuilder::from_opts(given)
        // Without a cache the driver would never close a statement that it has prepared.
        .stmt_cache_size(options.statement_cache.max(1))
        .tcp_nodelay(true)
        .prefer_socket(prefer_socket)
        .ssl_opts(encryption)
        .pool_opts(pool(options));
    Ok(mysql_options(builder).into())
}

/// The size of the driver's pool, and the age at which it closes connections.
fn pool(options: &DatabaseOptions) -> PoolOpts {
    let most = usize::from(options.pool_size());
    // The lower bound is how many idle connections are kept whatever their age. Without an age all
    // are: the driver closes at once what comes back beyond the bound.
    let least = match options.idle_timeout {
        Some(_) => options.min_connections.min(most),
        None => most,
    };
    let constraints = PoolConstraints::new(least, most)
        .expect("`pool_size` is at least 1, and the lower bound is at most that");
    // The driver adds it to the time of day, which a greater one would overflow.
    let max_lifetime = options.max_lifetime.map(|life| life.min(TEN_YEARS));
    let mut pool = PoolOpts::default()
        .with_constraints(constraints)
        // A reset at every check-out would discard the prepared statements.
        .with_reset_connection(false)
        .with_abs_conn_ttl(max_lifetime)
        .with_abs_conn_ttl_jitter(max_lifetime.map(|lifetime| lifetime / 10));
    if let Some(idle) = options.idle_timeout {
        pool = pool.with_inactive_connection_ttl(idle);
    }
    if let Some(age) = options.idle_timeout.into_iter().chain(max_lifetime).min() {
        // By itself the driver looks twice a minute; it does not take less than a second.
        let look = age.clamp(Duration::from_secs(1), Duration::from_secs(30));
        pool = pool.with_ttl_check_interval(look);
    }
    pool
}

fn encryption(tls: &Tls) -> Result<SslOpts> {
    let mut options = SslOpts::default();
    if let Some(path) = &tls.ca_file {
        let certificates = std::fs::read(path).map_err(|error| {
            let path = path.display();
            Error::usage(format!("the CA file `{path}` cannot be read: {error}"))
        })?;
        options = options
            .with_root_certs(vec![certificates.into()])
            .with_disable_built_in_roots(true);
    }
    if let Some(name) = &tls.host_name {
        options = options.with_danger_tls_hostname_override(Some(name.clone()));
    }
    Ok(options)
}

/// Makes sure that the driver can encrypt; it would panic where it cannot.
#[cfg(feature = "mysql-tls")]
fn require_support(encrypted: bool) -> Result<()> {
    use rustls::crypto::{CryptoProvider, ring};
    // A program that has chosen a provider keeps it. With none chosen and two compiled in, rustls
    // would panic.
    if encrypted && CryptoProvider::get_default().is_none() {
        // Another thread may have installed a provider since the check, and that one is just as good.
        let _ = ring::default_provider().install_default();
    }
    Ok(())
}

#[cfg(not(feature = "mysql-tls"))]
fn require_support(encrypted: bool) -> Result<()> {
    if encrypted {
        return Err(Error::usage(
            "TLS needs the feature `mysql-tls` of `youku-orm`, which is not enabled",
        ));
    }
    Ok(())
}

/// The driver knows the scheme `mysql` only.
fn mysql_url(url: &str) -> Cow<'_, str> {
    match url.strip_prefix("mariadb:") {
        Some(rest) => format!("mysql:{rest}").into(),
        None => url.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_pool_follows_the_options() {
        let minute = Duration::from_secs(60);
        let options = DatabaseOptions::default().max_connections(7);
        let kept = pool(&options);
        assert_eq!((kept.constraints().min(), kept.constraints().max()), (7, 7));
        assert_eq!(kept.abs_conn_ttl(), None);

        let options = options
            .min_connections(2)
            .idle_timeout(minute)
            .max_lifetime(10 * minute);
        let kept = pool(&options);
        assert_eq!((kept.constraints().min(), kept.constraints().max()), (2, 7));
        assert_eq!(kept.inactive_connection_ttl(), minute);
        assert_eq!(kept.ttl_check_interval(), minute / 2);
        assert_eq!(kept.abs_conn_ttl(), Some(10 * minute));
        assert_eq!(kept.abs_conn_ttl_jitter(), Some(minute));
        let soon = pool(&options.clone().idle_timeout(minute / 20));
        assert_eq!(soon.ttl_check_interval(), minute / 20);
        let young = pool(&options.max_lifetime(minute / 30));
        assert_eq!(young.ttl_check_interval(), minute / 30);
    }

    #[test]
    fn only_the_scheme_is_rewritten() {
        assert_eq!(mysql_url("mariadb://a@b/c"), "mysql://a@b/c");
        let named_so = "mysql://mariadb:pw@host/db";
        assert_eq!(mysql_url(named_so), named_so);
    }

    #[test]
    fn custom_setup_statements_are_kept() {
        let builder = OptsBuilder::default().setup(vec!["SET @a = 1"]);
        assert!(require_complete(&builder.clone().into()).is_err());
        let options = Opts::from(mysql_options(builder));
        assert!(require_complete(&options).is_ok());
        assert_eq!(options.setup(), [SETUP, "SET @a = 1"]);
    }

    #[test]
    fn the_certificate_check_cannot_be_disabled() {
        let options = DatabaseOptions::default();
        let refused = of_url(
            "mysql://a@localhost/b?require_ssl=true&verify_ca=false",
            &options,
        );
        assert!(refused.is_err_and(|error| error.to_string().contains("`require_ssl`")));
    }

    #[test]
    fn encryption_never_uses_the_socket() {
        let options = DatabaseOptions::default().tls(Tls::new());
        let refused = of_url("mysql://a@localhost/b?socket=/x", &options);
        assert!(refused.is_err_and(|error| error.to_string().contains("`socket`")));
        if cfg!(feature = "mysql-tls") {
            let options = of_url("mysql://a@localhost/b", &options).expect("it is a URL");
            assert!(!options.prefer_socket() && options.ssl_opts().is_some());
        }
    }
}
