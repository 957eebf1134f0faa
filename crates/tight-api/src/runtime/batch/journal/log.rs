//! A file that lines are only ever added to, and that keeps each of them once it has said so.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What each log begins with, so that no other file is ever taken for one and written to.
const HEADER: &str = "{\"journal\":\"tight-api\",\"version\":1}\n";

/// Lines in a file that this process alone has open.
pub(super) struct Log {
    path: PathBuf,
    /// Lines that the next writer takes along with its own: one sync is enough for all of them.
    waiting: Mutex<Waiting>,
    writer: Mutex<Writer>,
}

#[derive(Default)]
struct Waiting {
    bytes: Vec<u8>,
    /// How many lines there have been.
    count: u64,
}

struct Writer {
    file: File,
    /// How long the file is, up to the end of the last synced line.
    length: u64,
    /// How many of the lines that have waited are synced.
    count: u64,
    /// What went wrong once. What a file holds after a failed write or sync is for the next process to find out.
    failure: Option<(ErrorKind, String)>,
}

impl Log {
    /// Opens a log, or begins one, and hands what is in it to `read`, line by line.
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
                let message = "it is open already, in this process or in another";
                io::Error::new(ErrorKind::WouldBlock, message)
            }
            TryLockError::Error(error) => error,
        })?;
        let Whole { length, is_ended } = read_lines(&file, read)?;
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

    /// Adds a line. Once this has returned, the line is there, whatever happens to the process or the machine.
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
            return Ok(()); // Another has taken it along.
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
            return Err((*kind, format!("it must be opened again, since {reason}")));
        }
        // In one go, so that a killed process leaves one unfinished line at most.
        let written = self
            .file
            .write_all(lines)
            .and_then(|()| self.file.sync_data());
        let Err(error) = written else {
            self.length += size(lines);
            return Ok(());
        };
        // What cannot be taken back is found unfinished by the next process.
        let _ = self.file.set_len(self.length);
        let failure = (error.kind(), error.to_string());
        self.failure = Some(failure.clone());
        Err(failure)
    }
}

/// At once, also while a process that this one is about to start has the file, too.
impl Drop for Writer {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

/// What of a file is whole.
struct Whole {
    length: u64,
    /// Whether its last line has its end.
    is_ended: bool,
}

/// Reads up to where a process was killed, or a machine lost its power, while it wrote: to a last line without its end. It was
/// not synced, so nothing has followed from it.
fn read_lines<E: fmt::Display>(
    file: &File,
    mut read: impl FnMut(&[u8]) -> Result<(), E>,
) -> io::Result<Whole> {
    let mut reader = BufReader::new(file);
    let mut whole = Whole {
        length: 0,
        is_ended: true,
    };
    let mut line = Vec::new();
    reader
        .by_ref()
        .take(size(HEADER.as_bytes()))
        .read_to_end(&mut line)?;
    if line != HEADER.as_bytes() {
        // Zeros are what a file system did not get to write.
        let is_blank = line.iter().all(|byte| *byte == 0);
        let is_begun = is_blank || HEADER.as_bytes().starts_with(&line);
        if is_begun && file.metadata()?.len() <= size(HEADER.as_bytes()) {
            return Ok(whole);
        }
        return Err(invalid("it is no journal, or one of another version"));
    }
    whole.length = size(&line);
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
        whole.length += size(&line);
        whole.is_ended = is_ended;
    }
    Ok(whole)
}

fn invalid(reason: impl Into<String>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, reason.into())
}

fn size(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}

/// A new file is there after a crash only if its folder is synced, too.
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
            format!("{place}it must be opened again, since {reason}")
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
