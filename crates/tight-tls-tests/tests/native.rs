//! The operating system's TLS.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use support::{Certificate, builder, save};
use tight_api::ErrorKind;

#[tokio::test]
async fn certificates_are_trusted_and_presented() {
    let (certificate, ours) = (Certificate::of("127.0.0.1"), Certificate::of("acme-bank"));
    let (url, _connections) = certificate.serve(Some(&ours)).await;
    for roots in [certificate.pem().into_bytes(), certificate.der()] {
        let client = builder(&url)
            .only_root_certificates(roots)
            .client_certificate(ours.pem(), ours.key());
        save(&client.build().unwrap()).await.unwrap();
    }
}

#[tokio::test]
async fn faults_of_certificates_are_told_apart_and_not_tried_again() {
    let certificate = Certificate::of("127.0.0.1");
    let other_name = Certificate::of("tight.invalid");
    let ours = Certificate::of("acme-bank");
    for (served, trusted, demanded, text) in [
        (
            &certificate,
            &other_name,
            None,
            "the server's certificate was issued by an authority that this machine does not trust",
        ),
        (
            &other_name,
            &other_name,
            None,
            "the server's certificate is for another host name",
        ),
        (
            &certificate,
            &certificate,
            Some(&ours),
            "the server requires a client certificate, or rejected the one that was sent",
        ),
    ] {
        let (url, mut connections) = served.serve(demanded).await;
        let client = builder(&url).only_root_certificates(trusted.pem());
        let error = save(&client.build().unwrap()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Tls, "{error:?}");
        assert_eq!(error.to_string(), format!("saveMessages: {text}"));
        assert!(!error.may_have_taken_effect() && !error.is_retryable());
        assert!(connections.try_recv().is_ok() && connections.try_recv().is_err());
    }
}

#[tokio::test]
async fn a_connection_that_breaks_off_within_the_handshake_is_made_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            drop(listener.accept().await.unwrap());
        }
    });
    let error = save(&builder(&url).build().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
    assert!(error.is_retryable());
}

#[test]
fn plain_http_needs_no_certificates() {
    builder("http://127.0.0.1:1").build().unwrap();
}
