//! Files to upload: where their content comes from, and what is said about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use reqwest::Body;
use reqwest::multipart::Part;
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};
use tokio_util::io::ReaderStream;

/// How much of a file is in memory at a time.
const CHUNK: usize = 64 * 1024;

/// A file to upload: from memory, from a path, or from whatever can be read.
///
/// ```
/// use tight_api::Upload;
///
/// let note = Upload::bytes("note.txt", "Paid in cash");
/// let receipt = Upload::path("receipts/2024-01-15.pdf").file_name("receipt.pdf");
/// let scan = Upload::reader("scan", &b"..."[..]).content_type("image/tiff").length(3);
/// # let _ = (note, receipt, scan);
/// ```
#[must_use = "a file is uploaded by the call that takes it"]
pub struct Upload {
    name: String,
    content: Content,
    content_type: Option<String>,
    length: Option<u64>,
    observer: Option<Arc<Observer>>,
}

type Observer = dyn Fn(Progress) + Send + Sync;

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many bytes of the file have been handed to the connection. When an upload is tried again, it begins again at 0.
    pub sent: u64,
    /// How many there are, if that is known.
    pub total: Option<u64>,
}

enum Content {
    Bytes(Bytes),
    Path(PathBuf),
    Reader(Source),
}

impl Upload {
    /// A file that is in memory.
    pub fn bytes(file_name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self::new(file_name.into(), Content::Bytes(content.into()))
    }

    /// The file at a path, which is opened when it is sent. It is called as the path ends, unless it is given another
    /// [name](Self::file_name).
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name().unwrap_or_default();
        Self::new(name.to_string_lossy().into_owned(), Content::Path(path))
    }

    /// A file that is read as it is sent. What has been read is gone: once any of it has been sent, the upload is not tried
    /// again, whatever the retry policy says.
    pub fn reader(file_name: impl Into<String>, content: impl AsyncRead + Send + 'static) -> Self {
        let source = Source(Arc::new(Mutex::new(Some(Box::pin(content)))));
        Self::new(file_name.into(), Content::Reader(source))
    }

    fn new(name: String, content: Content) -> Self {
        Self {
            name,
            content,
            content_type: None,
            length: None,
            observer: None,
        }
    }

    /// What the file is called.
    pub fn file_name(mut self, file_name: impl Into<String>) -> Self {
        self.name = file_name.into();
        self
    }

    /// The media type of the content, such as `application/pdf`. If nothing is said, it is guessed from the file's name;
    /// where that says nothing, it is `application/octet-stream`.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// How many bytes a [reader](Self::reader) has. Without it, the request cannot announce its length. Of bytes and of paths
    /// it is known.
    pub fn length(mut self, bytes: u64) -> Self {
        self.length = Some(bytes);
        self
    }

    /// Calls `observer` whenever a part of the file has been handed to the connection, and once at the beginning.
    pub fn on_progress(mut self, observer: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Whether it can be sent, once more or at all.
    pub(crate) fn is_repeatable(&self) -> bool {
        match &self.content {
            Content::Bytes(_) | Content::Path(_) => true,
            Content::Reader(source) => source.is_whole(),
        }
    }

    /// The file as a part of a body, or why there is none.
    pub(crate) async fn part(&self) -> Result<Part, String> {
        let (content, length) = match &self.content {
            Content::Bytes(bytes) => {
                let length = u64::try_from(bytes.len()).ok();
                match &self.observer {
                    None => return self.finish(Body::from(bytes.clone()), length),
                    Some(_) => (chunks(bytes.clone()).boxed(), length),
                }
            }
            Content::Path(path) => {
                let (file, length) = open(path).await.map_err(|error| {
                    format!("the file {} cannot be read: {error}", path.display())
                })?;
                // What is added to a file while it is sent was not announced.
                let content = ReaderStream::with_capacity(file.take(length), CHUNK);
                (content.boxed(), Some(length))
            }
            Content::Reader(source) => {
                let loan = source.take().ok_or_else(|| {
                    format!("`{}` was read before, and can be read once only", self.name)
                })?;
                let content = ReaderStream::with_capacity(loan, CHUNK);
                (content.boxed(), self.length)
            }
        };
        let body = match &self.observer {
            None => Body::wrap_stream(content),
            Some(observer) => Body::wrap_stream(observed(content, length, Arc::clone(observer))),
        };
        self.finish(body, length)
    }

    fn finish(&self, body: Body, length: Option<u64>) -> Result<Part, String> {
        let part = match length {
            Some(length) => Part::stream_with_length(body, length),
            None => Part::stream(body),
        };
        let guessed = || {
            mime_guess::from_path(&self.name)
                .first_or_octet_stream()
                .to_string()
        };
        let content_type = self.content_type.clone().unwrap_or_else(guessed);
        let part = part
            .mime_str(&content_type)
            .map_err(|_| format!("`{content_type}` is not a media type"))?;
        Ok(part.file_name(self.name.clone()))
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload")
            .field("name", &self.name)
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}

async fn open(path: &Path) -> io::Result<(tokio::fs::File, u64)> {
    let file = tokio::fs::File::open(path).await?;
    let metadata = file.metadata().await?;
    if metadata.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok((file, metadata.len()))
}

/// Bytes in chunks that share their memory, so that there is progress to see.
fn chunks(bytes: Bytes) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::unfold(bytes, |mut rest| async move {
        let chunk = rest.split_to(CHUNK.min(rest.len()));
        (!chunk.is_empty()).then_some((Ok(chunk), rest))
    })
}

fn observed(
    content: impl Stream<Item = io::Result<Bytes>> + Send,
    total: Option<u64>,
    observer: Arc<Observer>,
) -> impl Stream<Item = io::Result<Bytes>> + Send {
    let mut sent = 0;
    observer(Progress { sent, total });
    content.inspect(move |chunk| {
        if let Ok(chunk) = chunk {
            sent += chunk.len() as u64;
            observer(Progress { sent, total });
        }
    })
}

type Reader = Pin<Box<dyn AsyncRead + Send>>;

/// A reader that an attempt borrows, and gives back if it has not read any of it.
#[derive(Clone)]
struct Source(Arc<Mutex<Option<Reader>>>);

impl Source {
    fn is_whole(&self) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
    }

    fn take(&self) -> Option<Loan> {
        let reader = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()?;
        Some(Loan {
            source: self.clone(),
            reader: Some(reader),
            is_read: false,
        })
    }
}

struct Loan {
    source: Source,
    reader: Option<Reader>,
    is_read: bool,
}

impl AsyncRead for Loan {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let loan = self.get_mut();
        let Some(reader) = &mut loan.reader else {
            return Poll::Ready(Ok(()));
        };
        let read = ready!(reader.as_mut().poll_read(context, buffer));
        loan.is_read = true;
        Poll::Ready(read)
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        if !self.is_read {
            *self.source.0.lock().unwrap_or_else(PoisonError::into_inner) = self.reader.take();
        }
    }
}
