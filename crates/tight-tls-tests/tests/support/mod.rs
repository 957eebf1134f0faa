//! A server that speaks TLS, and a client that saves.
#![allow(dead_code, reason = "each test has its own use of it")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use rcgen::KeyPair;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tight_api::types::NewMessage;
use tight_api::{Client, ClientBuilder, Credentials, Error, RetryPolicy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

const SAVED: &str = r#"{"data":[{"result":"SUCCESS","statusCode":200,"data":{"id":"msg_1"}}]}"#;

pub(crate) struct Certificate {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Certificate {
    pub(crate) fn of(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new([name.to_owned()]).unwrap();
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, name);
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate, key }
    }

    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        self.certificate.der().to_vec()
    }

    pub(crate) fn key(&self) -> String {
        self.key.serialize_pem()
    }

    /// Starts a server with this certificate, which demands one of its clients if there is one; and what it tells of each
    /// connection.
    pub(crate) async fn serve(
        &self,
        client: Option<&Self>,
    ) -> (String, mpsc::UnboundedReceiver<()>) {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = match client {
            Some(client) => {
                let mut roots = RootCertStore::empty();
                roots.add(client.certificate.der().clone()).unwrap();
                let roots = Arc::new(roots);
                WebPkiClientVerifier::builder_with_provider(roots, Arc::clone(&provider))
                    .build()
                    .unwrap()
            }
            None => WebPkiClientVerifier::no_client_auth(),
        };
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_client_cert_verifier(verifier)
            .with_single_cert(
                vec![self.certificate.der().clone()],
                self.key.serialize_der().try_into().unwrap(),
            )
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let (connected, connections) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let _ = connected.send(());
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let mut request = String::new();
                    while !request.contains("con_1") {
                        let mut chunk = [0; 4096];
                        let count = stream.read(&mut chunk).await.unwrap_or(0);
                        if count == 0 {
                            return;
                        }
                        request += &String::from_utf8_lossy(&chunk[..count]);
                    }
                    let length = SAVED.len();
                    let answer = format!(
                        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{SAVED}"
                    );
                    let _ = stream.write_all(answer.as_bytes()).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        (url, connections)
    }
}

pub(crate) fn builder(url: &str) -> ClientBuilder {
    Client::builder()
        .base_url(url)
        .credentials(Credentials::access_token("an-access-token"))
        .retry(RetryPolicy::default().backoff(std::time::Duration::ZERO, std::time::Duration::ZERO))
}

pub(crate) async fn save(client: &Client) -> Result<(), Error> {
    let saving = client.messages().save_one(NewMessage::new("con_1"));
    saving.await.map(drop)
}
