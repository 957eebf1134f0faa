//! Reads requests. Of a body, only the length counts, so an upload of any size takes no memory.

use std::io;

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::canned;

/// What matters of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// The number of the page that its cursor names; without a cursor, the first.
    pub(super) page: usize,
    pub(super) accepts_gzip: bool,
}

/// Receives a request; `None` when the client has closed the connection.
pub(super) async fn receive(
    connection: &mut TcpStream,
    buffer: &mut [u8],
) -> io::Result<Option<Request>> {
    let mut filled = 0;
    let (request, length) = loop {
        let read = connection.read(&mut buffer[filled..]).await?;
        if read == 0 {
            return Ok(None);
        }
        filled += read;
        if let Some(found) = parse(&buffer[..filled]) {
            break found;
        }
    };
    let mut left = length.saturating_sub(filled);
    while left > 0 {
        let read = connection.read(buffer).await?;
        if read == 0 {
            return Ok(None);
        }
        left = left.saturating_sub(read);
    }
    Ok(Some(request))
}

/// A request and its length with the body, once the head is complete.
fn parse(received: &[u8]) -> Option<(Request, usize)> {
    let head_length = received.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&received[..head_length]);
    let header = |name: &str| {
        let mut headers = head.lines().filter_map(|line| line.split_once(": "));
        headers
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    };
    let body_length = header("content-length").and_then(|length| length.parse().ok());
    let request = Request {
        page: canned::page_number(&head).unwrap_or(0),
        accepts_gzip: header("accept-encoding").is_some_and(|accepted| accepted.contains("gzip")),
    };
    Some((request, head_length + body_length.unwrap_or(0)))
}
