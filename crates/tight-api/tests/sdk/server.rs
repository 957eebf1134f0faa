//! A server that answers what a test tells it, byte for byte, and keeps what it was sent.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tight_api::{Client, ClientBuilder, Credentials};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What the server does with one request, once it has read it.
pub(crate) enum Reply {
    /// Sends these bytes, and closes the connection.
    Bytes(String),
    /// The same, also where they are no text.
    Raw(Vec<u8>),
    /// Closes the connection.
    HangUp,
    /// Says nothing, for as long as the client is patient.
    Stall,
    /// Does this once it is told to go on.
    Held(Arc<Notify>, Box<Self>),
}

impl Reply {
    /// An answer with a body.
    pub(crate) fn new(status: &str, content_type: &str, body: &str) -> Self {
        let length = body.len();
        Self::Bytes(format!(
            "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        ))
    }

    /// An answer with a JSON body that is not all text.
    pub(crate) fn raw_json(status: &str, body: &[u8]) -> Self {
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        Self::Raw([head.as_bytes(), body].concat())
    }

    async fn give(self, stream: &mut TcpStream) {
        match self {
            Self::Bytes(bytes) => stream.write_all(bytes.as_bytes()).await.unwrap(),
            Self::Raw(bytes) => stream.write_all(&bytes).await.unwrap(),
            Self::HangUp => {}
            // The read ends when the client goes away.
            Self::Stall => drop(stream.read(&mut [0]).await),
            Self::Held(go_on, reply) => {
                go_on.notified().await;
                Box::pin(reply.give(stream)).await;
            }
        }
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
                reply.give(&mut stream).await;
            }
        });
        Self { url, requests }
    }

    /// Starts a server that answers requests for tokens with these, and all others with those, in order, one connection each,
    /// side by side.
    pub(crate) async fn answering(
        tokens: impl IntoIterator<Item = Reply>,
        calls: impl IntoIterator<Item = Reply>,
    ) -> Self {
        let mut tokens: VecDeque<_> = tokens.into_iter().collect();
        let mut calls: VecDeque<_> = calls.into_iter().collect();
        let decide = move |request: &str| {
            let replies = if asks_for_token(request) {
                &mut tokens
            } else {
                &mut calls
            };
            replies.pop_front().unwrap_or(Reply::HangUp)
        };
        Self::deciding(decide).await
    }

    /// Starts a server that answers each request as it is decided, one connection each, side by side.
    pub(crate) async fn deciding(decide: impl FnMut(&str) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let decide = Arc::new(Mutex::new(decide));
        let kept = Arc::clone(&requests);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let (decide, kept) = (Arc::clone(&decide), Arc::clone(&kept));
                tokio::spawn(async move {
                    let request = read(&mut stream).await;
                    kept.lock().unwrap().push(request.clone());
                    let reply = (decide.lock().unwrap())(&request);
                    reply.give(&mut stream).await;
                });
            }
        });
        Self { url, requests }
    }

    /// Starts a server that answers nothing before as many requests are there as it has replies. Then the last one is
    /// answered first, each with the reply of its place.
    pub(crate) async fn gathering(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let replies: Vec<_> = replies.into_iter().collect();
        let kept = Arc::clone(&requests);
        tokio::spawn(async move {
            let mut gathered = Vec::new();
            for _ in &replies {
                let (mut stream, _) = listener.accept().await.unwrap();
                gathered.push((read(&mut stream).await, stream));
            }
            // Connections need not be accepted in the order in which requests were begun: their items tell it.
            gathered
                .sort_by_key(|(request, _)| request.rsplit("\r\n\r\n").next().map(str::to_owned));
            for ((request, mut stream), reply) in gathered.into_iter().zip(replies).rev() {
                kept.lock().unwrap().push(request);
                reply.give(&mut stream).await;
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

    /// What the calls so far were sent with, in order of their arrival, without requests for tokens.
    pub(crate) fn authorizations(&self) -> Vec<String> {
        let requests = self.requests();
        let calls = requests.iter().filter(|request| !asks_for_token(request));
        calls
            .map(|request| {
                let mut lines = request.lines();
                let header = lines.find_map(|line| line.strip_prefix("authorization: "));
                header.unwrap().to_owned()
            })
            .collect()
    }

    /// How many tokens the server was asked for so far.
    pub(crate) fn token_requests(&self) -> usize {
        let requests = self.requests();
        requests
            .iter()
            .filter(|request| asks_for_token(request))
            .count()
    }

    /// What the server was sent so far, as text.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

pub(crate) fn asks_for_token(request: &str) -> bool {
    request.starts_with("POST /v6/auth/token ")
}

/// An address that nobody listens at.
pub(crate) fn nobody() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// Reads one request, whose body has a `content-length` or comes in chunks.
pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).await.unwrap_or(0);
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
            if is_whole {
                return text.into_owned();
            }
        }
        // Whoever is gone sends no more.
        if count == 0 {
            return String::from_utf8_lossy(&bytes).into_owned();
        }
    }
}
