//! What a server sends, when, and how fast.

use std::io::{self, Write};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, sleep_until};

use super::request::Request;
use crate::canned;

/// What a slow link takes at a time.
const CHUNK: usize = 4 * 1024;

/// The answer to every request of a server.
#[derive(Clone, Debug)]
pub struct Answer {
    plain: Vec<u8>,
    gzip: Option<Vec<u8>>,
    /// The number of pages of the list that `plain` is a page of, if it is one.
    pages: Option<usize>,
    latency: Duration,
    bytes_per_second: Option<f64>,
}

impl Answer {
    /// Answers with this body.
    pub fn new(body: &str) -> Self {
        Self {
            plain: response(body.as_bytes(), ""),
            gzip: None,
            pages: None,
            latency: Duration::ZERO,
            bytes_per_second: None,
        }
    }

    /// Answers with this page, as each of so many.
    pub fn pages(page: &str, pages: usize) -> Self {
        Self {
            pages: Some(pages),
            ..Self::new(page)
        }
    }

    /// Answers after this long.
    #[must_use]
    pub fn after(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// How long answers take.
    pub fn latency(&self) -> Duration {
        self.latency
    }

    /// Compresses this body for clients that accept it.
    ///
    /// # Errors
    ///
    /// Never in practice, since it is compressed in memory.
    pub fn compressed(mut self, body: &str) -> io::Result<Self> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(body.as_bytes())?;
        self.gzip = Some(response(&encoder.finish()?, "content-encoding: gzip\r\n"));
        Ok(self)
    }

    /// Sends no more than this in a second.
    #[must_use]
    pub fn over(mut self, bits_per_second: u32) -> Self {
        self.bytes_per_second = Some(f64::from(bits_per_second) / 8.0);
        self
    }

    pub(super) async fn send(
        &self,
        request: &Request,
        connection: &mut TcpStream,
    ) -> io::Result<()> {
        if !self.latency.is_zero() {
            sleep(self.latency).await;
        }
        if let Some(pages) = self.pages {
            let mut page = self.plain.clone();
            canned::set_next_page(&mut page, request.page, pages);
            return connection.write_all(&page).await;
        }
        let bytes = match &self.gzip {
            Some(gzip) if request.accepts_gzip => gzip,
            _ => &self.plain,
        };
        let Some(bytes_per_second) = self.bytes_per_second else {
            return connection.write_all(bytes).await;
        };
        let mut arrival = Instant::now();
        for chunk in bytes.chunks(CHUNK) {
            #[allow(clippy::cast_precision_loss, reason = "chunks are small")]
            let seconds = chunk.len() as f64 / bytes_per_second;
            arrival += Duration::from_secs_f64(seconds);
            sleep_until(arrival).await;
            connection.write_all(chunk).await?;
        }
        Ok(())
    }
}

fn response(body: &[u8], headers: &str) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
