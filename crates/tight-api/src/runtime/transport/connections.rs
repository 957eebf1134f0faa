//! Settings of connections.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

#[cfg(feature = "__tls")]
use super::tls::Tls;

type Adjust = Arc<dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>;

/// What users set about connections.
#[derive(Clone, Default)]
pub(crate) struct Connections {
    #[cfg(feature = "__tls")]
    pub(crate) tls: Tls,
    pub(crate) proxy: Proxy,
    /// The addresses of hosts that are not asked of DNS.
    pub(crate) addresses: Vec<(String, Vec<IpAddr>)>,
    pub(crate) most_idle: Option<usize>,
    pub(crate) is_http1_only: bool,
    /// The hosts that may be called over plain http.
    pub(crate) plain_http_hosts: Vec<String>,
    /// What the user does to the HTTP client beyond that, in order.
    pub(crate) adjustments: Vec<Adjust>,
}

/// What connections go through.
#[derive(Clone, Default)]
pub(crate) enum Proxy {
    /// What the environment says.
    #[default]
    System,
    None,
    Given {
        /// It may hold a password.
        url: SecretString,
        credentials: Option<(String, SecretString)>,
    },
}

impl Connections {
    /// Whether the host's addresses are given, and some of them are not this machine's.
    pub(crate) fn lead_elsewhere(&self, host: &str) -> bool {
        let given = self.addresses.iter();
        given
            .filter(|(name, _)| name.eq_ignore_ascii_case(host))
            .flat_map(|(_, addresses)| addresses)
            .any(|address| !address.is_loopback())
    }

    /// Sets up an HTTP client, as far as users decide. What this crate needs is set afterwards.
    pub(super) fn prepare(
        &self,
        mut http: reqwest::ClientBuilder,
        #[cfg_attr(not(feature = "__tls"), allow(unused_variables))] is_plain: bool,
    ) -> Result<reqwest::ClientBuilder, String> {
        #[cfg(feature = "__tls")]
        {
            http = self.tls.prepare(http, is_plain)?;
        }
        http = match &self.proxy {
            Proxy::System => http,
            Proxy::None => http.no_proxy(),
            Proxy::Given { url, credentials } => http.proxy(proxy(url, credentials.as_ref())?),
        };
        for (host, addresses) in &self.addresses {
            // The port is that of the URL.
            let addresses: Vec<_> = addresses
                .iter()
                .map(|address| SocketAddr::new(*address, 0))
                .collect();
            http = http.resolve_to_addrs(host, &addresses);
        }
        if let Some(most) = self.most_idle {
            http = http.pool_max_idle_per_host(most);
        }
        if self.is_http1_only {
            http = http.http1_only();
        }
        for adjust in &self.adjustments {
            http = adjust(http);
        }
        Ok(http)
    }
}

/// What is wrong with the address is told without it: it may hold a password.
fn proxy(
    url: &SecretString,
    credentials: Option<&(String, SecretString)>,
) -> Result<reqwest::Proxy, String> {
    const FORM: &str = "write it as `http://proxy.example.com:3128`";
    let mut url = Url::parse(url.expose_secret())
        .map_err(|error| format!("the proxy URL is invalid: {error}; {FORM}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!(
            "the proxy URL begins with neither `http://` nor `https://`; {FORM}"
        ));
    }
    let unusable = || format!("the proxy URL cannot be used; {FORM}");
    if let Some((user, password)) = credentials {
        // A URL takes `%20` in a password for a space, so every character is written as what cannot be taken for another.
        let user = utf8_percent_encode(user, NON_ALPHANUMERIC).to_string();
        let password = utf8_percent_encode(password.expose_secret(), NON_ALPHANUMERIC).to_string();
        url.set_username(&user).map_err(|()| unusable())?;
        url.set_password(Some(&password)).map_err(|()| unusable())?;
    }
    reqwest::Proxy::all(url).map_err(|_| unusable())
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Connections");
        #[cfg(feature = "__tls")]
        shown.field("tls", &self.tls);
        shown
            .field("proxy", &self.proxy)
            .field("addresses", &self.addresses)
            .field("most_idle", &self.most_idle)
            .field("is_http1_only", &self.is_http1_only)
            .field("plain_http_hosts", &self.plain_http_hosts)
            .field("adjustments", &self.adjustments.len())
            .finish()
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "System",
            Self::None => "None",
            Self::Given { .. } => "Given(…)",
        })
    }
}
