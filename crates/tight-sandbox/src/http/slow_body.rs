//! A response body that arrives slowly, or not to its end.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};

/// A wait.
pub(crate) type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;
/// Waits for a time, in a way that a test can replace.
pub(crate) type Sleep = Arc<dyn Fn(Duration) -> Wait + Send + Sync>;

/// A body of known length that is sent in pieces, with a wait before each but the first.
pub(crate) struct SlowBody {
    rest: Bytes,
    /// The size of the next piece.
    piece: usize,
    wait: Box<dyn Fn() -> Wait + Send + Sync>,
    waiting: Option<Wait>,
}

impl SlowBody {
    /// Sends `piece` bytes at a time. With 0, it waits before the first, and goes on byte by byte.
    pub(crate) fn new(
        bytes: Vec<u8>,
        piece: usize,
        wait: impl Fn() -> Wait + Send + Sync + 'static,
    ) -> Self {
        Self {
            rest: bytes.into(),
            piece: piece.max(1),
            waiting: (piece == 0).then(&wait),
            wait: Box::new(wait),
        }
    }
}

impl HttpBody for SlowBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        if this.rest.is_empty() {
            return Poll::Ready(None);
        }
        if let Some(waiting) = &mut this.waiting {
            ready!(waiting.as_mut().poll(context));
        }
        let piece = this.rest.split_to(this.piece.min(this.rest.len()));
        this.waiting = Some((this.wait)());
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(u64::try_from(self.rest.len()).unwrap_or(u64::MAX))
    }
}
