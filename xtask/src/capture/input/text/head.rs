//! Parses what precedes the call of a page: its title, and the method and the path on lines of their own.

use super::source::{Line, Text};
use crate::diagnostic::Result;

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "DEL"];

/// Texts of the page's user interface, in lower case.
const BESIDE: [&str; 30] = [
    "skip to main content",
    "curl",
    "python",
    "javascript",
    "node",
    "php",
    "go",
    "java",
    "ruby",
    "swift",
    "powershell",
    "try it",
    "copy",
    "copy page",
    "copy code",
    "ask ai",
    "search...",
    "navigation",
    "documentation index",
    "show child attributes",
    "was this page helpful?",
    "yes",
    "no",
    "previous",
    "next",
    "on this page",
    "api reference",
    "documentation",
    "⌘k",
    "⌘i",
];

/// How many lines before the path the title stands again, with the section before it.
const NEAR: usize = 6;

/// The head of a page.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) title: Option<String>,
    pub(super) section: Option<String>,
    pub(super) address: Option<String>,
    pub(super) operation: Option<Operation>,
    /// The text after the title, with its place.
    surplus: Option<(usize, String)>,
}

/// A method and a path that stand before a call.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) at: usize,
    /// In lower case.
    pub(super) method: String,
    pub(super) path: String,
}

/// Whether a line says nothing of the operation.
pub(super) fn is_beside(line: &Line<'_>) -> bool {
    let plain = line.plain();
    BESIDE.contains(&plain.to_lowercase().as_str())
        || plain.starts_with("Fetch the complete documentation index at")
        || plain.starts_with("Use this file to discover all available pages")
        || is_status(plain)
}

/// Whether this is the status of a response.
pub(super) fn is_status(text: &str) -> bool {
    text.len() == 3
        && text.starts_with(['1', '2', '3', '4', '5'])
        && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reads what stands between two places, the second of which is a call.
pub(super) fn read(text: &Text<'_>, from: usize, call: usize) -> Head {
    let lines: Vec<Line<'_>> = text.lines(from, call).collect();
    let is_address =
        |line: &&str| line.starts_with("http") && line.contains("://") && !line.contains(' ');
    let address = lines.iter().map(|line| line.text).find(is_address);
    let found = (0..lines.len())
        .rev()
        .find_map(|start| operation(&lines, start));
    let (operation, before, behind) = match found {
        Some((operation, start, end)) => (Some(operation), &lines[..start], &lines[end..]),
        None => (None, &lines[..0], &lines[..]),
    };
    let is_title = |line: &&Line<'_>| !is_beside(line) && !is_address(&line.text);
    let mut titles = behind.iter().filter(is_title);
    let title = titles.next().map(|line| line.plain().to_owned());
    let near = before.iter().rev().filter(|line| !is_beside(line));
    let near: Vec<&str> = near.take(NEAR).map(Line::plain).collect();
    let section = near
        .iter()
        .position(|line| Some(*line) == title.as_deref())
        .and_then(|title| near.get(title + 1))
        .filter(|section| section.len() < 60 && !section.ends_with('.'))
        .map(|section| (*section).to_owned());
    Head {
        title,
        section,
        address: address.map(str::to_owned),
        operation,
        surplus: titles.next().map(|line| (line.at, line.text.to_owned())),
    }
}

impl Head {
    /// The title, which stands there alone.
    pub(super) fn into_title(self, text: &Text<'_>, call: usize) -> Result<String> {
        if let Some((at, line)) = self.surplus {
            return Err(text
                .fault(at, format!("`{line}` stands between the title and the call"))
                .help(
                    "take it out: before the call stands the title alone, behind the method and the path if the page shows \
                     them",
                ));
        }
        self.title.ok_or_else(|| {
            text.fault(call, "the page shows no title before its call").help(
                "write the page's title on a line of its own before the line that begins with `curl`",
            )
        })
    }
}

/// The method and the path that begin with that line, with the lines that they take.
fn operation(lines: &[Line<'_>], start: usize) -> Option<(Operation, usize, usize)> {
    let line = &lines[start];
    let words = line.text.split_once(' ').unwrap_or((line.text, ""));
    if !METHODS.contains(&words.0) {
        return None;
    }
    let mut path = words.1.trim().to_owned();
    let mut end = start + 1;
    if path.is_empty() {
        // Either in one line, or a line for each part and each slash.
        while let Some(line) = lines.get(end) {
            let expects_slash = path.is_empty() || !path.ends_with('/');
            let fits = line.text.starts_with('/') == expects_slash && !line.text.contains(' ');
            if !fits {
                break;
            }
            path.push_str(line.text);
            end += 1;
        }
    }
    let method = if words.0 == "DEL" { "DELETE" } else { words.0 };
    path.starts_with('/').then(|| {
        let operation = Operation {
            at: line.at,
            method: method.to_ascii_lowercase(),
            path,
        };
        (operation, start, end)
    })
}
