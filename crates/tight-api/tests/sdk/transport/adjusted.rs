//! An HTTP client that users adjust, and what they cannot.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tight_api::types::ConversationQuery;
use tight_api::{ErrorKind, RetryPolicy, reqwest};
use tokio_rustls::rustls::crypto::CryptoProvider;
use tokio_rustls::rustls::crypto::aws_lc_rs::{cipher_suite, default_provider};
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::{SAVED, Server, builder, refused, save};
use crate::server::{Reply, nobody};
use crate::tls::Certificate;

/// What would break promises of the SDK.
fn careless(http: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    http.redirect(reqwest::redirect::Policy::limited(10))
        .retry(
            reqwest::retry::for_host("127.0.0.1")
                .no_budget()
                .max_retries_per_request(5)
                .classify_fn(|call| call.retryable()),
        )
        .no_gzip()
        .http1_max_headers(1)
        .user_agent("somebody else")
}

#[tokio::test]
async fn redirects_are_refused_however_the_http_client_was_adjusted() {
    let elsewhere = crate::server::Server::replying([Reply::json("200 OK", SAVED)]).await;
    let moved = |status: &str| {
        Reply::Bytes(format!(
            "HTTP/1.1 {status}\r\nlocation: {}/v6/messages\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            elsewhere.url()
        ))
    };
    for status in [
        "307 Temporary Redirect",
        "308 Permanent Redirect",
        "302 Found",
    ] {
        let server = crate::server::Server::replying([moved(status)]).await;
        let client = server.client_builder().http(careless).build().unwrap();
        let error = save(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Status);
        assert_eq!(server.requests().len(), 1);
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn nothing_is_sent_again_under_the_hood_however_the_http_client_was_adjusted() {
    let busy = || Reply::json("503 Service Unavailable", "{}");
    let server = crate::server::Server::replying([busy(), busy(), busy()]).await;
    let client = server
        .client_builder()
        .http(careless)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let page = client.conversations().query(ConversationQuery::new());
    assert_eq!(page.page().await.unwrap_err().kind(), ErrorKind::Status);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn answers_are_read_however_the_http_client_was_adjusted() {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(SAVED.as_bytes()).unwrap();
    let body = gzip.finish().unwrap();
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    let reply = Reply::Raw([head.as_bytes(), &body].concat());
    let server = crate::server::Server::replying([reply]).await;
    let client = server.client_builder().http(careless).build().unwrap();
    save(&client).await.unwrap();
    assert!(server.requests()[0].contains("\r\nuser-agent: tight-api/"));
}

#[tokio::test]
async fn a_connection_that_was_not_made_is_told_so_however_the_http_client_was_adjusted() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let client = builder(url)
        .http(|http| http.connect_timeout(Duration::from_secs(3600)))
        .connect_timeout(Duration::from_millis(50))
        .retry(RetryPolicy::never());
    let error = save(&client.build().unwrap()).await.unwrap_err();
    insta::assert_snapshot!(error, @"saveMessages: the connection was not made in time");
}

#[tokio::test]
async fn adjustments_are_made_in_order_and_after_the_settings() {
    let server = Server::plain().await;
    let client = builder(server.http())
        .http(|http| http.pool_max_idle_per_host(9))
        .http(|http| http.pool_max_idle_per_host(0))
        .max_idle_connections(5)
        .build()
        .unwrap();
    save(&client).await.unwrap();
    save(&client).await.unwrap();
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_tls_configuration_of_ones_own_is_used() {
    let certificate = Certificate::of("127.0.0.1");
    let server = Server::with_tls(certificate.acceptor(&["http/1.1"])).await;
    let root = CertificateDer::from(certificate.der());
    let client = builder(server.https()).http(move |http| {
        let mut roots = RootCertStore::empty();
        roots.add(root.clone()).unwrap();
        let provider = CryptoProvider {
            cipher_suites: vec![cipher_suite::TLS13_AES_256_GCM_SHA384],
            ..default_provider()
        };
        let tls = ClientConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        http.tls_backend_preconfigured(tls)
    });
    save(&client.build().unwrap()).await.unwrap();
}

#[test]
fn what_the_http_client_cannot_be_is_told_when_the_client_is_built() {
    let builder = builder(nobody()).http(|http| http.tls_backend_preconfigured("no TLS at all"));
    insta::assert_snapshot!(refused(builder), @"the HTTP client could not be created: Unknown TLS backend passed to `use_preconfigured_tls`: call `install_default` on a provider of rustls before the client is built, or hand a `rustls::ClientConfig` of the HTTP client's version of rustls to `tls_backend_preconfigured` in `ClientBuilder::http`");
}
