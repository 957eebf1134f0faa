//! A server on its own thread that reads each request and sends the same bytes, so that the client's thread shows only the
//! client's cost.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A server that lives as long as the process.
#[derive(Clone, Copy, Debug)]
pub struct Server {
    address: SocketAddr,
}

impl Server {
    /// Answers every request with `body` after `latency`.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot listen.
    pub fn start(body: &str, latency: Duration) -> io::Result<Self> {
        let answer: Arc<[u8]> = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
        .into();
        let (ready, listening) = mpsc::channel();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(async {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
                let _ = ready.send(listener.local_addr()?);
                loop {
                    let (connection, _) = listener.accept().await?;
                    tokio::spawn(serve(connection, Arc::clone(&answer), latency));
                }
                #[allow(unreachable_code, reason = "the type of the block's errors")]
                io::Result::Ok(())
            })
        });
        let address = listening
            .recv()
            .map_err(|_| io::Error::other("the server could not listen"))?;
        Ok(Self { address })
    }

    /// The base URL.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }
}

async fn serve(mut connection: TcpStream, answer: Arc<[u8]>, latency: Duration) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let mut filled = 0;
        let mut whole = None;
        while whole.is_none_or(|whole| filled < whole) {
            let read = connection.read(&mut buffer[filled..]).await?;
            if read == 0 {
                return Ok(());
            }
            filled += read;
            whole = whole.or_else(|| request_length(&buffer[..filled]));
        }
        if !latency.is_zero() {
            tokio::time::sleep(latency).await;
        }
        connection.write_all(&answer).await?;
    }
}

/// The length of a request with its body, once the head is complete.
fn request_length(received: &[u8]) -> Option<usize> {
    let head_length = received.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&received[..head_length]);
    let body_length = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, length)| length.parse().ok());
    Some(head_length + body_length.unwrap_or(0))
}
