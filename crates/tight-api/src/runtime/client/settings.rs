//! What a builder sets, apart from credentials: everything that clients and their transports are made with.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use reqwest::Url;

use super::base_url::HostKind;
use crate::generated::Environment;
use crate::runtime::call::Options;
use crate::runtime::clock::{Clock, SystemClock};
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::observer::OptionalObserver;
use crate::runtime::pace::Pace;
use crate::runtime::retry::RetryPolicy;
use crate::runtime::transport::{Connections, Http, HttpSettings, Transport, http_client};

/// The settings of a client.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) base_url: String,
    pub(super) has_custom_base_url: bool,
    pub(super) options: Options,
    pub(super) connect_timeout: Duration,
    pub(super) idle_timeout: Duration,
    pub(super) connections: Connections,
    pub(super) application: Option<String>,
    pub(super) token_capacity: usize,
    pub(super) pace: Option<Pace>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: Environment::default().base_url().to_owned(),
            has_custom_base_url: false,
            options: Options {
                retry: RetryPolicy::default(),
                attempt_timeout: Duration::from_secs(30),
                total_timeout: Duration::from_secs(120),
                // Tight documents no limit; a hundred messages make a request of moderate size.
                request_size: 100,
                in_flight: 1,
                headers: HeaderMap::new(),
                observer: OptionalObserver::default(),
                keep_body: None,
            },
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(30),
            connections: Connections::default(),
            application: None,
            token_capacity: 10_000,
            pace: None,
            clock: Arc::new(SystemClock),
        }
    }
}

impl Settings {
    /// Creates a transport with an HTTP client of its own.
    pub(super) fn transport(
        &self,
        base_url: String,
        host_kind: &HostKind,
    ) -> Result<Arc<Transport>> {
        let settings = HttpSettings {
            application: self.application.as_deref(),
            connect_timeout: self.connect_timeout,
            idle_timeout: self.idle_timeout,
            connections: &self.connections,
            is_plain: base_url.starts_with("http:"),
            is_direct: *host_kind != HostKind::Remote,
        };
        let url = Url::parse(&base_url).map_err(|error| {
            let message = format!("the base URL is not a URL: {error}");
            Error::new(ErrorKind::Configuration, message)
        })?;
        Ok(Arc::new(Transport {
            http: Http::new(http_client(&settings)?, url),
            base_url,
            has_custom_base_url: self.has_custom_base_url,
            clock: Arc::clone(&self.clock),
        }))
    }
}
