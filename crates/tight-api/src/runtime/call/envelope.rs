//! Answers, read: the envelope with all that is in it in one pass, if everything is as it may be; or else piece by piece, so that
//! a fault in one piece costs no other and has a place.
//!
//! Every answer of the API has one envelope, `{result, data, error}`, and the result of an item of a batch has the same form.

use std::fmt;
use std::marker::PhantomData;

use http::header::CONTENT_ENCODING;
use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor,
};
use serde_json::value::RawValue;

use super::answer::Answer;
use super::said::{Code, Errors, Said};
use crate::api_errors::ApiErrors;
use crate::runtime::error::{Error, ErrorKind};
use crate::types::ApiError;
use crate::wire::{ObjectReader, Received, UnknownFields, place, with_whole_characters};

/// An envelope, or the result of an item.
pub(crate) struct Frame<D, X = UnknownFields> {
    pub(crate) result: Said,
    pub(crate) status_code: Code,
    pub(crate) data: Option<D>,
    pub(crate) cursor: Option<Box<RawValue>>,
    pub(crate) errors: Vec<ApiError>,
    /// What stands beside all this, if anything does.
    pub(crate) extras: Option<X>,
}

/// An element of a list.
pub(crate) enum Entry<T> {
    /// `null`.
    Null,
    Read(T),
    Unreadable(Unreadable),
}

/// Where and why something cannot be read.
#[derive(Debug)]
pub(crate) struct Unreadable {
    path: String,
    reason: String,
}

/// What stands in an envelope as its data.
pub(crate) trait Data: DeserializeOwned {
    /// Reads it from its JSON, with what is readable of it, or the place of what is not.
    fn piecewise(json: &str) -> Result<Self, Unreadable>;
}

impl<T: DeserializeOwned> Data for Vec<Entry<T>> {
    fn piecewise(json: &str) -> Result<Self, Unreadable> {
        entries("data", json)
    }
}

/// The elements of a list, each as it can be read.
fn entries<T: DeserializeOwned>(path: &str, json: &str) -> Result<Vec<Entry<T>>, Unreadable> {
    let elements: Vec<&RawValue> = decode(path, json)?;
    let elements = elements.into_iter().enumerate();
    let elements = elements.map(|(index, element)| match element.get() {
        "null" => Entry::Null,
        element => {
            let path = format!("{path}[{index}]");
            decode(&path, element).map_or_else(
                |unreadable| Entry::Unreadable(unreadable.of_element(&path, element)),
                Entry::Read,
            )
        }
    });
    Ok(elements.collect())
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entry<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Option::deserialize(deserializer)?;
        Ok(read.map_or(Self::Null, Self::Read))
    }
}

/// One object.
pub(crate) struct Whole<T>(pub(crate) T);

impl<T: DeserializeOwned> Data for Whole<T> {
    fn piecewise(json: &str) -> Result<Self, Unreadable> {
        decode("data", json).map(Self)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

/// What is kept as it stands.
impl Data for Box<RawValue> {
    fn piecewise(json: &str) -> Result<Self, Unreadable> {
        decode("data", json)
    }
}

/// What is looked at no further.
impl Data for IgnoredAny {
    fn piecewise(_: &str) -> Result<Self, Unreadable> {
        Ok(Self)
    }
}

impl<D, X> Frame<D, X> {
    pub(crate) fn with_data<T>(self, data: Option<T>) -> Frame<T, X> {
        Frame {
            result: self.result,
            status_code: self.status_code,
            data,
            cursor: self.cursor,
            errors: self.errors,
            extras: self.extras,
        }
    }

    /// Whether it says anything at all about what became of something.
    pub(crate) fn says_something(&self) -> bool {
        self.result != Said::Nothing || self.data.is_some() || !self.errors.is_empty()
    }
}

impl<'de, D: Deserialize<'de>, X: Received> Deserialize<'de> for Frame<D, X> {
    fn deserialize<De: Deserializer<'de>>(deserializer: De) -> Result<Self, De::Error> {
        struct Object<D, X>(PhantomData<(D, X)>);

        impl<'de, D: Deserialize<'de>, X: Received> Visitor<'de> for Object<D, X> {
            type Value = Frame<D, X>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut frame = Frame {
                    result: Said::Nothing,
                    status_code: Code::Absent,
                    data: None,
                    cursor: None,
                    errors: Vec::new(),
                    extras: None,
                };
                let mut extras = ObjectReader::<X>::default();
                let mut description: Option<Errors> = None;
                while let Some(key) = map.next_key_seed(KeySeed::<X>(PhantomData))? {
                    match key {
                        Key::Result => frame.result = map.next_value()?,
                        Key::StatusCode => frame.status_code = map.next_value()?,
                        // `null` takes nothing back that stood there before.
                        Key::Data => frame.data = map.next_value::<Option<D>>()?.or(frame.data),
                        Key::Cursor => frame.cursor = map.next_value()?,
                        Key::Error => frame.errors = map.next_value::<Errors>()?.0,
                        Key::Description => description = map.next_value()?,
                        Key::Extra(name) => extras.read(name, &mut map)?,
                        Key::Unknown(name) => extras.read_unknown(name, &mut map)?,
                    }
                }
                frame.extras = extras.finish();
                // OAuth says in words what its code means.
                if let Some(Errors(mut said)) = description
                    && let ([error], Some(said)) = (frame.errors.as_mut_slice(), said.pop())
                    && error.message.is_none()
                {
                    let word = |kind: &crate::types::ApiErrorType| kind.as_str().to_owned();
                    error.message = said.message.or_else(|| said.type_.as_ref().map(word));
                }
                Ok(frame)
            }
        }

        deserializer.deserialize_map(Object(PhantomData))
    }
}

/// The keys of an envelope.
enum Key<X: Received> {
    Result,
    StatusCode,
    Data,
    Cursor,
    Error,
    Description,
    /// One that the documentation of an operation shows beside them.
    Extra(X::Name),
    Unknown(Box<str>),
}

struct KeySeed<X>(PhantomData<X>);

impl<'de, X: Received> DeserializeSeed<'de> for KeySeed<X> {
    type Value = Key<X>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key<X>, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<X: Received> Visitor<'_> for KeySeed<X> {
    type Value = Key<X>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    #[inline]
    fn visit_str<E>(self, key: &str) -> Result<Key<X>, E> {
        Ok(match key {
            "result" => Key::Result,
            "statusCode" => Key::StatusCode,
            "data" => Key::Data,
            "cursor" => Key::Cursor,
            "error" => Key::Error,
            "error_description" => Key::Description,
            _ => X::name(key).map_or_else(|| Key::Unknown(key.into()), Key::Extra),
        })
    }
}

/// Reads the envelope of an answer.
pub(crate) fn read<D: Data, X: Received>(answer: &Answer) -> Result<Frame<D, X>, Unreadable> {
    let text = answer.text();
    let frame = serde_json::from_str(&text).or_else(|_| match with_whole_characters(&text) {
        Some(mended) => serde_json::from_str(&mended).or_else(|_| piecewise(&mended)),
        None => piecewise(&text),
    })?;
    Ok(frame)
}

fn piecewise<D: Data, X: Received>(text: &str) -> Result<Frame<D, X>, Unreadable> {
    let frame: Frame<Box<RawValue>, X> = decode("", text)?;
    let data = frame.data.as_ref().map(|data| D::piecewise(data.get()));
    let data = data.transpose()?;
    Ok(frame.with_data(data))
}

/// Reads an answer that is one object outside of the envelope.
pub(crate) fn read_unwrapped<T: DeserializeOwned>(answer: &Answer) -> Result<T, Unreadable> {
    let text = answer.text();
    decode("", &text).or_else(|unreadable| match with_whole_characters(&text) {
        Some(mended) => decode("", &mended),
        None => Err(unreadable),
    })
}

/// Reads an answer that is a list outside of the envelope.
pub(crate) fn read_bare<T: DeserializeOwned>(answer: &Answer) -> Result<Vec<Entry<T>>, Unreadable> {
    let text = answer.text();
    match with_whole_characters(&text) {
        Some(mended) => entries("", &mended),
        None => entries("", &text),
    }
}

/// The elements of an answer that is a list outside of the envelope, each as it stands.
pub(crate) fn raw_bare<T>(answer: &Answer, take: impl FnOnce(&[&RawValue]) -> T) -> T {
    let text = answer.text();
    take(&serde_json::from_str::<Vec<&RawValue>>(&text).unwrap_or_default())
}

/// Whether an answer certainly has nothing as its data: it is no JSON at all, such as the page of a gateway, or an envelope with
/// none. What was cut off or cannot be read may have had some.
pub(crate) fn has_no_data(answer: &Answer) -> bool {
    let text = answer.text();
    let is_encoded = answer.head.headers.contains_key(CONTENT_ENCODING);
    if is_encoded || !text.trim_start().starts_with(['{', '[']) {
        return !is_encoded;
    }
    serde_json::from_str::<Frame<Box<RawValue>>>(&text)
        .is_ok_and(|frame| frame.data.is_none_or(|data| is_nothing(&data)))
}

/// Whether nothing is in there, whatever stands for it.
pub(crate) fn is_nothing(data: &RawValue) -> bool {
    matches!(data.get(), "{}" | "[]" | "\"\"" | "false")
        || serde_json::from_str::<Vec<()>>(data.get()).is_ok()
}

/// What Tight says is wrong with the whole request, as far as that can be read.
pub(crate) fn errors(answer: &Answer) -> ApiErrors {
    let errors = read::<IgnoredAny, UnknownFields>(answer).map(|frame| frame.errors);
    answer.secrets().clean_errors(errors.unwrap_or_default())
}

/// The elements of the data, each as it stands.
pub(crate) fn raw_elements<T>(answer: &Answer, take: impl FnOnce(&[&RawValue]) -> T) -> T {
    #[derive(serde::Deserialize)]
    struct Elements<'a> {
        #[serde(borrow)]
        data: Vec<&'a RawValue>,
    }
    let text = answer.text();
    let elements = serde_json::from_str::<Elements<'_>>(&text).map(|elements| elements.data);
    take(&elements.unwrap_or_default())
}

/// Reads a text: whatever is wrong with it has a place, below `path`.
pub(crate) fn decode<'a, T: Deserialize<'a>>(path: &str, text: &'a str) -> Result<T, Unreadable> {
    serde_json::from_str(text).map_err(|error| {
        let inner = place::of(text, &error);
        let is_joined = path.is_empty() || inner.is_empty() || inner.starts_with('[');
        let dot = if is_joined { "" } else { "." };
        Unreadable {
            path: format!("{path}{dot}{inner}"),
            reason: without_values(&error),
        }
    })
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
    /// Of an object, all but the data is read whatever it is, and serde places the fault of a member at the end of its object.
    fn of_element(mut self, path: &str, element: &str) -> Self {
        if self.path == path && element.starts_with('{') {
            self.path.push_str(".data");
        }
        self
    }

    /// The error of one item of a page, which keeps that item alone.
    pub(crate) fn into_item_error(self, answer: &Answer, item: &str) -> Error {
        let message = format!("an item of the page cannot be read: {}", self.reason);
        answer
            .error(ErrorKind::Item, message)
            .at_path(answer.secrets().clean(&self.path))
            .with_body_of_item(answer.excerpt_of(item))
    }

    /// The error of a success that cannot be read. The server has acted by now.
    pub(crate) fn into_error(self, answer: &Answer) -> Error {
        let message = format!(
            "the answer ({}) cannot be read: {}",
            answer.head.status, self.reason
        );
        let error = answer.error(ErrorKind::Decode, message);
        if self.path.is_empty() {
            error
        } else {
            error.at_path(answer.secrets().clean(&self.path))
        }
    }
}
