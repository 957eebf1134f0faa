//! The client and how it is set up.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use http::header::ACCEPT;
use reqwest::Url;
use reqwest::header::HeaderMap;

use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind, Result};
use crate::generated::Environment;
use crate::runtime::Settings;

/// Calls the API. Cheap to clone; clones share their connections.
///
/// ```
/// use tight_api::{Client, Credentials, Environment};
///
/// # fn main() -> tight_api::Result<()> {
/// let client = Client::builder()
///     .environment(Environment::Sandbox)
///     .credentials(Credentials::access_token("eyJhbGciOiJSUzI1NiJ9…"))
/// #   .credentials(Credentials::access_token("token"))
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    settings: Arc<Settings>,
}

impl Client {
    /// Begins to set up a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.settings.base_url)
            .finish_non_exhaustive()
    }
}

/// Sets up a [`Client`].
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    base_url: String,
    credentials: Option<Credentials>,
    batch_size: NonZeroUsize,
    connect_timeout: Duration,
    timeout: Duration,
}

/// Tight documents no limit on the items of a request; a hundred messages make a request of moderate size.
const BATCH_SIZE: NonZeroUsize = NonZeroUsize::new(100).unwrap();
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(60);

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            base_url: Environment::default().base_url().to_owned(),
            credentials: None,
            batch_size: BATCH_SIZE,
            connect_timeout: CONNECT_TIMEOUT,
            timeout: TIMEOUT,
        }
    }
}

impl ClientBuilder {
    /// Where the API is served; [`Environment::Sandbox`] if nothing is said.
    pub fn environment(self, environment: Environment) -> Self {
        self.base_url(environment.base_url())
    }

    /// Another address that serves the API, such as that of an embedded sandbox: `http://127.0.0.1:8080`. Plain http is
    /// accepted for loopback addresses only.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// What proves to Tight who is calling. A client cannot be built without.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// How many items of a batch are sent in one request; 100 if nothing is said.
    pub fn batch_size(mut self, items: NonZeroUsize) -> Self {
        self.batch_size = items;
        self
    }

    /// How long making a connection may take; 10 seconds if nothing is said.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a request may take, from its first byte to the last byte of its answer; 60 seconds if nothing is said.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] if there are no credentials, or an address that they must not be sent to.
    pub fn build(self) -> Result<Client> {
        let configuration = |message: String| Error::new(ErrorKind::Configuration, message);
        let credentials = self.credentials.ok_or_else(|| {
            configuration("there are no credentials: call `ClientBuilder::credentials`".to_owned())
        })?;
        let (base_url, is_loopback) = base_url(&self.base_url).map_err(configuration)?;
        let mut http = reqwest::Client::builder()
            .user_agent(concat!(
                env!("CARGO_PKG_NAME"),
                "/",
                env!("CARGO_PKG_VERSION")
            ))
            .default_headers(HeaderMap::from_iter([(
                ACCEPT,
                HeaderValue::from_static("application/json"),
            )]))
            // Credentials go where the caller sent them, and nowhere else.
            .redirect(reqwest::redirect::Policy::none())
            // A request is sent again by decision of the retry policy, never under the hood.
            .retry(reqwest::retry::never())
            .connect_timeout(self.connect_timeout)
            .timeout(self.timeout);
        if is_loopback {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| {
            configuration("the HTTP client could not be set up".to_owned()).caused_by(error)
        })?;
        Ok(Client {
            settings: Arc::new(Settings {
                http,
                base_url,
                authorization: credentials.authorization()?,
                batch_size: self.batch_size.get(),
            }),
        })
    }
}

/// The address that paths are appended to, and whether it is this machine. What cannot be told to be safe is refused.
fn base_url(text: &str) -> Result<(String, bool), String> {
    let url = Url::parse(text).map_err(|error| format!("the base URL is not a URL: {error}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the base URL holds a user name or password; credentials belong into `ClientBuilder::credentials`".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(
            "the base URL has a query or fragment; paths could not be appended to it".into(),
        );
    }
    let is_loopback = url.host_str().is_some_and(|host| {
        let address = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        address.map_or(host == "localhost", |address| address.is_loopback())
    });
    match url.scheme() {
        "https" => {}
        "http" if is_loopback => {}
        "http" => {
            return Err(format!(
                "the base URL {text} would send credentials over plain http: use https"
            ));
        }
        scheme => {
            return Err(format!(
                "the base URL {text} has the scheme `{scheme}`: use https"
            ));
        }
    }
    Ok((url.as_str().trim_end_matches('/').to_owned(), is_loopback))
}
