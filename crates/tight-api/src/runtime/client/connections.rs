//! Settings of connections: whom they trust, what they go through, how many are kept.

use std::net::IpAddr;
use std::sync::Arc;

use secrecy::SecretString;

use super::ClientBuilder;
#[cfg(feature = "__tls")]
use crate::runtime::transport::ClientCertificate;
use crate::runtime::transport::Proxy;

impl ClientBuilder {
    /// Trusts these root certificates beside the platform's: PEM with one certificate or more, or one certificate in DER.
    /// Can be called several times.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails with [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if there is no
    /// certificate in it.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let builder = tight_api::Client::builder()
    ///     .add_root_certificates(std::fs::read("/etc/acme-bank/proxy-ca.pem")?);
    /// # let _ = builder;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "__tls")]
    pub fn add_root_certificates(mut self, pem_or_der: impl Into<Vec<u8>>) -> Self {
        self.connections.tls.roots.push(pem_or_der.into());
        self
    }

    /// Trusts these root certificates, and those of [`add_root_certificates`](Self::add_root_certificates), in place of the
    /// platform's.
    ///
    /// # Errors
    ///
    /// Those of [`add_root_certificates`](Self::add_root_certificates).
    #[cfg(feature = "__tls")]
    pub fn only_root_certificates(mut self, pem_or_der: impl Into<Vec<u8>>) -> Self {
        self.connections.tls.trusts_roots_alone = true;
        self.add_root_certificates(pem_or_der)
    }

    /// Presents a client certificate to servers that demand one (mTLS): its PEM, followed by that of the issuers between it
    /// and the root, and its private key in PEM, not encrypted. PKCS#8 works with every TLS; rustls reads PKCS#1 and SEC 1,
    /// too. The key shows in no `Debug` output.
    ///
    /// A server that does not accept it answers nothing: calls fail with [`ErrorKind::Tls`](crate::ErrorKind::Tls), and have
    /// taken no effect.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails with [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if one of them cannot
    /// be read, or the key is not the certificate's.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let builder = tight_api::Client::builder().client_certificate(
    ///     std::fs::read_to_string("/etc/acme-bank/client.pem")?,
    ///     std::fs::read_to_string("/run/secrets/client-key.pem")?,
    /// );
    /// # let _ = builder;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "__tls")]
    pub fn client_certificate(
        mut self,
        chain_pem: impl Into<String>,
        key_pem: impl Into<SecretString>,
    ) -> Self {
        self.connections.tls.certificate = Some(ClientCertificate {
            chain: chain_pem.into(),
            key: key_pem.into(),
        });
        self
    }

    /// Sends everything through this proxy, such as `http://proxy.example.com:3128`, in place of what `HTTPS_PROXY` and its
    /// kin say. What is sent to Tight is encrypted within a tunnel (`CONNECT`).
    ///
    /// Loopback addresses, and hosts that plain http is allowed to, are called directly all the same.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails with [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the address is not
    /// one of http or https.
    pub fn proxy(mut self, url: impl Into<SecretString>) -> Self {
        self.connections.proxy = Proxy::Given {
            url: url.into(),
            credentials: None,
        };
        self
    }

    /// Sends everything through this proxy, as [`proxy`](Self::proxy) does, with a user and password (Basic authentication).
    /// Neither shows in `Debug` output. Without the right ones, calls fail with [`ErrorKind::Proxy`](crate::ErrorKind::Proxy).
    ///
    /// # Errors
    ///
    /// Those of [`proxy`](Self::proxy).
    pub fn proxy_with_credentials(
        mut self,
        url: impl Into<SecretString>,
        user: impl Into<String>,
        password: impl Into<SecretString>,
    ) -> Self {
        self.connections.proxy = Proxy::Given {
            url: url.into(),
            credentials: Some((user.into(), password.into())),
        };
        self
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.connections.proxy = Proxy::None;
        self
    }

    /// Connects to these addresses when it calls `host`, in place of those that DNS knows. Certificates are checked for the
    /// host's name as ever, and the port is the URL's. An address to call through a proxy is looked up by the proxy.
    pub fn resolve(
        mut self,
        host: impl Into<String>,
        addresses: impl IntoIterator<Item = IpAddr>,
    ) -> Self {
        let addresses = addresses.into_iter().collect();
        self.connections.addresses.push((host.into(), addresses));
        self
    }

    /// Keeps at most this many idle connections for later calls; as many as there were calls at a time if nothing is said. With
    /// 0, none is used twice. Over HTTP/2, one connection carries all calls, and this changes nothing.
    pub fn max_idle_connections(mut self, most: usize) -> Self {
        self.connections.most_idle = Some(most);
        self
    }

    /// Speaks HTTP/1.1, also with servers that offer HTTP/2: one call at a time on each connection. For proxies and balancers
    /// that handle HTTP/2 badly.
    pub fn http1_only(mut self) -> Self {
        self.connections.is_http1_only = true;
        self
    }

    /// Allows plain http to this host, such as a mock server in a network of containers. It is the host's name alone, as it
    /// stands in [`base_url`](Self::base_url): no port, no pattern. Loopback addresses need no permission, and Tight itself is
    /// never called over plain http.
    ///
    /// Everybody on the way to the host can read the credentials: [`build`](Self::build) says so in a [`tracing`] warning.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails with [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if it is no host.
    ///
    /// ```
    /// # fn main() -> tight_api::Result<()> {
    /// let client = tight_api::Client::builder()
    ///     .base_url("http://tight-mock:8080")
    ///     .allow_plain_http_to("tight-mock")
    ///     .credentials(tight_api::Credentials::access_token("a-token-of-the-mock"))
    ///     .build()?;
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    pub fn allow_plain_http_to(mut self, host: impl Into<String>) -> Self {
        self.connections.plain_http_hosts.push(host.into());
        self
    }

    /// Adjusts the HTTP client underneath, for everything that has no setting here: a TLS configuration or DNS resolver of
    /// your own, keep-alive, limits of HTTP/2. It is called after the settings of this builder were applied, once for each HTTP
    /// client that is made: one for calls, and one for tokens.
    ///
    /// What the SDK depends on is set afterwards, and stays as it is: no redirects, no retries but those of
    /// [`retry`](Self::retry), decompression, limits of heads, the limit for connecting, the `User-Agent`.
    ///
    /// A TLS configuration that is handed to `tls_backend_preconfigured` stands in place of
    /// [`add_root_certificates`](Self::add_root_certificates), [`client_certificate`](Self::client_certificate) and
    /// [`http1_only`](Self::http1_only): it has roots, client certificate and protocols (ALPN) of its own.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # fn main() -> tight_api::Result<()> {
    /// let client = tight_api::Client::builder()
    ///     .http(|http| http.http2_keep_alive_interval(Duration::from_secs(20)))
    ///     .credentials(tight_api::Credentials::access_token("a-token"))
    ///     .build()?;
    /// # let _ = client;
    /// # Ok(())
    /// # }
    /// ```
    pub fn http(
        mut self,
        adjust: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.connections.adjustments.push(Arc::new(adjust));
        self
    }
}
