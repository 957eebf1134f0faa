//! The sandbox's end of a connection, which can be made to break off in the middle of an answer. What does
//! not end the connection is a matter of HTTP, and none of this module's.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

const END_OF_HEAD: &[u8; 4] = b"\r\n\r\n";

/// Where a connection breaks off. The connection and the handlers of its requests share it; as nothing is
/// written to a connection past its cut, each has one at most.
#[derive(Clone, Default)]
pub(crate) struct Cut(Arc<Mutex<Option<Allowance>>>);

impl Cut {
    /// Lets nothing more out.
    pub(crate) fn at_once(&self) {
        self.set(Allowance {
            head_end: END_OF_HEAD.len(),
            body: 0,
        });
    }

    /// Lets the head of the next answer out, and the first `length` bytes of its body.
    pub(crate) fn within_body(&self, length: usize) {
        self.set(Allowance {
            head_end: 0,
            body: length,
        });
    }

    fn set(&self, allowance: Allowance) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(allowance);
    }
}

/// What may still be written.
#[derive(Clone, Copy)]
struct Allowance {
    /// How much of the head's end has gone by; all of it when the body has begun.
    head_end: usize,
    /// How many bytes of the body are left.
    body: usize,
}

impl Allowance {
    /// Lets `bytes` by, as far as they may go, and says how far that is.
    fn pass(&mut self, bytes: &[u8]) -> usize {
        let mut head = 0;
        for byte in bytes {
            let Some(expected) = END_OF_HEAD.get(self.head_end) else {
                break;
            };
            // Within a head, the first byte of its end stands at the end of a line only, so that a false start
            // is never the beginning of the true end.
            self.head_end = if byte == expected {
                self.head_end + 1
            } else {
                0
            };
            head += 1;
        }
        let body = self.body.min(bytes.len() - head);
        self.body -= body;
        head + body
    }

    fn is_used_up(&self) -> bool {
        self.head_end == END_OF_HEAD.len() && self.body == 0
    }
}

/// A connection with a client. An error from it makes the server close it.
pub(crate) struct Connection {
    stream: TcpStream,
    cut: Cut,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, cut: Cut) -> Self {
        Self { stream, cut }
    }
}

fn broken_off() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Self { stream, cut } = self.get_mut();
        let mut cut = cut.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(allowance) = cut.as_mut() else {
            return Pin::new(stream).poll_write(context, bytes);
        };
        // The stream may take less than is allowed, so the allowance is spent on what it took.
        let allowed = bytes.split_at(allowance.clone().pass(bytes)).0;
        if allowed.is_empty() {
            return Poll::Ready(Err(broken_off()));
        }
        let written = ready!(Pin::new(stream).poll_write(context, allowed))?;
        allowance.pass(bytes.split_at(written).0);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { stream, cut } = self.get_mut();
        ready!(Pin::new(stream).poll_flush(context))?;
        let cut = cut.0.lock().unwrap_or_else(PoisonError::into_inner);
        match *cut {
            Some(allowance) if allowance.is_used_up() => Poll::Ready(Err(broken_off())),
            _ => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
