//! Addresses that credentials may be sent to.

use std::net::IpAddr;

use reqwest::Url;

#[derive(PartialEq, Eq)]
pub(super) enum Place {
    Loopback,
    Elsewhere,
}

/// The address that paths are appended to. One that cannot be told to be safe for credentials is refused.
pub(super) fn check(text: &str) -> Result<(String, Place), String> {
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
