//! A response body of HTTP/2 that ends too early: so many bytes, and then its stream is reset.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use h2::Reason;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::oneshot;

pub(crate) struct CutBody {
    /// The part that is sent.
    part: Option<Bytes>,
    /// The length of the whole, of which the header tells.
    whole: usize,
    /// Ends when the part has left the queue of its stream. A reset drops what is still there, even the head.
    has_left: oneshot::Receiver<Infallible>,
}

impl CutBody {
    pub(crate) fn new(mut bytes: Vec<u8>, length: usize) -> Self {
        let whole = bytes.len();
        bytes.truncate(length);
        let (leaving, has_left) = oneshot::channel();
        let part = Queued {
            bytes,
            _leaving: leaving,
        };
        Self {
            part: Some(Bytes::from_owner(part)),
            whole,
            has_left,
        }
    }
}

/// Bytes of which one can tell when they are dropped.
struct Queued {
    bytes: Vec<u8>,
    _leaving: oneshot::Sender<Infallible>,
}

impl AsRef<[u8]> for Queued {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Body for CutBody {
    type Data = Bytes;
    type Error = h2::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, h2::Error>>> {
        let this = self.get_mut();
        if let Some(part) = this.part.take() {
            // Even without bytes: it leaves the queue after the head.
            return Poll::Ready(Some(Ok(Frame::data(part))));
        }
        let _ = ready!(Pin::new(&mut this.has_left).poll(context));
        Poll::Ready(Some(Err(Reason::INTERNAL_ERROR.into())))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(u64::try_from(self.whole).unwrap_or(u64::MAX))
    }
}
