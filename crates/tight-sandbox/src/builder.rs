//! Settings of a sandbox, and its start.

use std::{
    borrow::Cow,
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    sync::{Arc, mpsc},
    thread,
    time::{Duration, SystemTime},
};

use tokio::{runtime, sync::watch};

use crate::{
    Sandbox, StartError,
    clock::{Clock, Reading},
    control::Control,
    document,
    http::{
        limits::Limits,
        listening::{self, Listening},
        routes::Routes,
        server::{Service, Settings},
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
    clock: Reading,
    token_lifetime: Duration,
    sleep: Sleep,
    kept_requests: usize,
    has_orders: bool,
    hosts: Vec<String>,
    limits: Limits,
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
            has_orders: false,
            hosts: Vec::new(),
            limits: Limits::default(),
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

    /// Stops the clock at this time, so that responses are the same in every run. [`Sandbox::advance`] moves it forward.
    ///
    /// Responses have times in whole seconds, from 1970 to 9999.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use serde_json::json;
    /// use tight_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    /// let sandbox = Sandbox::builder().time(start).start().await?;
    /// let first = sandbox.store("messages", json!({ "conversationId": "con_1" }));
    /// sandbox.advance(Duration::from_secs(24 * 3600));
    /// let second = sandbox.store("messages", json!({ "conversationId": "con_1" }));
    /// assert_eq!(first["createdDateTime"], "2023-11-14T22:13:20Z");
    /// assert_eq!(second["createdDateTime"], "2023-11-15T22:13:20Z");
    /// # Ok(())
    /// # }
    /// ```
    pub fn time(self, time: SystemTime) -> Self {
        self.clock(move || time)
    }

    /// Sets the clock, which is the system's by default; to stop it, see [`Builder::time`]. It is read once per request.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use tight_sandbox::Sandbox;
    ///
    /// // As if it were a year later.
    /// let builder = Sandbox::builder().clock(|| SystemTime::now() + Duration::from_secs(365 * 24 * 3600));
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

    /// Takes orders over HTTP, too, and serves a page for people, both under `/sandbox/`: for tests in other languages, or to
    /// look at what a test does. They need no access token, and no web page of another origin can use them.
    ///
    /// The program `tight-sandbox` does this; the README describes the orders.
    ///
    /// ```
    /// use tight_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::builder().orders_over_http().start().await?;
    /// let state = reqwest::get(format!("{}/sandbox/state", sandbox.url())).await?;
    /// assert_eq!(state.text().await?, "{}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn orders_over_http(mut self) -> Self {
        self.has_orders = true;
        self
    }

    /// Lets clients that give orders over HTTP call this machine by `name`, such as that of a container. Without, they must use an
    /// IP address or `localhost`, so that no web page can pass for the sandbox by a name of its own (DNS rebinding).
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.hosts.push(name.into());
        self
    }

    /// Sets how many connections there can be at a time; 500 by default. Further ones wait until one is closed. 0 counts as 1.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.limits.connections = connections.max(1);
        self
    }

    /// Sets how many requests there can be at a time on one connection of HTTP/2; 200 by default. Clients are told, and wait;
    /// what they send nevertheless is refused. 0 counts as 1.
    pub fn max_concurrent_streams(mut self, streams: u32) -> Self {
        self.limits.streams = streams.max(1);
        self
    }

    /// Sets how long a connection stays open on which nothing is sent or received, even within a request; two minutes by
    /// default. While a response is under way, which a fault may delay, it stays open.
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        // A time that far away can still be counted.
        const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
        self.limits.idle = limit.min(CENTURY);
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

    /// Starts the sandbox on the current Tokio runtime. It ends with the runtime, or when it is dropped.
    ///
    /// # Errors
    ///
    /// Returns [`StartError::Bind`] if the sandbox cannot listen on the port, and [`StartError::Document`] if the document is not an
    /// OpenAPI document. An error in one operation affects only that operation: see [`Sandbox::unserved`].
    ///
    /// # Panics
    ///
    /// Panics outside of a Tokio runtime; there, use [`Builder::start_blocking`].
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let (sandbox, server) = self.prepare()?.open()?;
        tokio::spawn(server);
        Ok(sandbox)
    }

    /// Starts the sandbox on a thread of its own, with or without a Tokio runtime around: see [`Sandbox::start_blocking`].
    ///
    /// # Errors
    ///
    /// Returns [`StartError::Thread`] if there can be no thread, and the errors of [`Builder::start`].
    pub fn start_blocking(self) -> Result<Sandbox, StartError> {
        let prepared = self.prepare()?;
        let name = format!("sandbox:{}", prepared.address.port());
        let (tell, told) = mpsc::sync_channel(1);
        let run = move || {
            // Made and dropped here: a runtime cannot be dropped where the caller may be, within another.
            let runtime = runtime::Builder::new_current_thread().enable_all().build();
            let runtime = match runtime {
                Ok(runtime) => runtime,
                Err(error) => {
                    let _ = tell.send(Err(StartError::Thread(error)));
                    return;
                }
            };
            let opened = {
                let _entered = runtime.enter();
                prepared.open()
            };
            match opened {
                Ok((sandbox, server)) => {
                    let _ = tell.send(Ok(sandbox));
                    runtime.block_on(server);
                }
                Err(error) => {
                    let _ = tell.send(Err(error));
                }
            }
        };
        let thread = thread::Builder::new().name(name).spawn(run);
        thread.map_err(StartError::Thread)?;
        told.recv()
            .unwrap_or_else(|error| Err(StartError::Thread(io::Error::other(error))))
    }

    /// Does all that needs no runtime.
    fn prepare(self) -> Result<Prepared, StartError> {
        let routes = match &self.document {
            None => Routes::embedded()?,
            Some(document) => Arc::new(Routes::read(document)?),
        };
        let address = self.address;
        let refused = |source| StartError::Bind { address, source };
        let listener = listening::bind(address).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let document = self.document.unwrap_or(Cow::Borrowed(document::EMBEDDED));
        let control = self.has_orders.then(|| Control {
            document: document.clone(),
            url: url(address),
            hosts: self.hosts,
        });
        let settings = Settings {
            clock: Clock::new(self.clock),
            token_lifetime: self.token_lifetime,
            sleep: self.sleep,
            kept_requests: self.kept_requests,
            limits: self.limits,
        };
        Ok(Prepared {
            routes,
            document,
            control,
            settings,
            listener,
            address,
        })
    }
}

/// A sandbox whose port is bound, before there is a server.
struct Prepared {
    routes: Arc<Routes>,
    document: Cow<'static, str>,
    control: Option<Control>,
    settings: Settings,
    listener: TcpListener,
    /// Where the listener listens.
    address: SocketAddr,
}

impl Prepared {
    /// The sandbox and its server, on the current runtime.
    fn open(self) -> Result<(Sandbox, impl Future<Output = ()> + Send + 'static), StartError> {
        let address = self.address;
        let port = Listening::new(self.listener);
        let port = port.map_err(|source| StartError::Bind { address, source })?;
        let (running, stopped) = watch::channel(());
        let (ended, alive) = watch::channel(());
        let service = Service::new(self.routes, self.settings, stopped.clone(), alive);
        let service = Arc::new(match self.control {
            Some(control) => service.with(Box::new(control)),
            None => service,
        });
        let server = serving::serve(port.share(), Arc::clone(&service), stopped);
        let sandbox = Sandbox {
            url: url(address),
            document: self.document,
            service,
            _port: port,
            _running: running,
            ended,
        };
        Ok((sandbox, server))
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
