//! The HTTP client, its connections, and its errors.
//!
//! ```text
//! causes        what an error of the HTTP client was caused by
//! connect       the timeout for connecting
//! connections   settings of connections
//! errors        classifies the errors of the HTTP client
//! handshake     classifies TLS errors
//! http          starts requests to URLs below the base URL
//! tls           certificates
//! ```

mod causes;
mod connect;
mod connections;
mod errors;
#[cfg(feature = "__tls")]
mod handshake;
mod http;
#[cfg(feature = "__tls")]
mod tls;

use std::sync::Arc;
use std::time::Duration;

use ::http::HeaderValue;

use super::clock::Clock;
use super::error::{Error, ErrorKind, Result};

pub(crate) use connect::connect_within;
pub(crate) use connections::{Connections, Proxy};
pub(crate) use errors::{body_lost, no_response};
pub(crate) use http::Http;
#[cfg(feature = "__tls")]
pub(crate) use tls::ClientCertificate;

/// An HTTP client, its base URL and the clock.
pub(crate) struct Transport {
    pub(crate) http: Http,
    pub(crate) base_url: String,
    /// Whether the base URL was set directly instead of an environment: then all operations use it.
    pub(crate) has_custom_base_url: bool,
    pub(crate) clock: Arc<dyn Clock>,
}

/// How an HTTP client is set up.
pub(crate) struct HttpSettings<'a> {
    pub(crate) application: Option<&'a str>,
    pub(crate) connect_timeout: Duration,
    pub(crate) idle_timeout: Duration,
    pub(crate) connections: &'a Connections,
    /// Whether all calls go over plain http.
    pub(crate) is_plain: bool,
    /// Whether calls go to their host without a proxy, whatever is set.
    pub(crate) is_direct: bool,
}

/// The most headers of a response; more than the default of the HTTP client.
const MOST_HEADERS: usize = 256;

/// What they may come to over HTTP/2, in bytes, with 32 more for each: so that it is the same as over HTTP/1.1.
const LARGEST_HEAD: u32 = 256 * 1024;

/// An HTTP client that leaves all decisions to this crate.
pub(crate) fn http_client(settings: &HttpSettings<'_>) -> Result<reqwest::Client> {
    const OWN: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    let configuration = |message: &str| Error::new(ErrorKind::Configuration, message);
    let user_agent = settings.application.map_or_else(
        || OWN.to_owned(),
        |application| format!("{application} {OWN}"),
    );
    let user_agent = HeaderValue::from_str(&user_agent).map_err(|_| {
        configuration("the application name contains characters that are not allowed in headers")
    })?;
    let http = reqwest::Client::builder().pool_idle_timeout(countable(settings.idle_timeout));
    let http = settings.connections.prepare(http, settings.is_plain);
    // What users set must not change what follows: this crate is right because of it.
    let mut http = http
        .map_err(|message| configuration(&message))?
        .user_agent(user_agent)
        // Credentials go where the caller sent them, and nowhere else.
        .redirect(reqwest::redirect::Policy::none())
        // A request is sent again by decision of the retry policy, never under the hood.
        .retry(reqwest::retry::never())
        .gzip(true)
        .http1_max_headers(MOST_HEADERS)
        .http2_max_header_list_size(LARGEST_HEAD)
        .connector_layer(connect::LimitLayer(settings.connect_timeout));
    if settings.is_direct {
        http = http.no_proxy();
    }
    http.build().map_err(|error| {
        let reason = errors::first_cause(&error);
        let help = errors::advice(&reason);
        configuration(&format!(
            "the HTTP client could not be created: {reason}{help}"
        ))
        .caused_by(error)
    })
}

/// `None` for durations over a century, since the HTTP client panics if a time overflows.
fn countable(limit: Duration) -> Option<Duration> {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
    (limit < CENTURY).then_some(limit)
}
