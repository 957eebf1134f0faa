//! Counts lines of code.

use std::io;
use std::path::Path;

/// The lines of code of a file, or of all Rust files below a folder: neither empty nor comments.
///
/// # Errors
///
/// Returns an error if a file cannot be read.
pub fn code_lines(path: &Path) -> io::Result<u64> {
    if !path.is_dir() {
        let text = std::fs::read_to_string(path)?;
        let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//");
        return Ok(text.lines().map(str::trim).filter(is_code).count() as u64);
    }
    let mut lines = 0;
    for entry in std::fs::read_dir(path)? {
        let path = entry?.path();
        if path.is_dir() || path.extension().is_some_and(|extension| extension == "rs") {
            lines += code_lines(&path)?;
        }
    }
    Ok(lines)
}
