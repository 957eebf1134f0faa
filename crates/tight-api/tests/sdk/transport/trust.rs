//! Whom connections trust, and how they prove who they are.

use tight_api::ErrorKind;
use tokio_rustls::rustls::SupportedProtocolVersion;
use tokio_rustls::rustls::version::{TLS12, TLS13};

use super::{Server, builder, refused, save};
use crate::processes::{is_alone, trusted};
use crate::tls::Certificate;

#[tokio::test]
async fn root_certificates_are_trusted_in_pem_and_in_der() {
    let certificate = Certificate::of("127.0.0.1");
    let other = Certificate::of("tight.invalid");
    let server = Server::with_tls(certificate.acceptor(&["http/1.1"])).await;
    let bundle = format!("{}\n{}", other.pem(), certificate.pem());
    for client in [
        builder(server.https()).only_root_certificates(certificate.pem()),
        builder(server.https()).only_root_certificates(certificate.der()),
        builder(server.https()).only_root_certificates(bundle.clone()),
        builder(server.https())
            .only_root_certificates(other.pem())
            .add_root_certificates(certificate.pem()),
        builder(server.https()).add_root_certificates(bundle),
        builder(server.https()).add_root_certificates(certificate.der()),
    ] {
        save(&client.build().unwrap()).await.unwrap();
    }
}

#[tokio::test]
async fn the_platforms_roots_are_trusted_beside_ones_own_unless_they_are_replaced() {
    const TEST: &str = "transport::trust::the_platforms_roots_are_trusted_beside_ones_own_unless_they_are_replaced";
    if !is_alone(TEST, &[]) {
        return;
    }
    let certificate = Certificate::of("127.0.0.1");
    std::fs::write(trusted(), certificate.pem()).unwrap();
    let other = Certificate::of("tight.invalid").pem();
    let server = Server::with_tls(certificate.acceptor(&["http/1.1"])).await;
    let beside = builder(server.https()).add_root_certificates(other.clone());
    save(&beside.build().unwrap()).await.unwrap();

    let connections = server.connections();
    let replaced = builder(server.https()).only_root_certificates(other);
    let error = save(&replaced.build().unwrap()).await.unwrap_err();
    insta::assert_snapshot!(error, @"saveMessages: the server's certificate was issued by an authority that this machine does not trust");
    assert_eq!(error.kind(), ErrorKind::Tls);
    // It is not tried again.
    assert_eq!(server.connections(), connections + 1);
}

#[tokio::test]
async fn a_folder_of_certificates_is_trusted_that_the_environment_names() {
    const TEST: &str =
        "transport::trust::a_folder_of_certificates_is_trusted_that_the_environment_names";
    let folder = tempfile::tempdir().unwrap();
    if !is_alone(TEST, &[("SSL_CERT_DIR", folder.path().to_str().unwrap())]) {
        return;
    }
    let certificate = Certificate::of("127.0.0.1");
    let folder = std::env::var("SSL_CERT_DIR").unwrap();
    std::fs::write(format!("{folder}/ours.pem"), certificate.pem()).unwrap();
    let server = Server::with_tls(certificate.acceptor(&["http/1.1"])).await;
    save(&builder(server.https()).build().unwrap())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_client_certificate_is_presented_where_it_is_demanded() {
    let server_side = Certificate::of("127.0.0.1");
    let ours = Certificate::of("acme-bank");
    for protocols in [&["http/1.1"], &["h2"]] {
        for version in [&TLS13, &TLS12] {
            let acceptor = server_side.demanding(protocols, version, &ours);
            if protocols == &["h2"] {
                let server = super::pools::Multiplexed::start(acceptor, 1).await;
                let client = builder(&server.url)
                    .only_root_certificates(server_side.pem())
                    .client_certificate(ours.pem(), ours.key());
                save(&client.build().unwrap()).await.unwrap();
            } else {
                let server = Server::with_tls(acceptor).await;
                let client = builder(server.https())
                    .only_root_certificates(server_side.pem())
                    .client_certificate(ours.pem(), ours.key());
                save(&client.build().unwrap()).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn without_the_right_client_certificate_nothing_was_sent_and_nothing_is_tried_again() {
    let server_side = Certificate::of("127.0.0.1");
    let ours = Certificate::of("acme-bank");
    let wrong = Certificate::of("acme-bank");
    let versions: [&'static SupportedProtocolVersion; 2] = [&TLS13, &TLS12];
    for version in versions {
        for protocols in [&["http/1.1"], &["h2"]] {
            let acceptor = server_side.demanding(protocols, version, &ours);
            let server = Server::with_tls(acceptor).await;
            let without = builder(server.https()).only_root_certificates(server_side.pem());
            let with_wrong = without.clone().client_certificate(wrong.pem(), wrong.key());
            for (tried, client) in [without, with_wrong].into_iter().enumerate() {
                let error = save(&client.build().unwrap()).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Tls, "{error:?}");
                assert!(!error.may_have_taken_effect() && !error.is_retryable());
                assert_eq!(server.connections(), tried + 1);
                assert!(server.requests().is_empty());
            }
        }
    }
}

#[tokio::test]
async fn a_server_that_demands_a_client_certificate_says_so() {
    let server_side = Certificate::of("127.0.0.1");
    let ours = Certificate::of("acme-bank");
    let server = Server::with_tls(server_side.demanding(&["http/1.1"], &TLS13, &ours)).await;
    let client = builder(server.https()).only_root_certificates(server_side.pem());
    let error = save(&client.build().unwrap()).await.unwrap_err();
    insta::assert_snapshot!(error, @"saveMessages: the server requires a client certificate, or rejected the one that was sent");
}

#[test]
fn what_is_no_certificate_is_refused_when_the_client_is_built() {
    let ours = Certificate::of("acme-bank");
    let other = Certificate::of("acme-bank");
    let url = "https://tight.invalid";
    insta::assert_snapshot!(refused(builder(url).only_root_certificates("/etc/ca.pem")), @"the root certificates contain no certificate; `ClientBuilder` takes PEM (`-----BEGIN CERTIFICATE-----`) and DER");
    insta::assert_snapshot!(refused(builder(url).only_root_certificates(vec![0x30, 1, 2])), @"the HTTP client could not be created: invalid peer certificate: BadEncoding: one of the root certificates cannot be used");
    insta::assert_snapshot!(refused(builder(url).only_root_certificates(other.pem()).client_certificate(ours.key(), ours.key())), @"the client's certificate or its key cannot be read; both must be PEM, and the key not encrypted");
    insta::assert_snapshot!(refused(builder(url).only_root_certificates(other.pem()).client_certificate(ours.pem(), ours.pem())), @"the client's certificate or its key cannot be read; both must be PEM, and the key not encrypted");
    insta::assert_snapshot!(refused(builder(url).only_root_certificates(other.pem()).client_certificate(ours.pem(), other.key())), @"the HTTP client could not be created: keys may not be consistent: KeyMismatch: the key is not that of the client certificate");
}

#[test]
fn the_key_of_a_client_certificate_does_not_show() {
    let ours = Certificate::of("acme-bank");
    let builder = builder("https://tight.invalid")
        .only_root_certificates(ours.pem())
        .client_certificate(ours.pem(), ours.key())
        .proxy_with_credentials("http://u:p@proxy.invalid", "a-user", "a-password");
    let client = builder.clone().build().unwrap();
    for shown in [
        format!("{builder:?}"),
        format!("{builder:#?}"),
        format!("{client:?}"),
    ] {
        for secret in ["PRIVATE KEY", "a-user", "a-password", "proxy.invalid"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
