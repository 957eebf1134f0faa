//! What requests travel through.
//!
//! ```text
//! connect       how long making a connection may take
//! connections   what users set about connections
//! fault         what the HTTP client's errors mean
//! handshake     what faults of TLS mean
//! tls           whom connections trust, and how they prove who they are
//! ```

mod connect;
mod connections;
mod errors;
#[cfg(feature = "__tls")]
mod handshake;
#[cfg(feature = "__tls")]
mod tls;

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use super::clock::Clock;
use super::error::{Error, ErrorKind, Result};

pub(crate) use connect::connect_within;
pub(crate) use connections::{Connections, Proxy};
pub(crate) use errors::{body_lost, no_response};
#[cfg(feature = "__tls")]
pub(crate) use tls::ClientCertificate;

/// An HTTP client, the address that it is for, and the time that goes by.
pub(crate) struct Transport {
    pub(crate) http: reqwest::Client,
    pub(crate) base_url: String,
    /// Whether the address was given as such, and not by an environment of the API: then it is that of all operations.
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

/// A response's head may have more headers than this client would read if nothing were said.
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
        configuration("the application's name holds characters that no header can carry")
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
            "the HTTP client could not be set up: {reason}{help}"
        ))
        .caused_by(error)
    })
}

/// A limit that the HTTP client can add to a time: it panics where there is no such time. No limit is as good as a century.
fn countable(limit: Duration) -> Option<Duration> {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
    (limit < CENTURY).then_some(limit)
}
