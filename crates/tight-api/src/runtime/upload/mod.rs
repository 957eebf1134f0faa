//! Files to upload.
//!
//! ```text
//! content   streams of file content
//! form      multipart bodies
//! ```

mod content;
mod form;

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt};
use reqwest::Body;
use reqwest::multipart::Part;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio_util::io::ReaderStream;

use self::content::{
    BorrowedReader, CHUNK, Observer, Reader, Slot, chunks, exactly, observed, open,
};
use super::error::{Error, ErrorKind};
pub(crate) use form::Form;

/// A file to upload: from memory, from a path, or from a reader.
///
/// ```
/// use tight_api::Upload;
///
/// let note = Upload::bytes("note.txt", "Paid in cash");
/// let receipt = Upload::path("receipts/2024-01-15.pdf").file_name("receipt.pdf");
/// let scan = Upload::reader_of_length("scan", &b"..."[..], 3).content_type("image/tiff");
/// # let _ = (note, receipt, scan);
/// ```
///
/// Cheap to clone; clones of a reader share it.
#[must_use = "a file is uploaded by the call that it is passed to"]
pub struct Upload {
    name: String,
    content: Content,
    content_type: Option<String>,
    observer: Option<Arc<Observer>>,
    error: Slot<UploadError>,
}

/// The progress of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The number of bytes of the file that were passed to the connection. Restarts at 0 when an upload is retried.
    pub sent: u64,
    /// The size of the file in bytes, if known.
    pub total: Option<u64>,
}

#[derive(Clone)]
enum Content {
    Bytes(Bytes),
    Path(PathBuf),
    Reader {
        source: Slot<Reader>,
        length: Option<u64>,
    },
}

impl Upload {
    /// Creates an upload from memory.
    pub fn bytes(file_name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self::new(file_name.into(), Content::Bytes(content.into()))
    }

    /// Creates an upload of the file at a path, which is opened when it is sent. The file name is that of the path, unless you set
    /// another [`file_name`](Self::file_name). For a pipe or a device, open it and use [`reader`](Self::reader).
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name().unwrap_or_default();
        Self::new(name.to_string_lossy().into_owned(), Content::Path(path))
    }

    /// Creates an upload from a reader, which is read while it is sent. Once any of it has been read, the upload is not retried,
    /// whatever the retry policy. The length is unknown, so the request has no `Content-Length`.
    pub fn reader(file_name: impl Into<String>, content: impl AsyncRead + Send + 'static) -> Self {
        Self::from_reader(file_name.into(), Box::pin(content), None)
    }

    /// Creates an upload from a [reader](Self::reader) with a known number of bytes. If it has more or fewer, the upload fails.
    pub fn reader_of_length(
        file_name: impl Into<String>,
        content: impl AsyncRead + Send + 'static,
        bytes: u64,
    ) -> Self {
        Self::from_reader(file_name.into(), Box::pin(content), Some(bytes))
    }

    fn from_reader(name: String, reader: Reader, length: Option<u64>) -> Self {
        let source = Slot::with(reader);
        Self::new(name, Content::Reader { source, length })
    }

    fn new(name: String, content: Content) -> Self {
        Self {
            name,
            content,
            content_type: None,
            observer: None,
            error: Slot::default(),
        }
    }

    /// Sets the file name.
    pub fn file_name(mut self, file_name: impl Into<String>) -> Self {
        self.name = file_name.into();
        self
    }

    /// Sets the media type, such as `application/pdf`; if not set, it is guessed from the file name, or else
    /// `application/octet-stream`.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// Sets a callback that is called at the start, and after each part of the file was passed to the connection. It must be fast, and
    /// must not panic: a panic closes the connection.
    pub fn on_progress(mut self, observer: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Whether the file can be sent (again).
    pub(crate) fn is_repeatable(&self) -> bool {
        match &self.content {
            Content::Bytes(_) | Content::Path(_) => true,
            Content::Reader { source, .. } => source.lock().is_some(),
        }
    }

    /// Takes the error of reading the file in the last attempt.
    pub(crate) fn take_error(&self) -> Option<UploadError> {
        self.error.lock().take()
    }

    /// Creates the part of the multipart body.
    pub(crate) async fn part(&self) -> Result<Part, String> {
        // Clears the error of the last attempt.
        self.error.lock().take();
        let (content, length) = match &self.content {
            Content::Bytes(bytes) => {
                let length = u64::try_from(bytes.len()).ok();
                match &self.observer {
                    None => return self.finish(Body::from(bytes.clone()), length),
                    Some(_) => (chunks(bytes.clone()).boxed(), length),
                }
            }
            Content::Path(path) => {
                let (file, length) = open(path).await.map_err(|cause| {
                    let message = format!("the file {} cannot be read: {cause}", path.display());
                    self.error.put(UploadError {
                        message: message.clone(),
                        cause: Some(cause),
                    });
                    message
                })?;
                // Ignores what is appended while the file is sent.
                let content = ReaderStream::with_capacity(file.take(length), CHUNK);
                (content.boxed(), Some(length))
            }
            Content::Reader { source, length } => {
                let borrowed = BorrowedReader::of(source).ok_or_else(|| {
                    let message = format!(
                        "`{}` was already read; a reader can be sent only once",
                        self.name
                    );
                    self.error.put(UploadError {
                        message: message.clone(),
                        cause: None,
                    });
                    message
                })?;
                (
                    ReaderStream::with_capacity(borrowed, CHUNK).boxed(),
                    *length,
                )
            }
        };
        let content = match length {
            Some(length) => exactly(content, length).boxed(),
            None => content,
        };
        let content = self.watched(content);
        let body = match &self.observer {
            None => Body::wrap_stream(content),
            Some(observer) => Body::wrap_stream(observed(content, length, Arc::clone(observer))),
        };
        self.finish(body, length)
    }

    /// The content, which leaves behind why it could not be read: the HTTP client would take it for an error of the connection.
    fn watched(
        &self,
        content: BoxStream<'static, io::Result<Bytes>>,
    ) -> BoxStream<'static, io::Result<Bytes>> {
        let (error, name) = (self.error.clone(), self.name.clone());
        let watched = content.map(move |chunk| {
            chunk.map_err(|cause| {
                let message = format!("`{name}` could not be read to its end: {cause}");
                error.put(UploadError {
                    message: message.clone(),
                    cause: Some(cause),
                });
                io::Error::other(message)
            })
        });
        watched.boxed()
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
        Ok(part.file_name(encoded_name(&self.name)))
    }
}

impl Clone for Upload {
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            content: self.content.clone(),
            content_type: self.content_type.clone(),
            observer: self.observer.clone(),
            // Clones have errors of their own.
            error: Slot::default(),
        }
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

/// The error of reading a file.
pub(crate) struct UploadError {
    message: String,
    cause: Option<io::Error>,
}

impl UploadError {
    pub(crate) fn into_error(self, operation: &'static str, may_have_taken_effect: bool) -> Error {
        let error = Error::new(ErrorKind::Upload, self.message)
            .in_operation(operation)
            .with_effect(may_have_taken_effect);
        match self.cause {
            Some(cause) => error.caused_by(cause),
            None => error,
        }
    }
}

/// Percent-encodes quotes and control characters of a file name (RFC 7578, section 4.2, and WHATWG's form encoding).
fn encoded_name(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for char in name.chars() {
        if char == '"' || char.is_ascii_control() {
            encoded.push_str(&format!("%{:02X}", u32::from(char)));
        } else {
            encoded.push(char);
        }
    }
    encoded
}
