//! Decodes envelopes: in one pass if everything is valid, otherwise piece by piece, so that an error in one piece does not affect
//! others and has a path.
//!
//! Responses have an envelope, `{result, data, error}`; results of batch items have the same form.

use std::fmt;
use std::marker::PhantomData;

use http::header::CONTENT_ENCODING;
use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor,
};
use serde_json::value::RawValue;

use super::envelope_fields::{EnvelopeStatus, Errors, ResultCode};
use super::raw_response::RawResponse;
use crate::api_errors::ApiErrors;
use crate::runtime::error::{Error, ErrorKind};
use crate::types::ApiError;
use crate::wire::{ObjectReader, Received, UnknownFields, json_path, replace_lone_surrogates};

/// An envelope, or the result of an item.
pub(crate) struct Envelope<D, X = UnknownFields> {
    pub(crate) result: ResultCode,
    pub(crate) status_code: EnvelopeStatus,
    pub(crate) data: Option<D>,
    pub(crate) cursor: Option<Box<RawValue>>,
    pub(crate) errors: Vec<ApiError>,
    /// The other fields, if there are any.
    pub(crate) extras: Option<X>,
}

/// An element of a list.
pub(crate) enum Entry<T> {
    /// `null`.
    Null,
    Read(T),
    Unreadable(Unreadable),
}

/// The path and reason of a decoding error.
#[derive(Debug)]
pub(crate) struct Unreadable {
    path: String,
    reason: String,
}

/// The data of an envelope.
pub(crate) trait Data: DeserializeOwned {
    /// Decodes as much as possible, or returns the path of the error.
    fn piecewise(json: &str) -> Result<Self, Unreadable>;
}

impl<T: DeserializeOwned> Data for Vec<Entry<T>> {
    fn piecewise(json: &str) -> Result<Self, Unreadable> {
        entries("data", json)
    }
}

/// Decodes the elements of a list separately.
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
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Option::deserialize(deserializer)?;
        Ok(read.map_or(Self::Null, Self::Read))
    }
}

/// One object.
pub(crate) struct Single<T>(pub(crate) T);

impl<T: DeserializeOwned> Data for Single<T> {
    fn piecewise(json: &str) -> Result<Self, Unreadable> {
        decode("data", json).map(Self)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Single<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

/// Raw JSON.
impl Data for Box<RawValue> {
    fn piecewise(json: &str) -> Result<Self, Unreadable> {
        decode("data", json)
    }
}

/// Ignored.
impl Data for IgnoredAny {
    fn piecewise(_: &str) -> Result<Self, Unreadable> {
        Ok(Self)
    }
}

impl<D, X> Envelope<D, X> {
    pub(crate) fn with_data<T>(self, data: Option<T>) -> Envelope<T, X> {
        Envelope {
            result: self.result,
            status_code: self.status_code,
            data,
            cursor: self.cursor,
            errors: self.errors,
            extras: self.extras,
        }
    }

    /// Whether it has a result, data or errors.
    pub(crate) fn says_something(&self) -> bool {
        self.result != ResultCode::Absent || self.data.is_some() || !self.errors.is_empty()
    }
}

impl<'de, D: Deserialize<'de>, X: Received> Deserialize<'de> for Envelope<D, X> {
    fn deserialize<De: Deserializer<'de>>(deserializer: De) -> Result<Self, De::Error> {
        struct Object<D, X>(PhantomData<(D, X)>);

        impl<'de, D: Deserialize<'de>, X: Received> Visitor<'de> for Object<D, X> {
            type Value = Envelope<D, X>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut envelope = Envelope {
                    result: ResultCode::Absent,
                    status_code: EnvelopeStatus::Absent,
                    data: None,
                    cursor: None,
                    errors: Vec::new(),
                    extras: None,
                };
                let mut extras = ObjectReader::<X>::default();
                let mut description: Option<Errors> = None;
                while let Some(key) = map.next_key_seed(KeySeed::<X>(PhantomData))? {
                    match key {
                        Key::Result => envelope.result = map.next_value()?,
                        Key::StatusCode => envelope.status_code = map.next_value()?,
                        // `null` does not override an earlier value.
                        Key::Data => {
                            if let Some(data) = map.next_value()? {
                                envelope.data = Some(data);
                            }
                        }
                        Key::Cursor => envelope.cursor = map.next_value()?,
                        Key::Error => envelope.errors = map.next_value::<Errors>()?.0,
                        Key::Description => description = map.next_value()?,
                        Key::Extra(name) => extras.read(name, &mut map)?,
                        Key::Unknown(name) => extras.read_unknown(name, &mut map)?,
                    }
                }
                envelope.extras = extras.finish();
                // OAuth describes its error code in a second field.
                if let Some(Errors(mut said)) = description
                    && let ([error], Some(said)) = (envelope.errors.as_mut_slice(), said.pop())
                    && error.message.is_none()
                {
                    let word = |kind: &crate::types::ApiErrorType| kind.as_str().to_owned();
                    error.message = said.message.or_else(|| said.type_.as_ref().map(word));
                }
                Ok(envelope)
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
    /// A documented extra field of the operation.
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

/// Decodes the envelope of a response.
pub(crate) fn read<D: Data, X: Received>(
    response: &RawResponse,
) -> Result<Envelope<D, X>, Unreadable> {
    let text = response.text();
    let envelope =
        serde_json::from_str(&text).or_else(|_| match replace_lone_surrogates(&text) {
            Some(mended) => serde_json::from_str(&mended).or_else(|_| piecewise(&mended)),
            None => piecewise(&text),
        })?;
    Ok(envelope)
}

fn piecewise<D: Data, X: Received>(text: &str) -> Result<Envelope<D, X>, Unreadable> {
    let envelope: Envelope<Box<RawValue>, X> = decode("", text)?;
    let data = envelope.data.as_ref().map(|data| D::piecewise(data.get()));
    let data = data.transpose()?;
    Ok(envelope.with_data(data))
}

/// Reads a response that is one object outside of the envelope.
pub(crate) fn read_unwrapped<T: DeserializeOwned>(response: &RawResponse) -> Result<T, Unreadable> {
    let text = response.text();
    decode("", &text).or_else(|unreadable| match replace_lone_surrogates(&text) {
        Some(mended) => decode("", &mended),
        None => Err(unreadable),
    })
}

/// Reads a response that is a list outside of the envelope.
pub(crate) fn read_unwrapped_list<T: DeserializeOwned>(
    response: &RawResponse,
) -> Result<Vec<Entry<T>>, Unreadable> {
    let text = response.text();
    match replace_lone_surrogates(&text) {
        Some(mended) => entries("", &mended),
        None => entries("", &text),
    }
}

/// The elements of a response that is a list outside of the envelope, each as it stands.
pub(crate) fn raw_unwrapped_list<T>(
    response: &RawResponse,
    take: impl FnOnce(&[&RawValue]) -> T,
) -> T {
    let text = response.text();
    take(&serde_json::from_str::<Vec<&RawValue>>(&text).unwrap_or_default())
}

/// Whether a response certainly has no data: it is not JSON, such as the page of a gateway, or an envelope without data. A body that
/// is cut off or invalid may have had some.
pub(crate) fn has_no_data(response: &RawResponse) -> bool {
    let text = response.text();
    let is_encoded = response.head.headers.contains_key(CONTENT_ENCODING);
    if is_encoded || !text.trim_start().starts_with(['{', '[']) {
        return !is_encoded;
    }
    serde_json::from_str::<Envelope<Box<RawValue>>>(&text)
        .is_ok_and(|envelope| envelope.data.is_none_or(|data| is_nothing(&data)))
}

/// Whether data is empty, in any form.
pub(crate) fn is_nothing(data: &RawValue) -> bool {
    matches!(data.get(), "{}" | "[]" | "\"\"" | "false")
        || serde_json::from_str::<Vec<()>>(data.get()).is_ok()
}

/// The errors about the whole request, as far as they can be decoded.
pub(crate) fn errors(response: &RawResponse) -> ApiErrors {
    let errors = read::<IgnoredAny, UnknownFields>(response).map(|envelope| envelope.errors);
    response.secrets().clean_errors(errors.unwrap_or_default())
}

/// The elements of the data, each as it stands.
pub(crate) fn raw_elements<T>(response: &RawResponse, take: impl FnOnce(&[&RawValue]) -> T) -> T {
    #[derive(serde::Deserialize)]
    struct Elements<'a> {
        #[serde(borrow)]
        data: Vec<&'a RawValue>,
    }
    let text = response.text();
    let elements = serde_json::from_str::<Elements<'_>>(&text).map(|elements| elements.data);
    take(&elements.unwrap_or_default())
}

/// Decodes JSON. An error has a path, below `path`.
pub(crate) fn decode<'a, T: Deserialize<'a>>(path: &str, text: &'a str) -> Result<T, Unreadable> {
    serde_json::from_str(text).map_err(|error| {
        let inner = json_path::of_error(text, &error);
        let is_joined = path.is_empty() || inner.is_empty() || inner.starts_with('[');
        let dot = if is_joined { "" } else { "." };
        Unreadable {
            path: format!("{path}{dot}{inner}"),
            reason: without_values(&error),
        }
    })
}

/// serde's reason without names of Rust types and without the value that it quotes, which can be confidential.
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
    /// Appends `.data` to the path of an object: all its other fields are decoded leniently, and serde reports the error of a member at
    /// the end of the object.
    fn of_element(mut self, path: &str, element: &str) -> Self {
        if self.path == path && element.starts_with('{') {
            self.path.push_str(".data");
        }
        self
    }

    /// The error of one item of a list, with the JSON of that item.
    pub(crate) fn into_item_error(self, response: &RawResponse, item: &str) -> Error {
        let message = format!("an item of the page cannot be decoded: {}", self.reason);
        response
            .error(ErrorKind::Item, message)
            .at_path(response.secrets().clean(&self.path))
            .with_body_of_item(response.excerpt_of(item))
    }

    /// The error of a successful response that cannot be decoded. The request has probably taken effect.
    pub(crate) fn into_error(self, response: &RawResponse) -> Error {
        let message = format!(
            "the response ({}) cannot be decoded: {}",
            response.head.status, self.reason
        );
        let error = response.error(ErrorKind::Decode, message);
        if self.path.is_empty() {
            error
        } else {
            error.at_path(response.secrets().clean(&self.path))
        }
    }
}
