//! How connections are made, as users set it: over real sockets, with real TLS.

mod adjusted;
mod hosts;
mod pools;
mod proxies;
mod trust;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tight_api::types::NewMessage;
use tight_api::{Client, ClientBuilder, Credentials, Error, RetryPolicy};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::server::read;
use crate::tls::Acceptor;

const SAVED: &str = r#"{"data":[{"result":"SUCCESS","statusCode":200,"data":{"id":"msg_1"}}]}"#;

/// A server that answers every save, and keeps connections for more.
struct Server {
    port: u16,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// One that speaks HTTP/1.1 over TLS.
    async fn with_tls(acceptor: Acceptor) -> Self {
        Self::start(Some(acceptor)).await
    }

    async fn plain() -> Self {
        Self::start(None).await
    }

    async fn start(acceptor: Option<Acceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            connections: Arc::default(),
            requests: Arc::default(),
        };
        let (connections, requests) = (
            Arc::clone(&server.connections),
            Arc::clone(&server.requests),
        );
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                connections.fetch_add(1, Ordering::SeqCst);
                let (acceptor, requests) = (acceptor.clone(), Arc::clone(&requests));
                tokio::spawn(async move {
                    match acceptor {
                        Some(acceptor) => {
                            if let Some(stream) = acceptor.accept(stream).await {
                                answer(stream, &requests).await;
                            }
                        }
                        None => answer(stream, &requests).await,
                    }
                });
            }
        });
        server
    }

    fn https(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    fn http(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, requests: &Mutex<Vec<String>>) {
    loop {
        let request = read(&mut stream).await;
        if request.is_empty() {
            return;
        }
        let body = if crate::server::asks_for_token(&request) {
            r#"{"access_token":"a-token-of-the-server","expires_in":3600}"#
        } else {
            SAVED
        };
        requests.lock().unwrap().push(request);
        let length = body.len();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
        let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
        let _ = stream.flush().await;
    }
}

fn builder(url: impl Into<String>) -> ClientBuilder {
    Client::builder()
        .base_url(url)
        .credentials(Credentials::access_token("an-access-token"))
        .retry(RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO))
}

async fn save(client: &Client) -> Result<(), Error> {
    let saving = client.messages().save_one(NewMessage::new("con_1"));
    saving.await.map(drop)
}

/// Why there is no client.
fn refused(builder: ClientBuilder) -> String {
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), tight_api::ErrorKind::Configuration);
    error.to_string()
}
