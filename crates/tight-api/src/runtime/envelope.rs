//! Answers, read: the envelope first, then what is in it, piece by piece.
//!
//! Every answer of the API has one envelope, `{result, data, error}`. Its parts are taken apart without looking into them,
//! so that a fault in one does not cost the others.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::answer::Answer;
use crate::api_errors::ApiErrors;
use crate::error::{Error, ErrorKind};
use crate::types::{ApiError, ResultStatus};

/// An answer's envelope. Its data is raw.
#[derive(Debug)]
pub(super) struct Envelope<'a> {
    pub(super) result: Option<ResultStatus>,
    pub(super) data: Option<&'a RawValue>,
    pub(super) cursor: Option<&'a RawValue>,
    pub(super) errors: ApiErrors,
}

/// What an envelope and the result of an item are alike in, taken apart.
#[derive(Deserialize)]
#[serde(expecting = "an object", rename_all = "camelCase")]
struct Frame<'a> {
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    status_code: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    cursor: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

/// The result of one item of a batch. Its data is raw.
#[derive(Debug)]
pub(super) struct ItemResult<'a> {
    pub(super) result: Option<ResultStatus>,
    pub(super) status_code: Option<i64>,
    pub(super) data: Option<&'a RawValue>,
    pub(super) errors: ApiErrors,
}

impl<'a> ItemResult<'a> {
    /// Reads what stands at `path` of an answer. Only its frame can be unreadable; a result or status that is no such thing
    /// must not pass for one that is not there.
    pub(super) fn read(answer: &Answer, path: &str, raw: &'a RawValue) -> Result<Self, Unreadable> {
        let raw: Frame<'a> = decode(path, raw.get())?;
        Ok(Self {
            result: raw
                .result
                .map(|result| decode(&format!("{path}.result"), result.get()))
                .transpose()?,
            status_code: raw
                .status_code
                .map(|code| decode(&format!("{path}.statusCode"), code.get()))
                .transpose()?,
            data: raw.data,
            errors: raw.error.map(|raw| errors(answer, raw)).unwrap_or_default(),
        })
    }
}

/// Where and why something cannot be read.
#[derive(Debug)]
pub(super) struct Unreadable {
    path: String,
    reason: String,
}

impl<'a> Envelope<'a> {
    /// Reads the envelope of an answer.
    pub(super) fn read(answer: &'a Answer) -> Result<Self, Unreadable> {
        let raw: Frame<'a> = decode("", text(answer)?)?;
        Ok(Self {
            result: raw
                .result
                .and_then(|result| serde_json::from_str(result.get()).ok()),
            data: raw.data,
            cursor: raw.cursor,
            errors: raw.error.map(|raw| errors(answer, raw)).unwrap_or_default(),
        })
    }

    /// The items of the data, raw. Absent data has none.
    pub(super) fn items(&self) -> Result<Vec<Option<&'a RawValue>>, Unreadable> {
        self.data
            .map_or_else(|| Ok(Vec::new()), |data| decode("data", data.get()))
    }
}

fn text(answer: &Answer) -> Result<&str, Unreadable> {
    std::str::from_utf8(&answer.body).map_err(|_| Unreadable {
        path: String::new(),
        reason: "the body is not UTF-8".to_owned(),
    })
}

/// The errors that are readable; what is not stays in the body that an error keeps.
fn errors(answer: &Answer, raw: &RawValue) -> ApiErrors {
    let errors: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
    let errors = errors
        .into_iter()
        .filter_map(|error| serde_json::from_str::<ApiError>(error.get()).ok());
    answer.secrets().clean_errors(errors.collect())
}

/// Reads one value that stands at `path` of the answer.
pub(super) fn read<T: DeserializeOwned>(path: &str, raw: &RawValue) -> Result<T, Unreadable> {
    decode(path, raw.get())
}

fn decode<'a, T: Deserialize<'a>>(path: &str, text: &'a str) -> Result<T, Unreadable> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let inner = error.path().to_string();
        let path = match (path, inner.as_str()) {
            (path, "." | "?") => path.to_owned(),
            ("", inner) => inner.to_owned(),
            (path, inner) if inner.starts_with('[') => format!("{path}{inner}"),
            (path, inner) => format!("{path}.{inner}"),
        };
        Unreadable {
            path,
            reason: without_values(&error.into_inner()),
        }
    })?;
    deserializer.end().map_err(|error| Unreadable {
        path: path.to_owned(),
        reason: without_values(&error),
    })?;
    Ok(value)
}

/// serde's reason without the names of our types, and without the value that it found: `invalid type: string "…", expected a sequence` tells what people wrote.
fn without_values(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = text.rfind(" at line ").unwrap_or(text.len());
    let text = &text[..place];
    let value = text.find(['"', '`']);
    let (found, expected) = match text.rfind(", expected") {
        Some(expected) => text.split_at(expected),
        None => (text, ""),
    };
    let found = value.map_or(found, |value| &found[..value.min(found.len())]);
    let expected = if expected.starts_with(", expected struct ") {
        ", expected an object"
    } else {
        expected
    };
    format!("{}{expected}", found.trim_end())
}

impl Unreadable {
    /// The error of one item of a page, which keeps that item alone.
    pub(super) fn into_item_error(self, answer: &Answer, item: &RawValue) -> Error {
        let message = format!("an item of the page cannot be read: {}", self.reason);
        answer
            .error(ErrorKind::Item, message)
            .at_path(self.path)
            .with_body_of_item(answer.excerpt_of(item))
    }

    /// The error of a success that cannot be read. The server has acted by now.
    pub(super) fn into_error(self, answer: &Answer) -> Error {
        let message = format!(
            "the answer ({}) cannot be read: {}",
            answer.head.status, self.reason
        );
        let error = answer.error(ErrorKind::Decode, message);
        if self.path.is_empty() {
            error
        } else {
            error.at_path(self.path)
        }
    }
}

/// The envelope of an answer that says that the operation succeeded.
pub(super) fn read_success(answer: &Answer) -> Result<Envelope<'_>, Error> {
    if !answer.head.status.is_success() {
        return Err(status_error(answer));
    }
    let envelope = Envelope::read(answer).map_err(|unreadable| unreadable.into_error(answer))?;
    match envelope.result {
        Some(ResultStatus::Failure) if envelope.errors.is_empty() => {
            // It says that something failed, but not that nothing was done.
            let message = format!(
                "Tight answered {} with the result FAILURE",
                answer.head.status
            );
            Err(answer.error(ErrorKind::Failure, message))
        }
        Some(ResultStatus::Failure) => Err(failure(answer, envelope)),
        _ => Ok(envelope),
    }
}

/// Reads an answer that is one object outside of the envelope.
pub(super) fn read_whole<T: DeserializeOwned>(answer: &Answer) -> Result<T, Unreadable> {
    decode("", text(answer)?)
}

/// The error of an answer whose status is not a success, readable or not.
pub(super) fn status_error(answer: &Answer) -> Error {
    let status = answer.head.status;
    let message = format!("Tight answered {status}");
    // Only a 4xx says that the request was refused; and 408 is said by those who lost patience with someone else.
    let error = if status.is_client_error() && status != http::StatusCode::REQUEST_TIMEOUT {
        answer.refusal(ErrorKind::Status, message)
    } else {
        answer.error(ErrorKind::Status, message)
    };
    error.with_errors(
        Envelope::read(answer)
            .map(|envelope| envelope.errors)
            .unwrap_or_default(),
    )
}

/// The error of a success status whose envelope says failure.
pub(super) fn failure(answer: &Answer, envelope: Envelope<'_>) -> Error {
    let message = format!(
        "Tight answered {} with the result FAILURE",
        answer.head.status
    );
    answer
        .refusal(ErrorKind::Failure, message)
        .with_errors(envelope.errors)
}
