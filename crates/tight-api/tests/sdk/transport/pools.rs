//! How many connections there are.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use tokio::net::TcpListener;

use super::{SAVED, Server, builder, save};
use crate::tls::{Acceptor, Certificate};

/// A server that speaks HTTP/2 over TLS. It answers its first request, and then always so many at once.
pub(super) struct Multiplexed {
    pub(super) url: String,
    connections: Arc<AtomicUsize>,
}

impl Multiplexed {
    pub(super) async fn start(acceptor: Acceptor, at_once: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                counted.fetch_add(1, Ordering::SeqCst);
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let stream = acceptor.accept(stream).await.unwrap();
                    let mut connection = h2::server::handshake(stream).await.unwrap();
                    let (mut held, mut enough) = (Vec::new(), 1);
                    while let Some(Ok((_, respond))) = connection.accept().await {
                        held.push(respond);
                        if held.len() < enough {
                            continue;
                        }
                        for mut respond in held.drain(..) {
                            let head = http::Response::new(());
                            let mut body = respond.send_response(head, false).unwrap();
                            body.send_data(SAVED.into(), true).unwrap();
                        }
                        enough = at_once;
                    }
                });
            }
        });
        Self { url, connections }
    }
}

#[tokio::test]
async fn calls_share_one_connection_over_http2() {
    let certificate = Certificate::of("127.0.0.1");
    let server = Multiplexed::start(certificate.acceptor(&["h2", "http/1.1"]), 16).await;
    let client = builder(&server.url)
        .only_root_certificates(certificate.pem())
        .build()
        .unwrap();
    save(&client).await.unwrap();
    let saved = join_all((0..16).map(|_| save(&client))).await;
    assert!(saved.iter().all(Result::is_ok), "{saved:?}");
    assert_eq!(server.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_server_that_offers_http2_is_spoken_to_in_http1_if_it_is_wished() {
    let certificate = Certificate::of("127.0.0.1");
    let server = Server::with_tls(certificate.acceptor(&["h2", "http/1.1"])).await;
    let client = builder(server.https())
        .only_root_certificates(certificate.pem())
        .http1_only();
    save(&client.build().unwrap()).await.unwrap();
    assert!(server.requests()[0].contains(" HTTP/1.1\r\n"));
}

#[tokio::test]
async fn so_many_connections_are_kept_as_are_wished() {
    for (most, connections) in [(None, 1), (Some(1), 1), (Some(0), 2)] {
        let server = Server::plain().await;
        let client = builder(server.http());
        let client = match most {
            Some(most) => client.max_idle_connections(most),
            None => client,
        };
        let client = client.build().unwrap();
        save(&client).await.unwrap();
        save(&client).await.unwrap();
        assert_eq!(server.connections(), connections, "{most:?}");
    }
}
