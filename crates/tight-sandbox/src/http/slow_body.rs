//! A response body that arrives slowly, or not to its end.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

/// A wait.
pub(crate) type Wait<T> = Pin<Box<dyn Future<Output = T> + Send>>;
/// Waits for a time, in a way that a test can replace.
pub(crate) type Sleep = Arc<dyn Fn(Duration) -> Wait<()> + Send + Sync>;

/// How the wait between two pieces ends: with the next piece, or with the end of the connection or stream.
type Pause = Wait<Result<(), h2::Error>>;

/// A body of known length that is sent in pieces, with a pause before each but the first.
pub(crate) struct SlowBody {
    rest: Bytes,
    /// The size of the next piece.
    piece: usize,
    pause: Box<dyn Fn() -> Pause + Send + Sync>,
    pausing: Option<Pause>,
}

impl SlowBody {
    /// Sends `piece` bytes at a time. With 0, it pauses before the first, and goes on byte by byte.
    pub(crate) fn new<F>(
        bytes: Vec<u8>,
        piece: usize,
        pause: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), h2::Error>> + Send + 'static,
    {
        let pause = move || -> Pause { Box::pin(pause()) };
        Self {
            rest: bytes.into(),
            piece: piece.max(1),
            pausing: (piece == 0).then(&pause),
            pause: Box::new(pause),
        }
    }
}

impl Body for SlowBody {
    type Data = Bytes;
    type Error = h2::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, h2::Error>>> {
        let this = self.get_mut();
        if this.rest.is_empty() {
            return Poll::Ready(None);
        }
        if let Some(pausing) = &mut this.pausing {
            let paused = ready!(pausing.as_mut().poll(context));
            this.pausing = None;
            if let Err(error) = paused {
                this.rest.clear();
                return Poll::Ready(Some(Err(error)));
            }
        }
        let piece = this.rest.split_to(this.piece.min(this.rest.len()));
        this.pausing = Some((this.pause)());
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(u64::try_from(self.rest.len()).unwrap_or(u64::MAX))
    }
}
