//! Keeps web pages of other origins from giving orders: the browser that shows them may run on the same machine.
//!
//! A page can send requests to any address, but may read responses, or send JSON, only if the server allows it by CORS
//! headers, which the sandbox never sends. A page whose name is made to resolve to this machine (DNS rebinding) is of the
//! same origin, and shows its name in `Host`.

use std::net::IpAddr;

use axum::http::{
    HeaderName, Method, StatusCode,
    header::{HOST, ORIGIN},
    request::Parts,
    uri::Authority,
};

use crate::{control::outcome::Refusal, http::handling::media_type};

/// Refuses a request that a page of another origin may have sent. Clients may call this machine by its addresses, by
/// `localhost`, and by `hosts`.
pub(super) fn check(parts: &Parts, hosts: &[String]) -> Result<(), Refusal> {
    let text = |name: HeaderName| parts.headers.get(name).map(|value| value.to_str().ok());
    let sent = text(HOST).flatten();
    let authority = match sent {
        Some(host) => host.parse().ok(),
        None => parts.uri.authority().cloned(),
    };
    let Some(authority) = authority.filter(|authority| is_ours(authority, hosts)) else {
        let message = "the host of the request must be an IP address, `localhost`, or a name that the sandbox was started \
                       with (`--allow-host NAME`), so that no web page can pass for it";
        return Err(Refusal::of(StatusCode::FORBIDDEN, message));
    };
    let origin = text(ORIGIN);
    let is_same = |origin: &str| {
        let (_, origin) = origin.split_once("://").unwrap_or_default();
        origin.eq_ignore_ascii_case(authority.as_str())
    };
    if origin.is_some_and(|origin| !origin.is_some_and(is_same)) {
        let message = "a web page of another origin cannot use the sandbox's orders";
        return Err(Refusal::of(StatusCode::FORBIDDEN, message));
    }
    let sent = media_type(&parts.headers);
    let is_json = sent.is_some_and(|sent| sent.eq_ignore_ascii_case("application/json"));
    if parts.method == Method::POST && !is_json {
        let message = "send JSON, with the header `Content-Type: application/json`";
        return Err(Refusal::of(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    Ok(())
}

fn is_ours(authority: &Authority, hosts: &[String]) -> bool {
    let host = authority.host();
    let address = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let is_name = |name: &str| host.eq_ignore_ascii_case(name);
    address.unwrap_or(host).parse::<IpAddr>().is_ok()
        || is_name("localhost")
        || hosts.iter().any(|name| is_name(name))
}
