//! Movies in a bucket of Amazon S3, or of a server that speaks the S3 protocol.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::client::{ClientConfigKey, HttpClient, HttpConnector};
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, RetryConfig};
use rustls::{ClientConfig, RootCertStore};
use url::Url;

use crate::basics::error::{Error, Result};

/// The timeout for connecting, and for a connected server that sends nothing.
const CONNECT: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(30);

/// For how long, and how often, a failed request is retried before the caller gets the error.
const RETRY: Duration = Duration::from_secs(20);
const RETRIES: usize = 5;

/// The bucket that `url` names, and the prefix of the keys in it. Settings that are not in the
/// query of the URL are taken from the environment.
///
/// # Errors
///
/// `bad_request` on `movies` when the URL contains a setting that S3 does not have, or its settings
/// are inconsistent.
pub(super) fn open(url: &Url) -> Result<(Arc<dyn ObjectStore>, Path)> {
    let prefix = Path::from_url_path(url.path()).map_err(|error| wrong(url, error.into()))?;
    let mut builder = AmazonS3Builder::from_env();
    for (name, value) in url.query_pairs() {
        let key: AmazonS3ConfigKey = name.parse().map_err(|error| wrong(url, error))?;
        builder = builder.with_config(key, value);
    }
    let mut bucket = url.clone();
    bucket.set_query(None);
    let retry = RetryConfig {
        max_retries: RETRIES,
        retry_timeout: RETRY,
        ..RetryConfig::default()
    };
    let store = builder
        .with_url(bucket)
        .with_retry(retry)
        .with_http_connector(Connector)
        .build();
    Ok((Arc::new(store.map_err(|error| wrong(url, error))?), prefix))
}

/// Does not show the query, in which there may be a secret.
fn wrong(url: &Url, source: object_store::Error) -> Error {
    let bucket = url.host_str().unwrap_or_default();
    let rule = format!(
        "`movies` does not name a bucket of S3: `s3://bucket/prefix?region=eu-west-1`, with \
         settings in the query or the environment (`AWS_ACCESS_KEY_ID`, …); the bucket is `{bucket}`"
    );
    Error::bad_request("movies", rule).with_source(source)
}

/// Connects with the TLS library that the rest of the program uses. By default, `object_store`
/// needs one that the whole program has to select first.
#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let allow_http = options.get_config_value(&ClientConfigKey::AllowHttp);
        let tls = tls().map_err(generic)?;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(allow_http.as_deref() != Some("true"))
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .build();
        Ok(HttpClient::new(client.map_err(generic)?))
    }
}

/// TLS that trusts what the system trusts.
fn tls() -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(config?.with_root_certificates(roots).with_no_client_auth())
}

fn generic(source: impl StdError + Send + Sync + 'static) -> object_store::Error {
    object_store::Error::Generic {
        store: "S3",
        source: source.into(),
    }
}
