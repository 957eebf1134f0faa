//! Display texts: one line of limited length, whatever a server sends.

use std::fmt::{self, Write};

/// The longest line that an error or an error list is displayed as, in characters.
pub(crate) const LINE: usize = 500;

/// Writes the output of `write` as one line of at most `most` characters. Escapes control characters and marks that reorder
/// text, and replaces what does not fit with an ellipsis.
pub(crate) fn line(
    out: &mut dyn Write,
    most: usize,
    write: impl FnOnce(&mut dyn Write) -> fmt::Result,
) -> fmt::Result {
    let mut line = Line {
        out,
        left: most.saturating_sub(1),
        held: None,
        is_cut: false,
    };
    write(&mut line)?;
    match (line.is_cut, line.held) {
        (true, _) => line.out.write_char('…'),
        (false, Some(last)) => line.out.write_char(last),
        (false, None) => Ok(()),
    }
}

struct Line<'a> {
    out: &'a mut dyn Write,
    /// How many characters still fit, not counting the one that is reserved for the ellipsis.
    left: usize,
    /// The character in the reserved place, written if no ellipsis is needed.
    held: Option<char>,
    is_cut: bool,
}

impl Line<'_> {
    fn put(&mut self, char: char) -> fmt::Result {
        if self.left > 0 {
            self.left -= 1;
            return self.out.write_char(char);
        }
        match self.held {
            None => self.held = Some(char),
            Some(_) => self.is_cut = true,
        }
        Ok(())
    }
}

impl Write for Line<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            if self.is_cut {
                break;
            }
            match char {
                // Line and paragraph separators, and marks that reorder what stands around them.
                '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{feff}' => {
                    char.escape_unicode().try_for_each(|char| self.put(char))?;
                }
                _ if char.is_control() => {
                    char.escape_default().try_for_each(|char| self.put(char))?;
                }
                _ => self.put(char)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lined(text: &str, most: usize) -> String {
        let mut out = String::new();
        line(&mut out, most, |out| out.write_str(text)).unwrap();
        out
    }

    #[test]
    fn a_line_stays_a_line_and_ends_in_time() {
        assert_eq!(lined("abc", 3), "abc");
        assert_eq!(lined("abcd", 3), "ab…");
        assert_eq!(lined("a\nb\u{2028}\u{202e}", 100), r"a\nb\u{2028}\u{202e}");
        assert_eq!(lined("\u{61c}\u{200f}", 100), r"\u{61c}\u{200f}");
        assert_eq!(lined("\n\n\n", 4), "\\n\\…");
        assert_eq!(lined("", 3), "");
        assert_eq!(lined("äöü", 3), "äöü");
    }
}
