//! Movies in a bucket of Amazon S3, or of a server that speaks its protocol.

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

/// How long a connection may take, and a server that is connected may say nothing.
const CONNECT: Duration = Duration::from_secs(5);
const SILENCE: Duration = Duration::from_secs(30);

/// How long, and how often, a request that failed is sent again before its caller hears of it.
const RETRY: Duration = Duration::from_secs(20);
const RETRIES: usize = 5;

/// The bucket that `url` names, and the common part of the keys in it. What the URL does not say
/// in its query is taken from the environment.
///
/// # Errors
///
/// `bad_request` on `movies` when the URL says something that is no setting of S3, or its settings
/// do not go together.
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

/// Connects with the TLS library that everything else uses; left alone, `object_store` would want
/// one that the whole program has to choose beforehand.
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
