//! The builder of clients.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue};

use super::Client;
use super::base_url::check;
use super::options::set_header;
use super::settings::Settings;
use super::shared::Shared;
use crate::generated::Environment;
use crate::runtime::batch::MOST_ITEMS;
use crate::runtime::call::Session;
use crate::runtime::clock::Clock;
use crate::runtime::error::{Error, Result};
use crate::runtime::identity::credentials::Credentials;
use crate::runtime::observer::{Observer, OptionalObserver};
use crate::runtime::pace::Pace;
use crate::runtime::retry::RetryPolicy;

/// Builds a [`Client`].
#[derive(Clone, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    credentials: Option<Credentials>,
    pub(super) settings: Settings,
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("credentials", &self.credentials)
            .field("options", &self.settings.options)
            .field("connect_timeout", &self.settings.connect_timeout)
            .field("idle_timeout", &self.settings.idle_timeout)
            .field("connections", &self.settings.connections)
            .field("application", &self.settings.application)
            .finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// Sets the environment; if not set, [`Environment::Sandbox`].
    pub fn environment(mut self, environment: Environment) -> Self {
        self.settings.base_url = environment.base_url().to_owned();
        self.settings.has_custom_base_url = false;
        self
    }

    /// Sets the base URL instead of an environment, for example of an embedded sandbox: `http://127.0.0.1:8080`. All operations use
    /// it, also those with a server of their own. Plain http is accepted only for loopback addresses and the hosts of
    /// [`allow_plain_http_to`](Self::allow_plain_http_to).
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.settings.base_url = base_url.into();
        self.settings.has_custom_base_url = true;
        self
    }

    /// Sets how requests authenticate. Required.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Sets the retry policy.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.options.retry = policy;
        self
    }

    /// Sets the timeout for connecting; if not set, 10 seconds. It is limited to half of the attempt timeout, so that a failed
    /// connection is distinguished from a missing response.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.connect_timeout = timeout;
        self
    }

    /// Sets how long an idle connection is kept; if not set, 30 seconds. Keep it shorter than the idle timeout of load balancers,
    /// often 60 seconds: a request on a connection that is just being closed may be lost, and the outcome of a save is then
    /// unknown.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.settings.idle_timeout = timeout;
        self
    }

    /// Sets the timeout of one attempt, from connecting to the last byte of the response; if not set, 30 seconds.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.settings.options.attempt_timeout = timeout;
        self
    }

    /// Sets the timeout of a call with all its attempts and waits; if not set, 2 minutes. In a batch, it applies to each request;
    /// obtaining a token has the same timeout of its own.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.settings.options.total_timeout = timeout;
        self
    }

    /// Sets the maximum number of items of a request in batches, from 1 to 100,000; if not set, 100.
    pub fn request_size(mut self, items: usize) -> Self {
        self.settings.options.request_size = items.clamp(1, MOST_ITEMS);
        self
    }

    /// Sets the maximum number of requests of a batch in flight, at least 1; if not set, 1.
    pub fn in_flight(mut self, requests: usize) -> Self {
        self.settings.options.in_flight = requests.max(1);
        self
    }

    /// Sets a header of every request, including token requests. See [`CallOptions::header`](crate::CallOptions::header).
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        set_header(&mut self.settings.options.headers, name, value);
        self
    }

    /// Sets an observer for each attempt of each call, including token requests.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.settings.options.observer = OptionalObserver(Some(Arc::new(observer)));
        self
    }

    /// Sets the name and version of your application, such as `acme-bank/2.1`, which is put first in the `User-Agent`.
    pub fn application(mut self, name_and_version: impl Into<String>) -> Self {
        self.settings.application = Some(name_and_version.into());
        self
    }

    /// Sets the clock, for tests; if not set, the system clock.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.settings.clock = Arc::new(clock);
        self
    }

    /// Sets the maximum rate of requests with each token; if not set, there is none. Calls with one token then wait in order until
    /// they may be sent, within their [`total_timeout`](Self::total_timeout).
    ///
    /// With or without a pace, a 429 response makes all calls of its token wait as long as Tight asks, and the client learns the rate
    /// limit.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.settings.pace = Some(pace);
        self
    }

    /// Sets how many tokens the client caches for [`Client::for_user`], one for each user and scope; if not set, 10,000. Tokens that
    /// have not been used for long are evicted first, and requested again when needed.
    pub fn token_capacity(mut self, subjects: usize) -> Self {
        self.settings.token_capacity = subjects.max(1);
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// Fails with [`Configuration`](crate::ErrorKind::Configuration) if there are no credentials, they cannot be sent, or the base URL is not safe for them.
    pub fn build(self) -> Result<Client> {
        let credentials = self.credentials.ok_or_else(|| {
            Error::configuration("there are no credentials: call `ClientBuilder::credentials`")
        })?;
        let (base_url, host_kind) = check(&self.settings.base_url, &self.settings.connections)
            .map_err(Error::configuration)?;
        let transport = self.settings.transport(base_url, &host_kind)?;
        let options = Arc::new(self.settings.options.clone());
        let shared = Shared::new(self.settings, host_kind);
        let identity = shared.identity(&credentials, &transport)?;
        Ok(Client::new(
            Session {
                transport,
                identity,
                options,
            },
            shared,
        ))
    }
}
