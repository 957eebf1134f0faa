//! A server that answers what a test tells it, byte for byte, and keeps what it was sent.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tight_api::{Client, ClientBuilder, Credentials};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with one request, once it has read it.
pub(crate) enum Reply {
    /// Sends these bytes, and closes the connection.
    Bytes(String),
    /// Closes the connection.
    HangUp,
    /// Says nothing, for as long as the client is patient.
    Stall,
}

impl Reply {
    /// An answer with a body.
    pub(crate) fn new(status: &str, content_type: &str, body: &str) -> Self {
        let length = body.len();
        Self::Bytes(format!(
            "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        ))
    }

    /// An answer with a JSON body.
    pub(crate) fn json(status: &str, body: &str) -> Self {
        Self::new(status, "application/json", body)
    }
}

pub(crate) struct Server {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a server that gives these replies, in order, one connection each.
    pub(crate) async fn replying(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let mut replies: VecDeque<_> = replies.into_iter().collect();
        let kept = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Some(reply) = replies.pop_front() {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read(&mut stream).await;
                kept.lock().unwrap().push(request);
                match reply {
                    Reply::Bytes(bytes) => stream.write_all(bytes.as_bytes()).await.unwrap(),
                    Reply::HangUp => {}
                    // The read ends when the client goes away.
                    Reply::Stall => drop(stream.read(&mut [0]).await),
                }
            }
        });
        Self { url, requests }
    }

    /// A client of this server, to be set up further.
    pub(crate) fn client_builder(&self) -> ClientBuilder {
        Client::builder()
            .base_url(&self.url)
            .credentials(Credentials::access_token("an-access-token"))
    }

    /// A client of this server.
    pub(crate) fn client(&self) -> Client {
        self.client_builder().build().unwrap()
    }

    /// What the server was sent so far, as text.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// An address that nobody listens at.
pub(crate) fn nobody() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// Reads one request, whose body has a `content-length` or comes in chunks.
async fn read(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).await.unwrap();
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.to_lowercase().lines().find_map(|line| {
                line.strip_prefix("content-length:")
                    .map(|value| value.trim().parse::<usize>().unwrap())
            });
            let is_chunked = head.to_lowercase().contains("transfer-encoding: chunked");
            let is_whole = if is_chunked {
                body.ends_with("0\r\n\r\n")
            } else {
                body.len() >= length.unwrap_or(0)
            };
            if count == 0 || is_whole {
                return text.into_owned();
            }
        }
    }
}
