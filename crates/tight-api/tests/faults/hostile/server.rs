//! A server that reads a request, sends what it is told, and closes the connection.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One server is for all scripts of a thread: to listen at a port for each would use up the ports.
pub(crate) struct Server {
    pub(crate) url: String,
    replies: Arc<Mutex<Replies>>,
}

#[derive(Default)]
struct Replies {
    all: Vec<Vec<u8>>,
    given: usize,
}

impl Replies {
    fn next(&mut self) -> Vec<u8> {
        let last = self.all.len().saturating_sub(1);
        let reply = self.all.get(self.given.min(last)).cloned();
        self.given += 1;
        reply.unwrap_or_default()
    }
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let replies = Arc::new(Mutex::new(Replies::default()));
        let server = Self {
            url,
            replies: Arc::clone(&replies),
        };
        tokio::spawn(async move {
            loop {
                // Out of ports or of files: there may be some again.
                let Ok((mut stream, _)) = listener.accept().await else {
                    continue;
                };
                let replies = Arc::clone(&replies);
                tokio::spawn(async move {
                    read(&mut stream).await;
                    let reply = lock(&replies).next();
                    // A client may have enough of it.
                    let _ = stream.write_all(&reply).await;
                    let _ = stream.shutdown().await;
                    let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
                });
            }
        });
        server
    }

    /// Sets what the requests from now on are answered with.
    pub(crate) fn reply(&self, all: Vec<Vec<u8>>) {
        *lock(&self.replies) = Replies { all, given: 0 };
    }

    /// How many requests were answered since.
    pub(crate) fn given(&self) -> usize {
        lock(&self.replies).given
    }
}

fn lock(replies: &Mutex<Replies>) -> std::sync::MutexGuard<'_, Replies> {
    replies.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads one request to its end.
async fn read(stream: &mut TcpStream) {
    let mut bytes = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).await.unwrap_or(0);
        bytes.extend_from_slice(&chunk[..count]);
        if count == 0 || is_whole(&bytes) {
            return;
        }
    }
}

fn is_whole(request: &[u8]) -> bool {
    let end = request.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let Some(end) = end else { return false };
    let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
    let body = &request[end + 4..];
    let length = head.lines().find_map(|line| {
        let length = line.strip_prefix("content-length:")?;
        length.trim().parse::<usize>().ok()
    });
    match length {
        Some(length) => body.len() >= length,
        None => !head.contains("transfer-encoding: chunked") || body.ends_with(b"0\r\n\r\n"),
    }
}
