//! Files to upload: where their content comes from, and what is said about it.
//!
//! ```text
//! content   content on its way
//! form      bodies of several parts
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

use self::content::{CHUNK, Loan, Observer, Reader, Slot, chunks, exactly, observed, open};
use super::error::{Error, ErrorKind};
pub(crate) use form::Form;

/// A file to upload: from memory, from a path, or from whatever can be read.
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
#[must_use = "a file is uploaded by the call that takes it"]
pub struct Upload {
    name: String,
    content: Content,
    content_type: Option<String>,
    observer: Option<Arc<Observer>>,
    fault: Slot<UploadFault>,
}

/// How far an upload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many bytes of the file have been handed to the connection. When an upload is tried again, it begins again at 0.
    pub sent: u64,
    /// How many there are, if that is known.
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
    /// Creates an upload of a file that is in memory.
    pub fn bytes(file_name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self::new(file_name.into(), Content::Bytes(content.into()))
    }

    /// Creates an upload of the file at a path, which is opened when it is sent. It is called as the path ends, unless it is
    /// given another [name](Self::file_name). What is no regular file (a pipe, a device) is a [reader](Self::reader) to be
    /// opened by the caller.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = path.file_name().unwrap_or_default();
        Self::new(name.to_string_lossy().into_owned(), Content::Path(path))
    }

    /// Creates an upload of a file that is read as it is sent. What has been read is gone: once any of it has been sent, the
    /// upload is not tried again, whatever the retry policy says. Since nobody knows how long it is, the request cannot
    /// announce its length.
    pub fn reader(file_name: impl Into<String>, content: impl AsyncRead + Send + 'static) -> Self {
        Self::from_reader(file_name.into(), Box::pin(content), None)
    }

    /// Creates an upload of a [reader](Self::reader) of which is known how many bytes it has. If it has more or fewer, the
    /// upload fails.
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
            fault: Slot::default(),
        }
    }

    /// Sets what the file is called.
    pub fn file_name(mut self, file_name: impl Into<String>) -> Self {
        self.name = file_name.into();
        self
    }

    /// Sets the media type of the content, such as `application/pdf`. If nothing is said, it is guessed from the file's name;
    /// where that says nothing, it is `application/octet-stream`.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// Calls `observer` once at the beginning, and whenever a part of the file has been handed to the connection. It should be
    /// quick, and must not panic: the upload would be lost with the connection.
    pub fn on_progress(mut self, observer: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Whether it can be sent, once more or at all.
    pub(crate) fn is_repeatable(&self) -> bool {
        match &self.content {
            Content::Bytes(_) | Content::Path(_) => true,
            Content::Reader { source, .. } => source.lock().is_some(),
        }
    }

    /// Takes why it could not be read, the last time that it was sent.
    pub(crate) fn take_fault(&self) -> Option<UploadFault> {
        self.fault.lock().take()
    }

    /// The file as a part of a body, or why there is none.
    pub(crate) async fn part(&self) -> Result<Part, String> {
        // What went wrong the last time is nobody's concern any more.
        self.fault.lock().take();
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
                    self.fault.put(UploadFault {
                        message: message.clone(),
                        cause: Some(cause),
                    });
                    message
                })?;
                // What is added to a file while it is sent was not announced.
                let content = ReaderStream::with_capacity(file.take(length), CHUNK);
                (content.boxed(), Some(length))
            }
            Content::Reader { source, length } => {
                let loan = Loan::of(source).ok_or_else(|| {
                    let message =
                        format!("`{}` was read before, and can be read once only", self.name);
                    self.fault.put(UploadFault {
                        message: message.clone(),
                        cause: None,
                    });
                    message
                })?;
                (ReaderStream::with_capacity(loan, CHUNK).boxed(), *length)
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

    /// The content, which leaves behind why it could not be read: the HTTP client would take it for a fault of the connection.
    fn watched(
        &self,
        content: BoxStream<'static, io::Result<Bytes>>,
    ) -> BoxStream<'static, io::Result<Bytes>> {
        let (fault, name) = (self.fault.clone(), self.name.clone());
        let watched = content.map(move |chunk| {
            chunk.map_err(|cause| {
                let message = format!("`{name}` could not be read to its end: {cause}");
                fault.put(UploadFault {
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
            // What goes wrong with one of them is not the other's.
            fault: Slot::default(),
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

/// Why a file could not be read.
pub(crate) struct UploadFault {
    message: String,
    cause: Option<io::Error>,
}

impl UploadFault {
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

/// A file name as the head of a part carries it (RFC 7578, section 4.2, and WHATWG's form encoding): what would end the name or the
/// line is percent-encoded.
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
