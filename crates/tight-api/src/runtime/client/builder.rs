//! Settings in code.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::Client;
use super::base_url::{Place, check};
use super::options::set_header;
use super::origin::Origin;
use crate::generated::Environment;
use crate::runtime::batch::MOST_ITEMS;
use crate::runtime::call::{Options, Session};
use crate::runtime::clock::{Clock, SystemClock};
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::identity::credentials::Credentials;
use crate::runtime::observer::{Observer, Observing};
use crate::runtime::pace::Pace;
use crate::runtime::retry::RetryPolicy;
use crate::runtime::transport::{Connections, HttpSettings, Transport, http_client};

/// Sets up a [`Client`].
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    base_url: String,
    is_told_where: bool,
    credentials: Option<Credentials>,
    pub(super) options: Options,
    connect_timeout: Duration,
    idle_timeout: Duration,
    pub(super) connections: Connections,
    application: Option<String>,
    pub(super) token_capacity: usize,
    pub(super) pace: Option<Pace>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            base_url: Environment::default().base_url().to_owned(),
            is_told_where: false,
            credentials: None,
            options: Options {
                retry: RetryPolicy::default(),
                attempt_timeout: Duration::from_secs(30),
                total_timeout: Duration::from_secs(120),
                // Tight documents no limit; a hundred messages make a request of moderate size.
                request_size: 100,
                in_flight: 1,
                headers: HeaderMap::new(),
                observer: Observing::default(),
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

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("credentials", &self.credentials)
            .field("options", &self.options)
            .field("connect_timeout", &self.connect_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("connections", &self.connections)
            .field("application", &self.application)
            .finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// Sets where the API is served; [`Environment::Sandbox`] if nothing is said.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.base_url = environment.base_url().to_owned();
        self.is_told_where = false;
        self
    }

    /// Sets another address that serves the API, such as that of an embedded sandbox: `http://127.0.0.1:8080`. Plain http is
    /// accepted for loopback addresses, and for hosts of [`allow_plain_http_to`](Self::allow_plain_http_to). All operations are called there, also those that have a server of their own.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self.is_told_where = true;
        self
    }

    /// Sets what proves to Tight who is calling. A client cannot be built without.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Sets what is tried again, and how often.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = policy;
        self
    }

    /// Sets how long making a connection may take; 10 seconds if nothing is said. It is at most half of what an attempt may
    /// take, so that a connection that could not be made is told from an answer that did not come.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how long a connection is kept that nothing is sent on; 30 seconds if nothing is said. It should be shorter than that of
    /// whatever stands before the server: a request on a connection that is closed at that moment may be lost, and a save then is
    /// in doubt. Balancers often close after 60 seconds.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// Sets how long an attempt may take, from connecting to the last byte of the answer; 30 seconds if nothing is said.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options.attempt_timeout = timeout;
        self
    }

    /// Sets how long a request may take with all its attempts and the time between them; 2 minutes if nothing is said. A batch
    /// has this for each of its requests; obtaining a token has it for itself.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.options.total_timeout = timeout;
        self
    }

    /// Sets how many items of a batch are sent in one request: from 1 to 100,000; 100 if nothing is said.
    pub fn request_size(mut self, items: usize) -> Self {
        self.options.request_size = items.clamp(1, MOST_ITEMS);
        self
    }

    /// Sets how many requests of a batch are under way at a time, at least 1; 1 if not set.
    pub fn in_flight(mut self, requests: usize) -> Self {
        self.options.in_flight = requests.max(1);
        self
    }

    /// Sets a header that is sent with each request, as [`CallOptions::header`](crate::CallOptions::header) does for a call. Requests
    /// for tokens have it, too.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        set_header(&mut self.options.headers, name, value);
        self
    }

    /// Sets an observer that sees each attempt of each call. That includes requests for tokens.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.options.observer = Observing(Some(Arc::new(observer)));
        self
    }

    /// Sets the name and version of your application, such as `acme-bank/2.1`. It stands before this crate's in the
    /// `User-Agent` of every request.
    pub fn application(mut self, name_and_version: impl Into<String>) -> Self {
        self.application = Some(name_and_version.into());
        self
    }

    /// Sets another clock than the system's, for tests.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets how many requests are sent with each token in a time; if not set, as many as are called. Tight limits the requests of
    /// each token, so calls of one token wait for their turn, in order, rather than be turned down. They wait within their
    /// [`total_timeout`](Self::total_timeout).
    ///
    /// Whether or not a pace is set: a 429 concerns all calls of its token. They wait together for as long as Tight asks, and the
    /// client learns how many Tight lets through.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = Some(pace);
        self
    }

    /// Sets how many users' tokens the client keeps for [`Client::for_user`]; 10,000 if not set. Beyond that, those that have not
    /// been used for long go first, and are asked for again when they are needed.
    pub fn token_capacity(mut self, subjects: usize) -> Self {
        self.token_capacity = subjects.max(1);
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] if there are no credentials, or an address that they must not be sent to.
    pub fn build(mut self) -> Result<Client> {
        let credentials = self.credentials.take().ok_or_else(|| {
            configuration("there are no credentials: call `ClientBuilder::credentials`")
        })?;
        let (base_url, place) = check(&self.base_url, &self.connections).map_err(configuration)?;
        let transport = self.transport(base_url, &place)?;
        let options = Arc::new(self.options.clone());
        let origin = Origin::new(self, place);
        let identity = origin.identity(&credentials, &transport)?;
        Ok(Client::new(
            Session {
                transport,
                identity,
                options,
            },
            origin,
        ))
    }

    pub(super) fn transport(&self, base_url: String, place: &Place) -> Result<Arc<Transport>> {
        let settings = HttpSettings {
            application: self.application.as_deref(),
            connect_timeout: self.connect_timeout,
            idle_timeout: self.idle_timeout,
            connections: &self.connections,
            is_plain: base_url.starts_with("http:"),
            is_direct: *place != Place::Elsewhere,
        };
        Ok(Arc::new(Transport {
            http: http_client(&settings)?,
            base_url,
            is_told_where: self.is_told_where,
            clock: Arc::clone(&self.clock),
        }))
    }
}

pub(super) fn configuration(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Configuration, message)
}
