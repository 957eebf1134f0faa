//! Builder methods for connections: certificates, proxies, addresses, pools.

use std::net::IpAddr;
use std::sync::Arc;

use secrecy::SecretString;

use super::ClientBuilder;
#[cfg(feature = "__tls")]
use crate::runtime::transport::ClientCertificate;
use crate::runtime::transport::Proxy;

impl ClientBuilder {
    /// Adds root certificates to those of the platform: PEM with one or more certificates, or one certificate in DER. Can be called
    /// several times.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails with [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if it contains no
    /// certificate.
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
        self.settings.connections.tls.roots.push(pem_or_der.into());
        self
    }

    /// Trusts only these root certificates and those of [`add_root_certificates`](Self::add_root_certificates), not those of the
    /// platform.
    ///
    /// # Errors
    ///
    /// See [`add_root_certificates`](Self::add_root_certificates).
    #[cfg(feature = "__tls")]
    pub fn only_root_certificates(mut self, pem_or_der: impl Into<Vec<u8>>) -> Self {
        self.settings.connections.tls.trusts_roots_alone = true;
        self.add_root_certificates(pem_or_der)
    }

    /// Sets the client certificate for servers that require one (mTLS): the PEM of the certificate and its intermediate issuers,
    /// and its unencrypted private key in PEM. PKCS#8 works with every TLS backend; rustls also reads PKCS#1 and SEC 1. `Debug` does
    /// not show the key.
    ///
    /// If the server rejects it, calls fail with [`ErrorKind::Tls`](crate::ErrorKind::Tls) and take no effect.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails with [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if one of them cannot
    /// be parsed, or the key does not belong to the certificate.
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
        self.settings.connections.tls.certificate = Some(ClientCertificate {
            chain: chain_pem.into(),
            key: key_pem.into(),
        });
        self
    }

    /// Sets a proxy for all requests, such as `http://proxy.example.com:3128`; if not set, `HTTPS_PROXY` and related variables apply.
    /// Requests to Tight are encrypted in a tunnel (`CONNECT`).
    ///
    /// Loopback addresses and hosts of [`allow_plain_http_to`](Self::allow_plain_http_to) are always called directly.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails with [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the URL is not
    /// an http or https URL.
    pub fn proxy(mut self, url: impl Into<SecretString>) -> Self {
        self.settings.connections.proxy = Proxy::Given {
            url: url.into(),
            credentials: None,
        };
        self
    }

    /// Sets a [proxy](Self::proxy) with user and password (Basic authentication), which `Debug` does not show. If the proxy rejects
    /// them, calls fail with [`ErrorKind::Proxy`](crate::ErrorKind::Proxy).
    ///
    /// # Errors
    ///
    /// See [`proxy`](Self::proxy).
    pub fn proxy_with_credentials(
        mut self,
        url: impl Into<SecretString>,
        user: impl Into<String>,
        password: impl Into<SecretString>,
    ) -> Self {
        self.settings.connections.proxy = Proxy::Given {
            url: url.into(),
            credentials: Some((user.into(), password.into())),
        };
        self
    }

    /// Disables proxies, also those of environment variables.
    pub fn no_proxy(mut self) -> Self {
        self.settings.connections.proxy = Proxy::None;
        self
    }

    /// Sets the IP addresses of a host instead of a DNS lookup. Certificates are still checked for the host name, and the port is that
    /// of the URL. Does not apply to requests through a proxy, which resolves names itself.
    pub fn resolve(
        mut self,
        host: impl Into<String>,
        addresses: impl IntoIterator<Item = IpAddr>,
    ) -> Self {
        let addresses = addresses.into_iter().collect();
        self.settings
            .connections
            .addresses
            .push((host.into(), addresses));
        self
    }

    /// Sets the maximum number of idle connections; if not set, there is no limit. With 0, connections are not reused. Has no effect
    /// with HTTP/2, where one connection carries all calls.
    pub fn max_idle_connections(mut self, most: usize) -> Self {
        self.settings.connections.most_idle = Some(most);
        self
    }

    /// Uses HTTP/1.1 only, with one call at a time on each connection. For proxies and load balancers with poor support of HTTP/2.
    pub fn http1_only(mut self) -> Self {
        self.settings.connections.is_http1_only = true;
        self
    }

    /// Allows plain http to one host, such as a mock server in a container network. `host` is the host name as in
    /// [`base_url`](Self::base_url), without port or pattern. Loopback addresses are always allowed; Tight itself is never called
    /// over plain http.
    ///
    /// Credentials are sent unencrypted: [`build`](Self::build) logs a [`tracing`] warning.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails with [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if `host` is not a host name.
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
        self.settings.connections.plain_http_hosts.push(host.into());
        self
    }

    /// Customises the underlying HTTP client, for everything that has no setting here: your own TLS configuration or DNS resolver,
    /// keep-alive, HTTP/2 limits. Called after the settings of this builder are applied, once for each HTTP client: one for calls, one
    /// for tokens.
    ///
    /// Settings that the SDK depends on are applied afterwards and cannot be changed: no redirects, no retries other than
    /// [`retry`](Self::retry), decompression, header limits, the connect timeout, the `User-Agent`.
    ///
    /// A TLS configuration passed to `tls_backend_preconfigured` replaces
    /// [`add_root_certificates`](Self::add_root_certificates), [`client_certificate`](Self::client_certificate) and
    /// [`http1_only`](Self::http1_only).
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
        self.settings.connections.adjustments.push(Arc::new(adjust));
        self
    }
}
