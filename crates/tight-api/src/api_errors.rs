//! What Tight says is wrong, for a person to read in one line.

use std::fmt::{self, Write};
use std::ops::Deref;

use crate::types::ApiError;

/// What Tight says is wrong: all faults at once. `Display` puts them in one line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ApiErrors(Vec<ApiError>);

impl From<Vec<ApiError>> for ApiErrors {
    fn from(errors: Vec<ApiError>) -> Self {
        Self(errors)
    }
}

impl Deref for ApiErrors {
    type Target = [ApiError];

    fn deref(&self) -> &[ApiError] {
        &self.0
    }
}

impl<'a> IntoIterator for &'a ApiErrors {
    type Item = &'a ApiError;
    type IntoIter = std::slice::Iter<'a, ApiError>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Display for ApiErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("no reason given");
        }
        const MOST: usize = 5;
        for (index, error) in self.0.iter().take(MOST).enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            error.fmt(f)?;
        }
        match self.0.len().saturating_sub(MOST) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

/// `REQUIRED text: text is required`. What Tight says is cut if it is long, and cannot break the line.
impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.type_ {
            Some(kind) => one_line(kind.as_str(), f)?,
            None => f.write_str("an error without a type")?,
        }
        if let Some(param) = &self.param {
            f.write_str(" ")?;
            one_line(param, f)?;
        }
        if let Some(message) = &self.message {
            f.write_str(": ")?;
            one_line(message, f)?;
        }
        Ok(())
    }
}

fn one_line(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const LONGEST: usize = 300;
    for (count, char) in text.chars().enumerate() {
        match char {
            _ if count == LONGEST => return f.write_str("…"),
            // Line and paragraph separators, and marks that reorder what stands around them.
            '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                write!(f, "{}", char.escape_unicode())?
            }
            _ if char.is_control() => write!(f, "{}", char.escape_default())?,
            _ => f.write_char(char)?,
        }
    }
    Ok(())
}
