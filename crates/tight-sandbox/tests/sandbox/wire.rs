//! A client of either protocol that tells what arrives, byte by byte, and how it ends.

use std::fmt;

use axum::http::{HeaderMap, Request, Version, request};
use bytes::Bytes;
use h2::{Reason, client::SendRequest};
use tight_sandbox::Sandbox;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
    time::timeout,
};

use crate::support::{SOON, address};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Http1,
    Http2,
}

pub(crate) const BOTH: [Protocol; 2] = [Protocol::Http1, Protocol::Http2];

/// How an exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Whole,
    /// With the connection.
    Closed,
    /// With the stream.
    Reset(Reason),
}

/// What has arrived of a response so far.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) status: Option<u16>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// `None` while more may arrive.
    pub(crate) end: Option<End>,
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        let body: String = body.chars().take(200).collect();
        write!(f, "{:?} {body:?} {:?}", self.status, self.end)
    }
}

/// An exchange that goes on while a test looks at other things.
#[derive(Clone)]
pub(crate) struct Exchange(watch::Sender<Seen>);

impl Exchange {
    fn new() -> Self {
        Self(watch::Sender::new(Seen::default()))
    }

    pub(crate) fn seen(&self) -> Seen {
        self.0.borrow().clone()
    }

    fn add(&self, change: impl FnOnce(&mut Seen)) {
        self.0.send_modify(change);
    }

    /// Waits until what has arrived is as `wanted`.
    pub(crate) async fn until(&self, wanted: impl Fn(&Seen) -> bool) -> Seen {
        let mut receiver = self.0.subscribe();
        let waited = timeout(SOON, receiver.wait_for(|seen| wanted(seen))).await;
        match waited {
            Ok(seen) => seen.unwrap().clone(),
            Err(_) => panic!("it never came to that: {:?}", self.seen()),
        }
    }

    pub(crate) async fn ended(&self) -> Seen {
        self.until(|seen| seen.end.is_some()).await
    }
}

/// A connection; with HTTP/1.1, a new one for each request.
#[derive(Clone)]
pub(crate) enum Client {
    Http1(String),
    Http2(SendRequest<Bytes>),
}

impl Client {
    pub(crate) async fn of(sandbox: &Sandbox, protocol: Protocol) -> Self {
        let address = address(sandbox);
        match protocol {
            Protocol::Http1 => Self::Http1(address),
            Protocol::Http2 => {
                let stream = TcpStream::connect(address).await.unwrap();
                stream.set_nodelay(true).unwrap();
                let (client, connection) = h2::client::handshake(stream).await.unwrap();
                tokio::spawn(connection);
                Self::Http2(client)
            }
        }
    }

    /// Sends a request, and returns when it has been sent.
    pub(crate) async fn send(&self, request: request::Builder, body: impl Into<Bytes>) -> Exchange {
        let request = request.body(body.into()).unwrap();
        let exchange = Exchange::new();
        match self {
            Self::Http1(address) => {
                let mut stream = TcpStream::connect(address).await.unwrap();
                stream.write_all(&written(&request)).await.unwrap();
                let kept = exchange.clone();
                let is_head = request.method() == "HEAD";
                tokio::spawn(async move { read(stream, is_head, &kept).await });
            }
            Self::Http2(client) => {
                let mut client = client.clone().ready().await.unwrap();
                let (parts, body) = request.into_parts();
                let authority = "sandbox";
                let uri = format!("http://{authority}{}", parts.uri);
                let mut head = Request::builder()
                    .method(parts.method)
                    .uri(uri)
                    .version(Version::HTTP_2)
                    .body(())
                    .unwrap();
                *head.headers_mut() = parts.headers;
                let (response, mut stream) = client.send_request(head, body.is_empty()).unwrap();
                if !body.is_empty() {
                    stream.send_data(body, true).unwrap();
                }
                let kept = exchange.clone();
                tokio::spawn(async move {
                    let end = receive(response, &kept).await;
                    let end = end.map_or_else(
                        |error| error.reason().map_or(End::Closed, End::Reset),
                        |()| End::Whole,
                    );
                    kept.add(|seen| seen.end = Some(end));
                });
            }
        }
        exchange
    }
}

/// A request of HTTP/1.1.
fn written(request: &Request<Bytes>) -> Vec<u8> {
    let mut written = format!(
        "{} {} HTTP/1.1\r\nhost: sandbox\r\n",
        request.method(),
        request.uri()
    );
    for (name, value) in request.headers() {
        written += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    written += &format!("content-length: {}\r\n\r\n", request.body().len());
    [written.as_bytes(), request.body()].concat()
}

/// Reads a response of HTTP/1.1.
async fn read(mut stream: TcpStream, is_head: bool, exchange: &Exchange) {
    let closed = || exchange.add(|seen| seen.end = Some(End::Closed));
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else {
            return closed();
        };
        head.push(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.trim_end().split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        let name: axum::http::HeaderName = name.parse().unwrap();
        headers.append(name, value.parse().unwrap());
    }
    let length = headers.get("content-length");
    let length = length.map_or(0, |length| length.to_str().unwrap().parse().unwrap());
    let length: usize = if is_head || status == "304" {
        0
    } else {
        length
    };
    exchange.add(|seen| {
        seen.status = Some(status.parse().unwrap());
        seen.headers = headers;
    });
    let mut left = length;
    let mut buffer = vec![0; 65_536];
    while left > 0 {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return closed(),
            Ok(read) => {
                exchange.add(|seen| seen.body.extend(&buffer[..read]));
                left -= read;
            }
        }
    }
    exchange.add(|seen| seen.end = Some(End::Whole));
}

/// Receives a response of HTTP/2.
async fn receive(
    response: h2::client::ResponseFuture,
    exchange: &Exchange,
) -> Result<(), h2::Error> {
    let (head, mut body) = response.await?.into_parts();
    exchange.add(|seen| {
        seen.status = Some(head.status.as_u16());
        seen.headers = head.headers;
    });
    while let Some(data) = body.data().await {
        let data = data?;
        body.flow_control().release_capacity(data.len())?;
        exchange.add(|seen| seen.body.extend(data));
    }
    Ok(())
}
