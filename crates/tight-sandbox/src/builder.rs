//! Settings of a sandbox, and its start.

use std::{
    borrow::Cow,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::sync::watch;

use crate::{
    Sandbox, StartError,
    http::{
        listening::{self, Listening},
        routes::Routes,
        server::{Clock, Service},
        serving,
        slow_body::Sleep,
    },
};

/// Settings for a [`Sandbox`].
#[must_use]
pub struct Builder {
    /// Replaces the embedded document.
    document: Option<Cow<'static, str>>,
    address: SocketAddr,
    clock: Clock,
    token_lifetime: Duration,
    sleep: Sleep,
    kept_requests: usize,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            document: None,
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            clock: Arc::new(SystemTime::now),
            token_lifetime: Duration::from_secs(3600),
            sleep: Arc::new(|pause| Box::pin(tokio::time::sleep(pause))),
            kept_requests: 10_000,
        }
    }

    /// Sets the port that the sandbox listens on; 0, the default, is any free one.
    ///
    /// Use it for programs whose configuration names the port. Tests that run at the same time need ports of their own, so leave it at
    /// 0 there. As soon as the sandbox is dropped, the next can use the same port.
    ///
    /// ```no_run
    /// use tight_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().port(8080).start().await?;
    /// assert_eq!(sandbox.url(), "http://127.0.0.1:8080");
    /// # Ok(())
    /// # }
    /// ```
    pub fn port(mut self, port: u16) -> Self {
        self.address.set_port(port);
        self
    }

    /// Sets the IP address that the sandbox listens on; `127.0.0.1` by default. `0.0.0.0` or `::` listens on all addresses of the
    /// machine, for clients in containers.
    ///
    /// Whoever reaches the address can use the sandbox: its credentials are no secret.
    pub fn address(mut self, address: IpAddr) -> Self {
        self.address.set_ip(address);
        self
    }

    /// Sets the clock, which is the system's by default. With a fixed clock, responses are the same in every run.
    ///
    /// It is read once per request. Responses have times in whole seconds, from 1970 to 9999.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use tight_sandbox::Sandbox;
    ///
    /// let builder = Sandbox::builder().clock(|| SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    /// # let _ = builder;
    /// ```
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets how long issued access tokens are valid by the sandbox's clock, in whole seconds, rounded down; an hour
    /// by default.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// Sets how the sandbox waits in [`Fault::Drip`](crate::Fault::Drip), which is Tokio's timer by default. With a wait
    /// that the test ends, nothing depends on real time.
    ///
    /// ```
    /// use tight_sandbox::Sandbox;
    ///
    /// let builder = Sandbox::builder().sleep(|_| std::future::ready(())); // does not wait at all
    /// # let _ = builder;
    /// ```
    pub fn sleep<F>(mut self, sleep: impl Fn(Duration) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.sleep = Arc::new(move |pause| Box::pin(sleep(pause)));
        self
    }

    /// Sets how many requests [`Sandbox::received_requests`] keeps, the latest; 10,000 by default.
    pub fn keep_requests(mut self, requests: usize) -> Self {
        self.kept_requests = requests;
        self
    }

    /// Serves this OpenAPI 3.0 document, as JSON, instead of the Tight API's.
    ///
    /// It must follow the conventions of the Tight API (envelope, errors, bearer token), and state the kind of each
    /// operation in `x-kind`.
    pub fn document(mut self, json: impl Into<Cow<'static, str>>) -> Self {
        self.document = Some(json.into());
        self
    }

    /// Starts the sandbox.
    ///
    /// # Errors
    ///
    /// Returns [`StartError::Bind`] if the sandbox cannot listen on the port, and [`StartError::Document`] if the document is not an
    /// OpenAPI document. An error in one operation affects only that operation: see [`Sandbox::unserved`].
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let routes = match &self.document {
            None => Routes::embedded()?,
            Some(document) => Arc::new(Routes::read(document)?),
        };
        let address = self.address;
        let refused = |source| StartError::Bind { address, source };
        let listener = listening::bind(address).map_err(refused)?;
        let url = url(listener.local_addr().map_err(refused)?);
        let port = Listening::new(listener).map_err(refused)?;
        let (running, stopped) = watch::channel(());
        let service = Arc::new(Service::new(
            routes,
            self.clock,
            self.token_lifetime,
            self.sleep,
            self.kept_requests,
            stopped.clone(),
        ));
        tokio::spawn(serving::serve(port.share(), Arc::clone(&service), stopped));
        Ok(Sandbox {
            url,
            service,
            _port: port,
            _running: running,
        })
    }
}

/// The URL under which this machine reaches `address`.
fn url(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{address}")
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").finish_non_exhaustive()
    }
}
