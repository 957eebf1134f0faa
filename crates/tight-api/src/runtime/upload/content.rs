//! Streams of file content: chunks, length checks, progress, and readers lent to an attempt.

use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, Stream, StreamExt};
use tokio::io::{AsyncRead, ReadBuf};

use super::Progress;

/// The size of chunks in bytes.
pub(super) const CHUNK: usize = 64 * 1024;

pub(super) type Observer = dyn Fn(Progress) + Send + Sync;

pub(super) type Reader = Pin<Box<dyn AsyncRead + Send>>;

pub(super) async fn open(path: &Path) -> io::Result<(tokio::fs::File, u64)> {
    // Checked first, since opening a pipe waits for its writer.
    let metadata = tokio::fs::metadata(path).await?;
    if !metadata.is_file() {
        let advice = "it is not a regular file; open it, and pass it to `Upload::reader`";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, advice));
    }
    let file = tokio::fs::File::open(path).await?;
    let length = file.metadata().await?.len();
    Ok((file, length))
}

/// Splits bytes into chunks, without copying, to report progress.
pub(super) fn chunks(bytes: Bytes) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::unfold(bytes, |mut rest| async move {
        let chunk = rest.split_to(CHUNK.min(rest.len()));
        (!chunk.is_empty()).then_some((Ok(chunk), rest))
    })
}

/// Fails if the content does not have the announced length.
pub(super) fn exactly(
    content: BoxStream<'static, io::Result<Bytes>>,
    length: u64,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let end = stream::once(async { Ok(Bytes::new()) });
    let mut read = 0;
    content.chain(end).map(move |chunk| {
        let chunk = chunk?;
        let is_end = chunk.is_empty();
        read += chunk.len() as u64;
        let reason = if read > length {
            format!("it has more than the expected {length} bytes")
        } else if is_end && read < length {
            format!("it has {read} bytes instead of the expected {length}")
        } else {
            return Ok(chunk);
        };
        Err(io::Error::new(io::ErrorKind::InvalidData, reason))
    })
}

pub(super) fn observed(
    content: impl Stream<Item = io::Result<Bytes>> + Send,
    total: Option<u64>,
    observer: Arc<Observer>,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let mut sent = 0;
    observer(Progress { sent, total });
    content.inspect(move |chunk| {
        if let Ok(chunk) = chunk
            && !chunk.is_empty()
        {
            sent += chunk.len() as u64;
            observer(Progress { sent, total });
        }
    })
}

/// A shared slot for one value.
pub(super) struct Slot<T>(Arc<Mutex<Option<T>>>);

impl<T> Slot<T> {
    pub(super) fn with(value: T) -> Self {
        Self(Arc::new(Mutex::new(Some(value))))
    }

    pub(super) fn put(&self, value: T) {
        *self.lock() = Some(value);
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Option<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// A reader lent to an attempt, which gives it back if it has not read any of it.
pub(super) struct BorrowedReader {
    source: Slot<Reader>,
    reader: Option<Reader>,
    is_read: bool,
}

impl BorrowedReader {
    pub(super) fn of(source: &Slot<Reader>) -> Option<Self> {
        let reader = source.lock().take()?;
        Some(Self {
            source: source.clone(),
            reader: Some(reader),
            is_read: false,
        })
    }
}

impl AsyncRead for BorrowedReader {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let borrowed = self.get_mut();
        let Some(reader) = &mut borrowed.reader else {
            return Poll::Ready(Ok(()));
        };
        let read = ready!(reader.as_mut().poll_read(context, buffer));
        borrowed.is_read = true;
        Poll::Ready(read)
    }
}

impl Drop for BorrowedReader {
    fn drop(&mut self) {
        if !self.is_read {
            *self.source.lock() = self.reader.take();
        }
    }
}
