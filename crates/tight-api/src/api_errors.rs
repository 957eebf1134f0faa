//! The error list of a response, and how it is displayed in one line.

use std::fmt::{self, Write};
use std::ops::Deref;

use crate::text;
use crate::types::{ApiError, ApiErrorType};

/// The errors that Tight returned. Dereferences to a slice of [`ApiError`]; `Display` shows them in one line.
///
/// ```
/// use tight_api::ApiErrors;
/// use tight_api::types::{ApiError, ApiErrorType};
///
/// let errors = ApiErrors::from([
///     ApiError::new().type_(ApiErrorType::Required).param("text").message("text is required"),
/// ]);
/// assert!(errors.has(ApiErrorType::Required));
/// assert!(!errors.has("SOMETHING_ELSE"));
/// assert_eq!(errors.about("text").count(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ApiErrors(Vec<ApiError>);

impl From<Vec<ApiError>> for ApiErrors {
    fn from(errors: Vec<ApiError>) -> Self {
        Self(errors)
    }
}

impl<const N: usize> From<[ApiError; N]> for ApiErrors {
    fn from(errors: [ApiError; N]) -> Self {
        Self(errors.into())
    }
}

impl From<ApiError> for ApiErrors {
    fn from(error: ApiError) -> Self {
        Self(vec![error])
    }
}

impl FromIterator<ApiError> for ApiErrors {
    fn from_iter<I: IntoIterator<Item = ApiError>>(errors: I) -> Self {
        Self(errors.into_iter().collect())
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

/// Shows all errors in one line of at most 500 characters.
impl fmt::Display for ApiErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::line(f, text::LINE, |line| self.write(line))
    }
}

impl ApiErrors {
    /// Returns whether an error has this type. Undocumented types work, too: `has("CONFLICT")`.
    pub fn has(&self, type_: impl Into<ApiErrorType>) -> bool {
        let type_ = type_.into();
        self.iter()
            .any(|error| error.type_.as_ref() == Some(&type_))
    }

    /// Returns the errors about the parameter with this [name](ApiError::param).
    pub fn about<'a>(&'a self, param: &'a str) -> impl Iterator<Item = &'a ApiError> {
        self.iter()
            .filter(move |error| error.param.as_deref() == Some(param))
    }

    /// Appends another list, up to 100 errors in all.
    #[cfg(feature = "client")]
    pub(crate) fn extend(&mut self, others: Self) {
        const MOST: usize = 100;
        let left = MOST.saturating_sub(self.0.len());
        self.0.extend(others.0.into_iter().take(left));
    }

    /// Writes the errors; the caller limits the length of the line.
    pub(crate) fn write(&self, line: &mut dyn Write) -> fmt::Result {
        const MOST: usize = 5;
        if self.0.is_empty() {
            return line.write_str("no reason given");
        }
        for (index, error) in self.0.iter().take(MOST).enumerate() {
            if index > 0 {
                line.write_str("; ")?;
            }
            write!(line, "{error}")?;
        }
        match self.0.len().saturating_sub(MOST) {
            0 => Ok(()),
            more => write!(line, "; and {more} more"),
        }
    }
}

/// Shows type, parameter and message: `REQUIRED text: text is required`. Long texts are cut, line breaks escaped.
impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// The longest message that is shown, in characters.
        const MESSAGE: usize = 300;
        const NAME: usize = 100;
        text::line(f, text::LINE, |f| {
            match &self.type_ {
                Some(kind) => text::line(f, NAME, |line| line.write_str(kind.as_str()))?,
                None => f.write_str("an error without a type")?,
            }
            if let Some(param) = &self.param {
                f.write_str(" ")?;
                text::line(f, NAME, |line| line.write_str(param))?;
            }
            if let Some(message) = &self.message {
                f.write_str(": ")?;
                text::line(f, MESSAGE, |line| line.write_str(message))?;
            }
            Ok(())
        })
    }
}
