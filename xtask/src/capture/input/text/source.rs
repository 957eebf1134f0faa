//! The text of a page, without the artefacts of copying, and with line numbers for errors.

use crate::diagnostic::Diagnostic;

/// The help for a broken text.
pub(super) const COPY_AGAIN: &str =
    "copy the page again, from its title to its end, and leave nothing out";

/// The text of a page.
pub(super) struct Text<'f> {
    pub(super) file: &'f str,
    pub(super) all: String,
}

/// A line that is not blank, without what is blank around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
}

impl<'f> Text<'f> {
    /// Headings are copied with characters of no width before them, and ends of lines differ.
    pub(super) fn new(file: &'f str, text: &str) -> Self {
        let mut all = String::with_capacity(text.len());
        for letter in text.chars() {
            match letter {
                '\r' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{feff}' => {}
                '\u{a0}' => all.push(' '),
                letter => all.push(letter),
            }
        }
        all.truncate(all.trim_end().len());
        Self { file, all }
    }

    pub(super) fn line(&self, at: usize) -> usize {
        let before = self.all.get(..at).unwrap_or(&self.all);
        before.bytes().filter(|byte| *byte == b'\n').count() + 1
    }

    pub(super) fn fault(&self, at: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.file, message).line(self.line(at))
    }

    /// The lines from one place to another. What stands before or behind them on their lines is no part of them.
    pub(super) fn lines(
        &self,
        from: usize,
        to: usize,
    ) -> impl DoubleEndedIterator<Item = Line<'_>> {
        let part = self.all.get(from..to).unwrap_or_default();
        let start = self.all.as_ptr() as usize;
        part.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(move |text| Line {
                text,
                at: text.as_ptr() as usize - start,
            })
    }
}

impl Line<'_> {
    /// The line without the marks of a heading in Markdown.
    pub(super) fn plain(&self) -> &str {
        self.text.trim_start_matches('#').trim_start()
    }
}
