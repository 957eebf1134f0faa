//! Classifies TLS errors, which retries do not help against.

use std::io;

#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
use super::causes::Cause;
use super::causes::causes;

const UNKNOWN_ISSUER: &str =
    "the server's certificate was issued by an authority that this machine does not trust";
const OTHER_NAME: &str = "the server's certificate is for another host name";
const OUT_OF_DATE: &str =
    "the server's certificate has expired or is not valid yet, or this machine's clock is wrong";
const NOT_ACCEPTED: &str = "the server's certificate is not accepted";
const NO_SESSION: &str = "the TLS handshake with the server failed";
pub(super) const CERTIFICATE_REFUSED: &str =
    "the server requires a client certificate, or rejected the one that was sent";

/// What is wrong, if it is a matter of TLS. What breaks off within the handshake is a matter of the connection.
pub(super) fn tls_error(error: &reqwest::Error) -> Option<&'static str> {
    if is_certificate_refused(error) {
        return Some(CERTIFICATE_REFUSED);
    }
    #[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
    if let Some(fault) = causes(error).find_map(of_rustls) {
        return Some(fault);
    }
    #[cfg(feature = "native-tls")]
    if let Some(fault) = of_the_platform(error) {
        return Some(fault);
    }
    let is_invalid = causes(error)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::InvalidData && cause.get_ref().is_some());
    is_invalid.then_some(NO_SESSION)
}

/// Whether the server put an end to the handshake because of this side's certificate, or because it has none. Such an alert
/// never comes of a request: nothing asks for a certificate later, since that is not offered.
pub(super) fn is_certificate_refused(error: &reqwest::Error) -> bool {
    // As rustls and as OpenSSL call them.
    const ALERTS: [(&str, &str); 9] = [
        ("CertificateRequired", "certificate required"),
        ("BadCertificate", "bad certificate"),
        ("UnsupportedCertificate", "unsupported certificate"),
        ("CertificateRevoked", "certificate revoked"),
        ("CertificateExpired", "certificate expired"),
        ("CertificateUnknown", "certificate unknown"),
        ("UnknownCA", "unknown ca"),
        ("AccessDenied", "access denied"),
        ("DecryptError", "decrypt error"),
    ];
    // By their texts: on a connection that was made, an alert may have become one.
    causes(error).any(|cause| {
        let text = cause.to_string();
        ALERTS.iter().any(|(of_rustls, of_openssl)| {
            text == format!("received fatal alert: {of_rustls}")
                || text.contains(&format!("alert {of_openssl}"))
        })
    })
}

#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
fn of_rustls(cause: Cause<'_>) -> Option<&'static str> {
    use rustls::{CertificateError, Error};
    Some(match cause.downcast_ref::<Error>()? {
        Error::InvalidCertificate(fault) => match fault {
            CertificateError::UnknownIssuer => UNKNOWN_ISSUER,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                OTHER_NAME
            }
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => OUT_OF_DATE,
            _ => NOT_ACCEPTED,
        },
        _ => NO_SESSION,
    })
}

/// Of the platform's TLS, only the texts tell faults apart.
#[cfg(feature = "native-tls")]
fn of_the_platform(error: &reqwest::Error) -> Option<&'static str> {
    let said = |text: &str| causes(error).any(|cause| cause.to_string().contains(text));
    let is_lost = causes(error).any(|cause| cause.is::<io::Error>())
        || said("unexpected eof")
        || said("unexpected EOF");
    if is_lost || !causes(error).any(|cause| cause.is::<native_tls::Error>()) {
        return None;
    }
    Some(
        if said("unable to get local issuer") || said("self-signed") || said("self signed") {
            UNKNOWN_ISSUER
        } else if said("ostname mismatch") || said("IP address mismatch") {
            OTHER_NAME
        } else if said("has expired") || said("not yet valid") {
            OUT_OF_DATE
        } else if said("certificate") {
            NOT_ACCEPTED
        } else {
            NO_SESSION
        },
    )
}
