//! Fetches a page in a task of its own, so that it arrives while the caller works on the page before it.
//!
//! A task, since a future that nobody polls gets no further: the caller polls the stream only when it wants the next item.

use std::panic;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_util::FutureExt;
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::page::Fetched;
use super::page::Page;
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::response::Response;

/// How a page is fetched ahead.
pub(super) type Prefetch<T, X> = fn(Fetched<T, X>) -> Fetched<T, X>;

/// Starts to fetch a page. Dropping what this returns stops it.
pub(super) fn in_background<T: Send + 'static, X: Send + 'static>(
    page: Fetched<T, X>,
) -> Fetched<T, X> {
    InBackground(tokio::spawn(page.in_current_span())).boxed()
}

struct InBackground<T, X>(JoinHandle<Result<Response<Page<T>, X>>>);

impl<T, X> Future for InBackground<T, X> {
    type Output = Result<Response<Page<T>, X>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match ready!(self.0.poll_unpin(context)) {
            Ok(page) => page,
            Err(ended) => match ended.try_into_panic() {
                // As if it had been fetched here.
                Ok(payload) => panic::resume_unwind(payload),
                Err(_) => Err(Error::new(
                    ErrorKind::Connection,
                    "the async runtime that fetched the next page has shut down",
                )),
            },
        })
    }
}

impl<T, X> Drop for InBackground<T, X> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
