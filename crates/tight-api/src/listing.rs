//! Lists that come in pages: one page, or all that follow one another.

use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::vec;

use futures_util::Stream;
use futures_util::future::BoxFuture;
use futures_util::stream::FusedStream;

use crate::error::{Error, ErrorKind, Result};
use crate::response::Response;

/// Gets the page at a cursor, with a limit.
type Fetch<T> = dyn Fn(Option<String>, Option<i64>) -> Fetched<T> + Send + Sync;
type Fetched<T> = BoxFuture<'static, Result<Response<Page<T>>>>;

/// A list that comes in pages, before anything is sent: ask for [one page](Self::page), for [all items](Self::items), or for
/// [page after page](Self::pages).
///
/// ```
/// # async fn example(client: &tight_api::Client) -> tight_api::Result<()> {
/// use futures_util::TryStreamExt;
/// use tight_api::types::{ConversationQuery, ReadStatus};
///
/// let unread = ConversationQuery::new().read_status_in([ReadStatus::Unread]);
/// let mut conversations = client.conversations().query(unread).limit(100).items();
/// while let Some(conversation) = conversations.try_next().await? {
///     println!("{:?}", conversation.subject);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a listing sends nothing until a page or the items are asked for"]
pub struct Listing<T> {
    operation: &'static str,
    fetch: Arc<Fetch<T>>,
    cursor: Option<String>,
    limit: Option<i64>,
    direction: Direction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Forward,
    Backward,
}

impl<T> Listing<T> {
    pub(crate) fn new(
        operation: &'static str,
        fetch: Arc<Fetch<T>>,
        cursor: Option<String>,
        limit: Option<i64>,
    ) -> Self {
        Self {
            operation,
            fetch,
            cursor,
            limit,
            direction: Direction::Forward,
        }
    }

    /// How many items a page has at most. If nothing is said, Tight decides. A limit of 0, or above what is documented, is
    /// refused before anything is sent.
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit.into());
        self
    }

    /// Where to begin, if not with the first page: a cursor of an earlier [`Page`], [`Pages`] or [`Items`].
    pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
        self.cursor = Some(cursor.into());
        self
    }

    /// As [`cursor`](Self::cursor), or from the first page if there is none: for cursors that were kept.
    pub fn resume(mut self, cursor: Option<String>) -> Self {
        self.cursor = cursor;
        self
    }

    /// Goes from each page to the one before it, instead of the one after it. The items of a page stay in the order in which
    /// Tight lists them. It takes a [cursor](Self::cursor) to go back from: there is nothing before the first page.
    pub fn backward(mut self) -> Self {
        self.direction = Direction::Backward;
        self
    }

    /// One page.
    ///
    /// # Errors
    ///
    /// If there is no answer, or it is no success, or it cannot be read. An item that cannot be read is not among these: it
    /// is an error in the page.
    pub async fn page(&self) -> Result<Response<Page<T>>> {
        (self.fetch)(self.cursor.clone(), self.limit).await
    }

    /// Page after page, each when it is asked for.
    pub fn pages(self) -> Pages<T> {
        let seen = RandomState::new();
        let state = match (self.direction, &self.cursor) {
            (Direction::Backward, None) => {
                let message =
                    "going backward takes a cursor: there is nothing before the first page";
                let error = Error::new(ErrorKind::InvalidRequest, message);
                State::Failed(error.in_operation(self.operation))
            }
            _ => State::Ready,
        };
        Pages {
            operation: self.operation,
            fetch: self.fetch,
            limit: self.limit,
            direction: self.direction,
            followed: HashSet::from_iter(self.cursor.as_ref().map(|cursor| seen.hash_one(cursor))),
            hasher: seen,
            cursor: self.cursor,
            is_complete: false,
            state,
        }
    }

    /// The items of all pages, of which each is fetched when those of the page before have been taken.
    pub fn items(self) -> Items<T> {
        let pages = self.pages();
        Items {
            page: pages.cursor.clone(),
            pages,
            items: Vec::new().into_iter(),
        }
    }
}

impl<T> Clone for Listing<T> {
    fn clone(&self) -> Self {
        Self {
            operation: self.operation,
            fetch: Arc::clone(&self.fetch),
            cursor: self.cursor.clone(),
            limit: self.limit,
            direction: self.direction,
        }
    }
}

impl<T> fmt::Debug for Listing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("operation", &self.operation)
            .field("cursor", &self.cursor)
            .field("limit", &self.limit)
            .field("direction", &self.direction)
            .finish_non_exhaustive()
    }
}

/// A page of a list.
///
/// An item that cannot be read costs no other: it is an error of the kind [`Item`](ErrorKind::Item), which says where
/// ([`Error::path`]) and keeps the item's JSON ([`Error::body`]).
#[derive(Clone, Debug)]
pub struct Page<T> {
    items: Vec<Result<T>>,
    after: Result<Option<String>>,
    before: Result<Option<String>>,
}

impl<T> Page<T> {
    pub(crate) fn new(
        items: Vec<Result<T>>,
        after: Result<Option<String>>,
        before: Result<Option<String>>,
    ) -> Self {
        Self {
            items,
            after,
            before,
        }
    }

    /// The items, in the order in which Tight lists them.
    pub fn items(&self) -> &[Result<T>] {
        &self.items
    }

    /// The items that can be read.
    pub fn readable(&self) -> impl Iterator<Item = &T> {
        self.items.iter().filter_map(|item| item.as_ref().ok())
    }

    /// Why the others cannot.
    pub fn unreadable(&self) -> impl Iterator<Item = &Error> {
        self.items.iter().filter_map(|item| item.as_ref().err())
    }

    /// The items, to keep.
    pub fn into_items(self) -> Vec<Result<T>> {
        self.items
    }

    /// The cursor of the page after this one; nothing on the last page.
    ///
    /// # Errors
    ///
    /// If the answer has a cursor that cannot be read.
    pub fn next_cursor(&self) -> Result<Option<&str>> {
        read(&self.after)
    }

    /// The cursor of the page before this one; nothing on the first page.
    ///
    /// # Errors
    ///
    /// If the answer has a cursor that cannot be read.
    pub fn previous_cursor(&self) -> Result<Option<&str>> {
        read(&self.before)
    }
}

fn read(cursor: &Result<Option<String>>) -> Result<Option<&str>> {
    cursor.as_ref().map(Option::as_deref).map_err(Error::clone)
}

impl<T> IntoIterator for Page<T> {
    type Item = Result<T>;
    type IntoIter = vec::IntoIter<Result<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

/// The pages of a list, as a stream that fetches each when it is polled for it. It ends with the last page or the first
/// error.
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<T> {
    operation: &'static str,
    fetch: Arc<Fetch<T>>,
    limit: Option<i64>,
    direction: Direction,
    /// The hash of each cursor that was followed: eight bytes for a page.
    followed: HashSet<u64>,
    hasher: RandomState,
    /// Of the page that comes next.
    cursor: Option<String>,
    /// Whether the last page has come.
    is_complete: bool,
    state: State<T>,
}

enum State<T> {
    Ready,
    /// Nobody ever waits for the lock: it lets the stream be shared between threads, as what it does not share needs none.
    Fetching(Mutex<Fetched<T>>),
    /// The next page cannot be asked for.
    Failed(Error),
    /// Everything came, or an error did.
    Ended,
}

impl<T> Pages<T> {
    /// The cursor of the page that comes next, to go on from later: after an error, that of the page that did not come, or whose
    /// own cursor cannot be read. There is none before the first page, or after the last.
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// Whether the last page has come, so that there is nothing to go on with.
    pub fn is_done(&self) -> bool {
        matches!(self.state, State::Ended) && self.is_complete
    }

    /// Goes on to the page that follows this one.
    fn follow(&mut self, page: &Page<T>) -> State<T> {
        let cursor = match self.direction {
            Direction::Forward => &page.after,
            Direction::Backward => &page.before,
        };
        match cursor {
            Ok(Some(cursor)) => {
                let is_new = self.followed.insert(self.hasher.hash_one(cursor));
                self.cursor = Some(cursor.clone());
                if is_new {
                    State::Ready
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

    fn repeated(&self) -> Error {
        let field = match self.direction {
            Direction::Forward => "cursor.after",
            Direction::Backward => "cursor.before",
        };
        let message =
            "Tight answered a cursor that was followed before, so the list would never end";
        Error::new(ErrorKind::Decode, message)
            .in_operation(self.operation)
            .at_path(field)
    }
}

impl<T> Stream for Pages<T> {
    type Item = Result<Response<Page<T>>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let pages = self.get_mut();
        loop {
            match &mut pages.state {
                State::Ready => {
                    let page = (pages.fetch)(pages.cursor.clone(), pages.limit);
                    pages.state = State::Fetching(Mutex::new(page));
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

impl<T> FusedStream for Pages<T> {
    fn is_terminated(&self) -> bool {
        matches!(self.state, State::Ended)
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &self.operation)
            .field("cursor", &self.cursor)
            .field("direction", &self.direction)
            .finish_non_exhaustive()
    }
}

/// The items of a list, as a stream that fetches a page when those of the page before have been taken.
///
/// An item that cannot be read is an error of the kind [`Item`](ErrorKind::Item) among the items, and the stream goes on after
/// it. A page that does not come is an error of another kind, which ends the stream: the items before it have been delivered,
/// and [`cursor`](Self::cursor) says where to go on.
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    items: vec::IntoIter<Result<T>>,
    /// The cursor of the page that the items are of.
    page: Option<String>,
}

impl<T> Items<T> {
    /// The cursor of the page that the next item is on, to go on from later with [`Listing::resume`]. After an error that ended
    /// the stream, it is that of the page that did not come, or whose own cursor cannot be read. Within a page it is that page's,
    /// so the items of it that were taken come again.
    ///
    /// There is none on the first page, nor when all items were taken: [`is_done`](Self::is_done) tells the two apart.
    pub fn cursor(&self) -> Option<&str> {
        if self.items.len() > 0 {
            self.page.as_deref()
        } else {
            self.pages.cursor()
        }
    }

    /// Whether all items were taken, so that there is nothing to go on with.
    pub fn is_done(&self) -> bool {
        self.items.len() == 0 && self.pages.is_done()
    }
}

/// The items are never pinned, wherever the stream is.
impl<T> Unpin for Items<T> {}

impl<T> Stream for Items<T> {
    type Item = Result<T>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let items = self.get_mut();
        loop {
            if let Some(item) = items.items.next() {
                return Poll::Ready(Some(item));
            }
            let cursor = items.pages.cursor.clone();
            match ready!(Pin::new(&mut items.pages).poll_next(context)) {
                Some(Ok(page)) => {
                    items.page = cursor;
                    items.items = page.into_inner().into_iter();
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T> FusedStream for Items<T> {
    fn is_terminated(&self) -> bool {
        self.items.len() == 0 && self.pages.is_terminated()
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("operation", &self.pages.operation)
            .field("cursor", &self.cursor())
            .finish_non_exhaustive()
    }
}
