//! A stream of pages. Detects cursors that repeat.

use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use futures_util::Stream;
use futures_util::stream::FusedStream;

use super::page::{Fetched, Page};
use super::prefetch::Prefetch;
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::response::Response;
use crate::wire::UnknownFields;

/// Fetches the page at a cursor, with a limit.
pub(super) type Fetch<T, X> = dyn Fn(Option<String>, Option<i64>) -> Fetched<T, X> + Send + Sync;

/// The direction in which cursors are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Forward,
    Backward,
}

/// How pages are followed.
pub(super) struct Following<T, X> {
    pub(super) direction: Direction,
    /// How the next page is fetched while this one is used, if it is.
    pub(super) prefetch: Option<Prefetch<T, X>>,
}

impl<T, X> Default for Following<T, X> {
    fn default() -> Self {
        Self {
            direction: Direction::Forward,
            prefetch: None,
        }
    }
}

impl<T, X> Clone for Following<T, X> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, X> Copy for Following<T, X> {}

/// A stream of the pages of a list, each fetched when the stream is polled for it, or
/// [ahead](crate::Listing::prefetch). Ends after the last page or the first error.
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<T, X = UnknownFields> {
    operation: &'static str,
    fetch: Arc<Fetch<T, X>>,
    limit: Option<i64>,
    following: Following<T, X>,
    /// The hashes of all cursors so far: eight bytes for each page.
    followed: HashSet<u64>,
    hasher: RandomState,
    /// The cursor of the next page.
    cursor: Option<String>,
    /// Whether the last page was received.
    is_complete: bool,
    state: State<T, X>,
}

enum State<T, X> {
    Ready,
    /// The lock is never contended: it makes the stream `Sync`.
    Fetching(Mutex<Fetched<T, X>>),
    /// The next page cannot be fetched.
    Failed(Error),
    /// The last page or an error was returned.
    Ended,
}

impl<T, X> Pages<T, X> {
    pub(super) fn new(
        operation: &'static str,
        fetch: Arc<Fetch<T, X>>,
        cursor: Option<String>,
        limit: Option<i64>,
        following: Following<T, X>,
    ) -> Self {
        let hasher = RandomState::new();
        let state = match (following.direction, &cursor) {
            (Direction::Backward, None) => {
                let message = "going backward requires a cursor: set one with `Listing::cursor`";
                let error = Error::new(ErrorKind::InvalidRequest, message);
                State::Failed(error.in_operation(operation))
            }
            _ => State::Ready,
        };
        Self {
            operation,
            fetch,
            limit,
            following,
            followed: HashSet::from_iter(cursor.as_ref().map(|cursor| hasher.hash_one(cursor))),
            hasher,
            cursor,
            is_complete: false,
            state,
        }
    }

    /// The operation id.
    pub(super) fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the cursor of the next page, to [resume](crate::Listing::resume) from later. After an error, the cursor of the page that
    /// failed. `None` before the first page and after the last.
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Returns whether the last page was returned.
    pub fn is_done(&self) -> bool {
        matches!(self.state, State::Ended) && self.is_complete
    }

    /// Advances to the page that follows this one.
    fn follow(&mut self, page: &Page<T>) -> State<T, X> {
        let cursor = match self.following.direction {
            Direction::Forward => page.after(),
            Direction::Backward => page.before(),
        };
        match cursor {
            Ok(Some(cursor)) => {
                let is_new = self.followed.insert(self.hasher.hash_one(cursor));
                self.cursor = Some(cursor.clone());
                if is_new {
                    self.ahead()
                } else {
                    State::Failed(self.repeated())
                }
            }
            Ok(None) => {
                self.cursor = None;
                self.is_complete = true;
                State::Ended
            }
            // The cursor stays that of this page.
            Err(error) => State::Failed(error.clone()),
        }
    }

    /// The next page: already on its way, or to be fetched when it is needed.
    fn ahead(&self) -> State<T, X> {
        match self.following.prefetch {
            Some(prefetch) => State::Fetching(Mutex::new(prefetch(self.fetch()))),
            None => State::Ready,
        }
    }

    fn fetch(&self) -> Fetched<T, X> {
        (self.fetch)(self.cursor.clone(), self.limit)
    }

    fn repeated(&self) -> Error {
        let field = match self.following.direction {
            Direction::Forward => "cursor.after",
            Direction::Backward => "cursor.before",
        };
        let message =
            "Tight returned a cursor that was followed before, so the list would never end";
        Error::new(ErrorKind::Decode, message)
            .in_operation(self.operation)
            .at_path(field)
    }
}

impl<T, X> Stream for Pages<T, X> {
    type Item = Result<Response<Page<T>, X>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let pages = self.get_mut();
        loop {
            match &mut pages.state {
                State::Ready => {
                    pages.state = State::Fetching(Mutex::new(pages.fetch()));
                }
                State::Fetching(page) => {
                    let page = page.get_mut().unwrap_or_else(PoisonError::into_inner);
                    let page = ready!(page.as_mut().poll(context));
                    pages.state = State::Ended;
                    if let Ok(page) = &page {
                        pages.state = pages.follow(page);
                    }
                    return Poll::Ready(Some(page));
                }
                State::Failed(_) | State::Ended => {
                    return match mem::replace(&mut pages.state, State::Ended) {
                        State::Failed(error) => Poll::Ready(Some(Err(error))),
                        _ => Poll::Ready(None),
                    };
                }
            }
        }
    }
}

impl<T, X> FusedStream for Pages<T, X> {
    fn is_terminated(&self) -> bool {
        matches!(self.state, State::Ended)
    }
}

impl<T, X> fmt::Debug for Pages<T, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &self.operation)
            .field("cursor", &self.cursor)
            .field("direction", &self.following.direction)
            .field("prefetches", &self.following.prefetch.is_some())
            .finish_non_exhaustive()
    }
}
