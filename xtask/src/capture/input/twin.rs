//! The Markdown edition of a page, at its address with `.md` appended. It has the operation's OpenAPI document in a fenced block.
//!
//! ````text
//! > a banner, which every edition begins with
//!
//! # Get thing
//!
//! ```yaml https://example.com/api-docs get /things/{id}
//! openapi: 3.0.1
//! …
//! ```
//! ````

use super::openapi::{self, OperationDocument};
use crate::capture::location::Address;
use crate::diagnostic::{Diagnostic, Faults};

/// A fenced block of Markdown.
struct Fence<'t> {
    /// The info string of its opening fence.
    info: &'t str,
    /// The line of the fence, counted from one.
    line: usize,
    /// Its content.
    text: &'t str,
    /// Whether there is a fence that ends it.
    is_closed: bool,
}

impl Fence<'_> {
    /// Whether an OpenAPI document is in it.
    fn has_document(&self) -> bool {
        openapi::is_document(self.text)
    }

    /// Whether it is called as a page's document is, whatever is in it.
    fn is_named(&self) -> bool {
        self.operation().is_some()
    }

    /// The operation that the fence names: `get /things/{id}`.
    fn operation(&self) -> Option<(String, &str)> {
        let words: Vec<&str> = self.info.split_whitespace().collect();
        let named = words.windows(2).find(|pair| {
            let method = pair[0].to_ascii_lowercase();
            openapi::METHODS.contains(&method.as_str()) && pair[1].starts_with('/')
        })?;
        Some((named[0].to_ascii_lowercase(), named[1]))
    }
}

/// Whether a text is a twin, whole or broken.
pub(super) fn is_one(text: &str) -> bool {
    fences(text)
        .iter()
        .any(|fence| fence.has_document() || fence.is_named())
}

/// Reads a twin.
pub fn read(file: &str, text: &str) -> Result<OperationDocument, Faults> {
    let fault = |line: usize, message: &str, help: &str| {
        Faults::from(Diagnostic::new(file, message).line(line).help(help))
    };
    let fences = fences(text);
    let documents: Vec<&Fence<'_>> = fences.iter().filter(|fence| fence.has_document()).collect();
    let fence = match documents.as_slice() {
        [only] => *only,
        [] => {
            let line = fences
                .iter()
                .find(|fence| fence.is_named())
                .map_or(1, |fence| fence.line);
            let message = "this page has no OpenAPI document in a fenced block";
            return Err(fault(
                line,
                message,
                "give the Markdown page as the site serves it, with its block that begins with `openapi: 3.…`",
            ));
        }
        [_, second, ..] => {
            let message = "this page has a second OpenAPI document in a fenced block";
            return Err(fault(second.line, message, "give the Markdown of one page"));
        }
    };
    if !fence.is_closed {
        let message = "the text ends within the block that begins here";
        return Err(fault(
            fence.line,
            message,
            "the Markdown page is cut off: give all of it",
        ));
    }
    // With as many lines before it, so that faults are told with the lines of the twin.
    let document = "\n".repeat(fence.line) + fence.text;
    let mut operations = openapi::read(file, &document)?;
    if let Some((method, path)) = fence.operation() {
        let count = operations.len();
        operations.retain(|operation| operation.method == method && operation.path == path);
        if operations.is_empty() {
            let message = format!(
                "the block is said to be of `{method} {path}`, and holds {count} other operation(s)"
            );
            return Err(fault(
                fence.line,
                &message,
                "give the Markdown page as the site serves it",
            ));
        }
    }
    let [_] = operations.as_slice() else {
        let message = format!(
            "the document holds {} operations, and a page is of one",
            operations.len()
        );
        return Err(fault(
            fence.line,
            &message,
            "capture the document by itself, without the text around it",
        ));
    };
    let mut operation = operations.remove(0);
    if let Some(title) = heading(text, &fences) {
        operation.is_titled(&title);
    }
    if let Some(address) = address(text, fence.line) {
        operation.stands_at(&address);
    }
    Ok(operation)
}

/// The fenced blocks of a text.
fn fences(text: &str) -> Vec<Fence<'_>> {
    let mut found: Vec<Fence<'_>> = Vec::new();
    // What ends the block that is open: its character, how many of them at least, and where its text begins.
    let mut open: Option<(char, usize, usize)> = None;
    let mut at = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let fence = fence(line);
        match (open, fence) {
            (None, Some((mark, length, info))) if mark == '~' || !info.contains('`') => {
                let begin = at + line.len();
                open = Some((mark, length, begin));
                found.push(Fence {
                    info,
                    line: index + 1,
                    text: &text[begin..],
                    is_closed: false,
                });
            }
            (Some((mark, length, begin)), Some((other, count, "")))
                if mark == other && count >= length =>
            {
                if let Some(last) = found.last_mut() {
                    last.text = &text[begin..at];
                    last.is_closed = true;
                }
                open = None;
            }
            _ => {}
        }
        at += line.len();
    }
    found
}

/// A line that is a fence: its character, how many of them, and what stands behind them.
fn fence(line: &str) -> Option<(char, usize, &str)> {
    let rest = line.trim_start_matches(' ');
    let mark = rest
        .chars()
        .next()
        .filter(|mark| matches!(mark, '`' | '~'))?;
    let info = rest.trim_start_matches(mark);
    let length = rest.len() - info.len();
    (line.len() - rest.len() <= 3 && length >= 3).then(|| (mark, length, info.trim()))
}

/// The title of a page: its first heading.
fn heading(text: &str, fences: &[Fence<'_>]) -> Option<String> {
    let first = fences.first().map_or(usize::MAX, |fence| fence.line);
    let mut lines = text.lines().take(first.saturating_sub(1));
    // A note of where the page comes from may look like a heading.
    let heading = lines.find_map(|line| {
        line.strip_prefix("# ")
            .filter(|heading| source(heading).is_none())
    })?;
    let heading = heading.split_whitespace().collect::<Vec<_>>().join(" ");
    (!heading.is_empty()).then_some(heading)
}

/// Where the page stands, if a line before its document says so.
fn address(text: &str, before: usize) -> Option<Address> {
    let mut lines = text.lines().take(before.saturating_sub(1));
    lines.find_map(source).and_then(Address::read)
}

/// The address that a line names: `Source: https://…`.
fn source(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(['#', '>', ' ']);
    let (name, address) = line.split_once(':')?;
    let address = address.trim();
    (name.eq_ignore_ascii_case("source") && address.starts_with("http")).then_some(address)
}
