//! Checks that a base URL is safe for credentials.

use std::net::IpAddr;

use reqwest::Url;
use tracing::warn;

use crate::generated::Environment;
use crate::runtime::transport::Connections;

#[derive(PartialEq, Eq)]
pub(super) enum HostKind {
    Loopback,
    /// A host that `allow_plain_http_to` names.
    PlainHttp,
    Remote,
}

/// Checks and normalises a base URL. Refuses one that is not certainly safe for credentials.
pub(super) fn check(text: &str, connections: &Connections) -> Result<(String, HostKind), String> {
    let url = Url::parse(text).map_err(|error| format!("the base URL is not a URL: {error}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the base URL contains a user name or password; set them with `ClientBuilder::credentials`".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("the base URL has a query or fragment; remove it".into());
    }
    let host = url.host_str().unwrap_or_default();
    let is_loopback = is_loopback(host) && !connections.lead_elsewhere(host);
    let allowed = allowed(connections)?;
    let host_kind = match url.scheme() {
        "https" if cfg!(not(feature = "__tls")) => {
            return Err(
                "this build has no TLS: enable one of the features `rustls`, `native-tls` and `rustls-no-provider` of tight-api".into(),
            );
        }
        "http" | "https" if is_loopback => HostKind::Loopback,
        "https" => HostKind::Remote,
        "http" if is_tight(host.trim_end_matches('.')) => {
            return Err(format!(
                "the base URL {text} would send credentials to Tight over plain http: use https"
            ));
        }
        "http" if allowed.iter().any(|allowed| allowed == host) => {
            warn!(
                host,
                "credentials are sent over plain http, which `allow_plain_http_to` allows"
            );
            HostKind::PlainHttp
        }
        "http" => {
            return Err(format!(
                "the base URL {text} would send credentials over plain http: use https, or, for a mock server, `ClientBuilder::allow_plain_http_to`"
            ));
        }
        scheme => {
            return Err(format!(
                "the base URL {text} has the scheme `{scheme}`: use https"
            ));
        }
    };
    Ok((url.as_str().trim_end_matches('/').to_owned(), host_kind))
}

fn is_loopback(host: &str) -> bool {
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    address.map_or(host == "localhost", |address| address.is_loopback())
}

/// Whether Tight operates the host.
fn is_tight(host: &str) -> bool {
    Environment::ALL.iter().any(|environment| {
        Url::parse(environment.base_url()).is_ok_and(|url| url.host_str() == Some(host))
    })
}

/// The hosts that plain http is allowed to, normalised as in URLs.
fn allowed(connections: &Connections) -> Result<Vec<String>, String> {
    let hosts = connections.plain_http_hosts.iter();
    hosts
        .map(|host| {
            let url = Url::parse(&format!("http://{host}/")).ok();
            url.and_then(|url| {
                let known = url.host_str()?.to_owned();
                (url.as_str() == format!("http://{known}/")).then_some(known)
            })
            .ok_or_else(|| {
                format!(
                    "`allow_plain_http_to` takes a host name without scheme, port or path, and `{host}` is not one"
                )
            })
        })
        .collect()
}
