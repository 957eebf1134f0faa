//! A captured page, and the text of its file.

use serde_json::Value;

use super::samples::Side;
use crate::diagnostic::{Diagnostic, Faults};
use crate::document::Document;
use crate::layout::CAPTURED;

/// A page as captured, ready to be written.
#[derive(Debug, Clone)]
pub struct CapturedPage {
    /// The folder of its section.
    pub section: String,
    /// Its file, without the ending.
    pub page: String,
    /// The paragraphs of the comment at its head.
    pub header: Vec<String>,
    /// The document.
    pub document: Value,
    /// The samples of request and response.
    pub samples: Vec<(Side, Value)>,
    /// What could not be inferred, a sentence each.
    pub notes: Vec<String>,
}

/// The width of comments and descriptions.
const WIDTH: usize = 120;
/// The maximum width of a description on one line.
const LONG: usize = 128;

impl CapturedPage {
    /// Its file.
    pub fn path(&self) -> String {
        format!("{CAPTURED}/{}/{}.yaml", self.section, self.page)
    }

    /// Its operation.
    pub fn operation(&self) -> Option<&str> {
        let path = self.document["paths"].as_object()?.values().next()?;
        path.as_object()?.values().next()?["operationId"].as_str()
    }

    /// Whether it is a page that can be read again.
    pub(super) fn check(&self) -> Result<(), Faults> {
        let faults = Faults::new();
        for paragraph in &self.header {
            if let Some(c) = paragraph.chars().find(|c| c.is_control()) {
                let message = format!(
                    "the comment has a character that readers cannot see (U+{:04X})",
                    u32::from(c)
                );
                faults.add(Diagnostic::new(self.path(), message).help("remove it from the input"));
            }
        }
        if let Some(document) = Document::parse(&self.path(), &self.text(), &faults) {
            document.check_forms(&faults);
            document.check_values(&faults);
        }
        faults.finish()
    }

    /// The text of its file.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (index, paragraph) in self.header.iter().enumerate() {
            if index > 0 {
                text.push_str("#\n");
            }
            let options = textwrap::Options::new(WIDTH - 2).break_words(false);
            for line in textwrap::wrap(paragraph, options) {
                text.push_str(&format!("# {line}\n"));
            }
        }
        let document = Document::of_value(&self.document);
        for line in document.root().to_indented_yaml().lines() {
            text.push_str(&folded(line).unwrap_or_else(|| line.to_owned()));
            text.push('\n');
        }
        text
    }
}

/// A long description in several lines, if the line is one.
fn folded(line: &str) -> Option<String> {
    let indent = line.len() - line.trim_start().len();
    let words = line.trim_start().strip_prefix("description: ")?;
    let words = match words
        .strip_prefix('\'')
        .and_then(|words| words.strip_suffix('\''))
    {
        Some(quoted) => quoted.replace("''", "'"),
        None => words.to_owned(),
    };
    // What a fold would change stays as it is.
    let is_plain =
        !words.starts_with(['"', '|', '>']) && words.split(' ').all(|word| !word.is_empty());
    if line.chars().count() <= LONG || !is_plain {
        return None;
    }
    let within = " ".repeat(indent + 2);
    let width = WIDTH.saturating_sub(indent + 2).max(40);
    let options = textwrap::Options::new(width)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let lines: Vec<String> = textwrap::wrap(&words, options)
        .iter()
        .map(|line| format!("{within}{line}"))
        .collect();
    Some(format!(
        "{}description: >-\n{}",
        " ".repeat(indent),
        lines.join("\n")
    ))
}
