//! A durable append-only file of lines.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The first line of each log, so that no other file is taken for one and overwritten.
const HEADER: &str = "{\"journal\":\"tight-api\",\"version\":1}\n";

/// An open log, locked against other processes.
pub(super) struct Log {
    path: PathBuf,
    /// Lines that the next writer writes with its own, with one sync.
    waiting: Mutex<Waiting>,
    writer: Mutex<Writer>,
}

#[derive(Default)]
struct Waiting {
    bytes: Vec<u8>,
    /// The number of lines so far.
    count: u64,
}

struct Writer {
    file: File,
    /// The length of the file up to the last synced line.
    length: u64,
    /// The number of synced lines.
    count: u64,
    /// The first failure. The contents after a failed write or sync are unknown until the file is opened again.
    failure: Option<(ErrorKind, String)>,
}

impl Log {
    /// Opens or creates a log, and passes each line to `read`.
    pub(super) fn open<E: fmt::Display>(
        path: PathBuf,
        read: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> io::Result<Self> {
        let opened = Self::open_file(&path, read);
        let (file, length) = opened.map_err(|error| {
            let message = format!("the journal {} cannot be opened: {error}", path.display());
            io::Error::new(error.kind(), message)
        })?;
        let writer = Writer {
            file,
            length,
            count: 0,
            failure: None,
        };
        Ok(Self {
            path,
            waiting: Mutex::default(),
            writer: Mutex::new(writer),
        })
    }

    fn open_file<E: fmt::Display>(
        path: &Path,
        read: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> io::Result<(File, u64)> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(path)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => {
                let message = "it is already open, in this or another process";
                io::Error::new(ErrorKind::WouldBlock, message)
            }
            TryLockError::Error(error) => error,
        })?;
        let CompleteLines { length, is_ended } = read_lines(&file, read)?;
        file.set_len(length)?;
        file.seek(SeekFrom::End(0))?;
        let missing = match (length, is_ended) {
            (0, _) => HEADER,
            (_, true) => "",
            (_, false) => "\n",
        };
        file.write_all(missing.as_bytes())?;
        file.sync_all()?;
        if length == 0 {
            sync_folder(path)?;
        }
        Ok((file, length + size(missing.as_bytes())))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Appends a line. It is durable when this returns.
    ///
    /// Blocks.
    pub(super) fn append(&self, line: &[u8]) -> io::Result<()> {
        let place = {
            let mut waiting = lock(&self.waiting);
            waiting.bytes.extend_from_slice(line);
            waiting.bytes.push(b'\n');
            waiting.count += 1;
            waiting.count
        };
        let mut writer = lock(&self.writer);
        if writer.count >= place {
            return Ok(()); // Another writer has written it.
        }
        let (bytes, count) = {
            let mut waiting = lock(&self.waiting);
            (std::mem::take(&mut waiting.bytes), waiting.count)
        };
        let written = writer.write(&bytes);
        written.map_err(|(kind, reason)| {
            let message = format!(
                "the journal {} cannot be written: {reason}",
                self.path.display()
            );
            io::Error::new(kind, message)
        })?;
        writer.count = count;
        Ok(())
    }
}

impl Writer {
    fn write(&mut self, lines: &[u8]) -> Result<(), (ErrorKind, String)> {
        if let Some((kind, reason)) = &self.failure {
            return Err((
                *kind,
                format!("it must be opened again after this failure: {reason}"),
            ));
        }
        // One write, so that a killed process leaves at most one incomplete line.
        let written = self
            .file
            .write_all(lines)
            .and_then(|()| self.file.sync_data());
        let Err(error) = written else {
            self.length += size(lines);
            return Ok(());
        };
        // If this fails, the next process finds an incomplete line.
        let _ = self.file.set_len(self.length);
        let failure = (error.kind(), error.to_string());
        self.failure = Some(failure.clone());
        Err(failure)
    }
}

/// Unlocks immediately, even if a child process has inherited the file.
impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// The complete lines of a file.
struct CompleteLines {
    length: u64,
    /// Whether the last line has a line break.
    is_ended: bool,
}

/// Reads all lines but an incomplete last one, left by a crash during a write. It was not synced, so nothing was sent because of
/// it.
fn read_lines<E: fmt::Display>(
    file: &File,
    mut read: impl FnMut(&[u8]) -> Result<(), E>,
) -> io::Result<CompleteLines> {
    let mut reader = BufReader::new(file);
    let mut complete = CompleteLines {
        length: 0,
        is_ended: true,
    };
    let mut line = Vec::new();
    reader
        .by_ref()
        .take(size(HEADER.as_bytes()))
        .read_to_end(&mut line)?;
    if line != HEADER.as_bytes() {
        // File systems leave zeros for data that was not written.
        let is_blank = line.iter().all(|byte| *byte == 0);
        let is_begun = is_blank || HEADER.as_bytes().starts_with(&line);
        if is_begun && file.metadata()?.len() <= size(HEADER.as_bytes()) {
            return Ok(complete);
        }
        return Err(invalid("it is not a journal, or of another version"));
    }
    complete.length = size(&line);
    for number in 2_u64.. {
        line.clear();
        reader.read_until(b'\n', &mut line)?;
        if line.is_empty() {
            break;
        }
        let is_ended = line.ends_with(b"\n");
        if let Err(reason) = read(&line) {
            if !is_ended {
                break;
            }
            return Err(invalid(format!("line {number}: {reason}")));
        }
        complete.length += size(&line);
        complete.is_ended = is_ended;
    }
    Ok(complete)
}

fn invalid(reason: impl Into<String>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, reason.into())
}

fn size(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}

/// A new file survives a crash only if its folder is synced.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn log(path: &Path, file: File) -> Log {
        let writer = Writer {
            length: file.metadata().unwrap().len(),
            file,
            count: 0,
            failure: None,
        };
        Log {
            path: path.to_owned(),
            waiting: Mutex::default(),
            writer: Mutex::new(writer),
        }
    }

    #[test]
    fn a_log_that_could_not_be_written_once_is_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        fs::write(&path, HEADER).unwrap();
        let log = log(&path, File::open(&path).unwrap());
        let first = log.append(b"one").unwrap_err().to_string();
        let place = format!("the journal {} cannot be written: ", path.display());
        let reason = first.strip_prefix(&place).unwrap();

        lock(&log.writer).file = OpenOptions::new().append(true).open(&path).unwrap();
        let second = log.append(b"two").unwrap_err().to_string();
        assert_eq!(
            second,
            format!("{place}it must be opened again after this failure: {reason}")
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), HEADER);
    }

    #[test]
    fn lines_that_wait_are_taken_along_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let log = log(&path, File::create(&path).unwrap());
        std::thread::scope(|scope| {
            let writer = lock(&log.writer);
            for line in [&b"one"[..], b"two", b"three"] {
                let count = lock(&log.waiting).count;
                scope.spawn(|| log.append(line).unwrap());
                while lock(&log.waiting).count == count {
                    std::thread::yield_now();
                }
            }
            drop(writer);
        });
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\nthree\n");
        assert_eq!(lock(&log.writer).count, 3);
    }
}
