//! Classifies the errors of the HTTP client: kind, message, and whether the request may have taken effect.

use std::io;

use super::causes::causes;
use super::connect::ConnectTimedOut;
#[cfg(feature = "__tls")]
use super::handshake;
use crate::runtime::error::{Error, ErrorKind};

/// The error of a request without a response. `writes` tells whether the request has an effect.
pub(crate) fn no_response(error: reqwest::Error, writes: bool) -> Error {
    let error = error.without_url();
    if error.is_builder() {
        return Error::new(ErrorKind::InvalidRequest, "the request could not be built")
            .caused_by(error);
    }
    if error.is_connect() {
        let (kind, message) = not_connected(&error);
        return Error::new(kind, message).caused_by(error);
    }
    #[cfg(feature = "__tls")]
    if handshake::is_certificate_refused(&error) {
        // In TLS 1.3 the client has done its part, and may send its request, before the server has looked at its certificate.
        return Error::new(ErrorKind::Tls, handshake::CERTIFICATE_REFUSED).caused_by(error);
    }
    let (kind, message, may_have_taken_effect) = if was_not_processed(&error) {
        let message = "the server closed the connection before it processed the request";
        (ErrorKind::NotProcessed, message, false)
    } else if is_unreadable(&error) {
        let message = "the head of the response cannot be parsed";
        (ErrorKind::Decode, message, writes)
    } else if error.is_timeout() {
        (
            ErrorKind::Timeout,
            "no response was received in time",
            writes,
        )
    } else {
        let message = "the connection was lost before a response was received";
        (ErrorKind::Connection, message, writes)
    };
    Error::new(kind, message)
        .with_effect(may_have_taken_effect)
        .caused_by(error)
}

/// Classifies the error of an incomplete body.
pub(crate) fn body_lost(error: &reqwest::Error) -> (ErrorKind, &'static str) {
    if error.is_timeout() {
        (ErrorKind::Timeout, "was not complete in time")
    } else if is_undecodable(error) {
        (ErrorKind::Decode, "cannot be decompressed")
    } else {
        (ErrorKind::Connection, "was cut off with the connection")
    }
}

/// The message of the root cause.
pub(super) fn first_cause(error: &reqwest::Error) -> String {
    causes(error)
        .last()
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// What can be done about an HTTP client that could not be set up.
pub(super) fn advice(reason: &str) -> &'static str {
    if reason.contains("No CA certificates") {
        ": install the operating system's package of them (often `ca-certificates`), name a file in SSL_CERT_FILE, or call \
         `ClientBuilder::add_root_certificates`"
    } else if reason.contains("invalid peer certificate") {
        ": one of the root certificates cannot be used"
    } else if reason.contains("keys may not be consistent") {
        ": the key is not that of the client certificate"
    } else if reason.contains("Unknown TLS backend") {
        ": call `install_default` on a provider of rustls before the client is built, or hand a `rustls::ClientConfig` of the \
         HTTP client's version of rustls to `tls_backend_preconfigured` in `ClientBuilder::http`"
    } else {
        ""
    }
}

/// Why a connection could not be made.
fn not_connected(error: &reqwest::Error) -> (ErrorKind, &'static str) {
    if causes(error).any(|cause| cause.is::<ConnectTimedOut>()) {
        return (ErrorKind::Connect, "the connection was not made in time");
    }
    if error.is_dns() {
        let message = "the connection could not be made: the host's name could not be resolved";
        return (ErrorKind::Connect, message);
    }
    // Of the HTTP client's connectors, only the texts tell these apart.
    let said = |text: &str| causes(error).any(|cause| cause.to_string().contains(text));
    if said("proxy authorization required") {
        let message = "the proxy requires credentials, or rejected them (407)";
        return (ErrorKind::Proxy, message);
    }
    if said("tunnel error") {
        let message = "the connection could not be made: the proxy did not open a tunnel";
        return (ErrorKind::Connect, message);
    }
    #[cfg(feature = "__tls")]
    if let Some(message) = handshake::tls_error(error) {
        return (ErrorKind::Tls, message);
    }
    let is_refused = causes(error).any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|cause| cause.kind() == io::ErrorKind::ConnectionRefused)
    });
    if is_refused {
        let message = "the connection was refused: no server listens at the address";
        return (ErrorKind::Connect, message);
    }
    (ErrorKind::Connect, "the connection could not be made")
}

/// Whether an HTTP/2 server reported that it did not process the request: it refused the stream, or went away before it (RFC
/// 9113, sections 6.8 and 8.7); or the connection closed before any of the request was written.
fn was_not_processed(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| {
        if let Some(cause) = cause.downcast_ref::<hyper::Error>() {
            return cause.is_canceled();
        }
        let Some(cause) = cause.downcast_ref::<h2::Error>() else {
            return false;
        };
        let is_refused = cause.is_reset() && cause.reason() == Some(h2::Reason::REFUSED_STREAM);
        // A stream that the server has taken on goes on after GOAWAY, and ends in another way.
        cause.is_remote() && (is_refused || cause.is_go_away())
    })
}

/// Whether the head of the response is invalid or too large: over HTTP/2, this side then resets the stream.
fn is_unreadable(error: &reqwest::Error) -> bool {
    causes(error).any(|cause| {
        if let Some(cause) = cause.downcast_ref::<hyper::Error>() {
            return cause.is_parse();
        }
        cause
            .downcast_ref::<h2::Error>()
            .is_some_and(|cause| cause.is_library() && cause.is_reset())
    })
}

/// Whether a body came that is not compressed as its head says.
fn is_undecodable(error: &reqwest::Error) -> bool {
    let is_lost = causes(error).any(|cause| {
        cause.is::<hyper::Error>()
            || cause
                .downcast_ref::<io::Error>()
                .is_some_and(|cause| cause.kind() == io::ErrorKind::ConnectionReset)
    });
    error.is_decode() && !is_lost
}
