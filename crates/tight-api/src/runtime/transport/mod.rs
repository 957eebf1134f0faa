//! What requests travel through.
//!
//! ```text
//! connect   how long making a connection may take
//! fault     what the HTTP client's errors mean
//! ```

mod connect;
mod fault;

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use super::clock::Clock;
use super::error::{Error, ErrorKind, Result};

pub(crate) use connect::connect_within;
pub(crate) use fault::{body_lost, not_answered};

/// An HTTP client, the address that it is for, and the time that goes by.
pub(crate) struct Transport {
    pub(crate) http: reqwest::Client,
    pub(crate) base_url: String,
    /// Whether the address was given as such, and not by an environment of the API: then it is that of all operations.
    pub(crate) is_told_where: bool,
    pub(crate) clock: Arc<dyn Clock>,
}

/// How an HTTP client is set up.
pub(crate) struct HttpSettings<'a> {
    pub(crate) application: Option<&'a str>,
    pub(crate) connect_timeout: Duration,
    pub(crate) idle_timeout: Duration,
    /// Whether all calls go to this very machine, where no proxy is.
    pub(crate) is_loopback: bool,
}

/// An answer's head may have more headers than this client would read if nothing were said.
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
    let mut http = reqwest::Client::builder()
        .user_agent(user_agent)
        // Credentials go where the caller sent them, and nowhere else.
        .redirect(reqwest::redirect::Policy::none())
        // A request is sent again by decision of the retry policy, never under the hood.
        .retry(reqwest::retry::never())
        .pool_idle_timeout(countable(settings.idle_timeout))
        .http1_max_headers(MOST_HEADERS)
        .http2_max_header_list_size(LARGEST_HEAD)
        .connector_layer(connect::LimitLayer(settings.connect_timeout));
    if settings.is_loopback {
        http = http.no_proxy();
    }
    http.build().map_err(|error| {
        let reason = fault::first_cause(&error);
        configuration(&format!("the HTTP client could not be set up: {reason}")).caused_by(error)
    })
}

/// A limit that the HTTP client can add to a time: it panics where there is no such time. No limit is as good as a century.
fn countable(limit: Duration) -> Option<Duration> {
    const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
    (limit < CENTURY).then_some(limit)
}
