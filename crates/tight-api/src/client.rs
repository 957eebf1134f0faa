//! The client and how it is set up.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use http::header::ACCEPT;
use http::{HeaderMap, HeaderValue};
use reqwest::Url;
use secrecy::ExposeSecret;

use crate::clock::{Clock, SystemClock};
use crate::credentials::{Credentials, Kind};
use crate::error::{Error, ErrorKind, Result};
use crate::generated::Environment;
use crate::retry::RetryPolicy;
use crate::runtime::{Grant, Options, Session, Tokens, Transport, basic_header};

/// Calls the API. Cheap to clone; clones share their connections and tokens.
///
/// ```
/// use tight_api::{Client, Credentials, Environment};
///
/// # fn main() -> tight_api::Result<()> {
/// let client = Client::builder()
///     .environment(Environment::Sandbox)
///     .credentials(Credentials::client("the client id", "the client secret").for_user("user_1"))
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    session: Arc<Session>,
    options: Options,
}

impl Client {
    /// Begins to set up a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A client as [`ClientBuilder::from_env`] sets it up.
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::from_env`] and [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self> {
        ClientBuilder::from_env()?.build()
    }

    /// This client with another retry policy, for a call or for many.
    ///
    /// ```
    /// # use tight_api::{Client, RetryPolicy, types::NewMessage};
    /// # async fn example(client: Client) -> tight_api::Result<()> {
    /// let message = NewMessage::new("con_12345").text("Hello");
    /// let outcome = client.with_retry(RetryPolicy::never()).messages().save([message]).await?;
    /// # let _ = outcome;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_retry(&self, policy: RetryPolicy) -> Self {
        self.with(|options| options.retry = policy)
    }

    /// This client with another limit for each attempt.
    #[must_use]
    pub fn with_attempt_timeout(&self, timeout: Duration) -> Self {
        self.with(|options| options.attempt_timeout = timeout)
    }

    /// This client with another limit for a request and all its attempts.
    #[must_use]
    pub fn with_total_timeout(&self, timeout: Duration) -> Self {
        self.with(|options| options.total_timeout = timeout)
    }

    /// This client with another number of items to a request.
    #[must_use]
    pub fn with_batch_size(&self, items: NonZeroUsize) -> Self {
        self.with(|options| options.batch_size = items.get().min(MOST_ITEMS))
    }

    fn with(&self, change: impl FnOnce(&mut Options)) -> Self {
        let mut client = self.clone();
        change(&mut client.options);
        client
    }

    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.session.transport.base_url)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Sets up a [`Client`].
#[derive(Clone)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    base_url: String,
    credentials: Option<Credentials>,
    options: Options,
    connect_timeout: Duration,
    application: Option<String>,
    clock: Arc<dyn Clock>,
}

/// Nobody needs more in one request, and memory is set aside for them.
const MOST_ITEMS: usize = 100_000;

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            base_url: Environment::default().base_url().to_owned(),
            credentials: None,
            options: Options {
                retry: RetryPolicy::default(),
                attempt_timeout: Duration::from_secs(30),
                total_timeout: Duration::from_secs(120),
                // Tight documents no limit; a hundred messages make a request of moderate size.
                batch_size: 100,
            },
            connect_timeout: Duration::from_secs(10),
            application: None,
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
            .field("application", &self.application)
            .finish_non_exhaustive()
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

    /// What is tried again, and how often.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = policy;
        self
    }

    /// How long making a connection may take; 10 seconds if nothing is said. It is at most half of what an attempt may take,
    /// so that a connection that could not be made is told from an answer that did not come.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long an attempt may take, from connecting to the last byte of the answer; 30 seconds if nothing is said.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options.attempt_timeout = timeout;
        self
    }

    /// How long a request may take with all its attempts and the time between them; 2 minutes if nothing is said. A batch
    /// has this for each of its requests; obtaining a token has it for itself.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.options.total_timeout = timeout;
        self
    }

    /// How many items of a batch are sent in one request; 100 if nothing is said, and 100,000 at most.
    pub fn batch_size(mut self, items: NonZeroUsize) -> Self {
        self.options.batch_size = items.get().min(MOST_ITEMS);
        self
    }

    /// The name and version of your application, such as `acme-bank/2.1`. It stands before this crate's in the `User-Agent`
    /// of every request.
    pub fn application(mut self, name_and_version: impl Into<String>) -> Self {
        self.application = Some(name_and_version.into());
        self
    }

    /// Another clock than the system's, for tests.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] if there are no credentials, or an address that they must not be sent to.
    pub fn build(self) -> Result<Client> {
        let credentials = self.credentials.ok_or_else(|| {
            configuration("there are no credentials: call `ClientBuilder::credentials`")
        })?;
        let (base_url, place) = check_base_url(&self.base_url).map_err(configuration)?;
        let connect_timeout = self.connect_timeout.min(self.options.attempt_timeout / 2);
        let transport = Arc::new(Transport {
            http: http_client(place, self.application.as_deref(), connect_timeout)?,
            base_url,
            clock: self.clock,
        });
        let session = session(transport, &credentials, &self.options)?;
        Ok(Client {
            session: Arc::new(session),
            options: self.options,
        })
    }
}

fn configuration(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

fn session(
    transport: Arc<Transport>,
    credentials: &Credentials,
    options: &Options,
) -> Result<Session> {
    if let Some(setting) = credentials.misplaced {
        return Err(configuration(format!(
            "`Credentials::{setting}` is for tokens that the client asks for, and these credentials are tokens already"
        )));
    }
    let clock = || Arc::clone(&transport.clock);
    let (tokens, basic, client_secret) = match &credentials.kind {
        Kind::AccessToken(token) => (Tokens::fixed(token, clock())?, None, None),
        Kind::Source(source) => (Tokens::from(Arc::clone(source), clock()), None, None),
        Kind::Client(client) => {
            if client.id.is_empty() || client.secret.expose_secret().is_empty() {
                return Err(configuration("the client id or secret is empty"));
            }
            let basic = basic_header(client)?;
            let own = Session {
                transport: Arc::clone(&transport),
                tokens: None,
                basic: Some(basic.clone()),
                client_secret: Some(client.secret.clone()),
            };
            let grant = Grant::new(own, options.clone(), client);
            (
                Tokens::from(Arc::new(grant), clock()),
                Some(basic),
                Some(client.secret.clone()),
            )
        }
    };
    Ok(Session {
        transport,
        tokens: Some(tokens),
        basic,
        client_secret,
    })
}

fn http_client(
    place: Place,
    application: Option<&str>,
    connect_timeout: Duration,
) -> Result<reqwest::Client> {
    const OWN: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    let user_agent = application.map_or_else(
        || OWN.to_owned(),
        |application| format!("{application} {OWN}"),
    );
    let user_agent = HeaderValue::from_str(&user_agent).map_err(|_| {
        configuration("the application's name holds characters that no header can carry")
    })?;
    let mut http = reqwest::Client::builder()
        .user_agent(user_agent)
        .default_headers(HeaderMap::from_iter([(
            ACCEPT,
            HeaderValue::from_static("application/json"),
        )]))
        // Credentials go where the caller sent them, and nowhere else.
        .redirect(reqwest::redirect::Policy::none())
        // A request is sent again by decision of the retry policy, never under the hood.
        .retry(reqwest::retry::never())
        .connect_timeout(connect_timeout);
    if place == Place::Loopback {
        http = http.no_proxy();
    }
    http.build()
        .map_err(|error| configuration("the HTTP client could not be set up").caused_by(error))
}

#[derive(PartialEq, Eq)]
enum Place {
    Loopback,
    Elsewhere,
}

/// The address that paths are appended to. One that cannot be told to be safe for credentials is refused.
fn check_base_url(text: &str) -> Result<(String, Place), String> {
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
    let place = match url.scheme() {
        "http" | "https" if is_loopback => Place::Loopback,
        "https" if cfg!(any(feature = "rustls", feature = "native-tls")) => Place::Elsewhere,
        "https" => {
            return Err(
                "this build has no TLS: enable one of the features `rustls` and `native-tls` of tight-api".into(),
            );
        }
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
    };
    Ok((url.as_str().trim_end_matches('/').to_owned(), place))
}
