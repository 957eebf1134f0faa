//! A connection that can be cut within a response, as HTTP/1.1 needs it.

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

use crate::http::activity::Activity;

const END_OF_HEAD: &[u8; 4] = b"\r\n\r\n";

/// Where a connection is cut. The connection and its request handlers share it. Nothing is written after a cut, so
/// there is at most one.
#[derive(Clone, Default)]
pub(crate) struct Cut(Arc<Mutex<Option<Allowance>>>);

impl Cut {
    /// Cuts before the next byte.
    pub(crate) fn at_once(&self) {
        self.set(Allowance {
            head_end: END_OF_HEAD.len(),
            body: 0,
        });
    }

    /// Cuts after the next response's head and the first `length` bytes of its body.
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
    /// How many bytes of the end of the head have passed; all of them once the body has begun.
    head_end: usize,
    /// How many bytes of the body may follow.
    body: usize,
}

impl Allowance {
    /// Returns how many of `bytes` may pass.
    fn pass(&mut self, bytes: &[u8]) -> usize {
        let mut head = 0;
        for byte in bytes {
            let Some(expected) = END_OF_HEAD.get(self.head_end) else {
                break;
            };
            // Within a head, the end's first byte occurs only at the end of a line, so a failed match never overlaps
            // the real end.
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

/// The connection that a request came over.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) activity: Arc<Activity>,
    /// Cuts a connection of HTTP/1.1. With HTTP/2, a fault is an error of the response or its body, which resets its stream.
    pub(crate) cut: Cut,
}

/// A connection with a client. The server closes it after an error.
pub(crate) struct Connection {
    stream: TcpStream,
    link: Link,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, link: Link) -> Self {
        Self { stream, link }
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
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        self.link.activity.note();
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Self { stream, link } = self.get_mut();
        let mut cut = link.cut.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(allowance) = cut.as_mut() else {
            let written = ready!(Pin::new(stream).poll_write(context, bytes))?;
            link.activity.note();
            return Poll::Ready(Ok(written));
        };
        // The stream may accept less than is allowed, so only what it accepted counts.
        let allowed = bytes.split_at(allowance.clone().pass(bytes)).0;
        if allowed.is_empty() {
            return Poll::Ready(Err(broken_off()));
        }
        let written = ready!(Pin::new(stream).poll_write(context, allowed))?;
        link.activity.note();
        allowance.pass(bytes.split_at(written).0);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { stream, link } = self.get_mut();
        ready!(Pin::new(stream).poll_flush(context))?;
        let cut = link.cut.0.lock().unwrap_or_else(PoisonError::into_inner);
        match *cut {
            Some(allowance) if allowance.is_used_up() => Poll::Ready(Err(broken_off())),
            _ => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
