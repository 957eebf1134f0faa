//! Reads path, query and header parameters, and validates them against the document.

use std::borrow::Cow;

use axum::http::HeaderMap;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::{
    document::{
        Document,
        operation::{OperationSpec, Parameter, Place},
        types::Type,
        validation::Checker,
    },
    envelope::{ApiError, ApiErrorType},
    json::{self, InexactNumber, Step},
};

/// The parameters of one operation.
pub(crate) struct Parameters {
    checker: Checker,
    known: Vec<Parameter>,
}

impl Parameters {
    pub(crate) fn new(spec: &OperationSpec, document: &Document) -> Result<Self, String> {
        for parameter in &spec.parameters {
            let is_simple = |found: Type<'_>| !found.is("object") && !found.is("array");
            let found = document.types.get(parameter.id);
            if !is_simple(found) && !found.items().is_some_and(is_simple) {
                let name = &parameter.name;
                return Err(format!(
                    "its parameter `{name}` is more than a value or a list"
                ));
            }
        }
        Ok(Self {
            checker: Checker::new(document, spec.all_parameters.clone(), "The request"),
            known: spec.parameters.clone(),
        })
    }

    /// Checks that the schemas of the parameters are valid.
    pub(crate) fn check_document(&self) -> Result<(), String> {
        self.checker.check_document()
    }

    /// Returns the parameters by name. `path` has the path's as received, `query` is the whole query string.
    pub(crate) fn read(
        &self,
        path: &[(&str, &str)],
        query: &str,
        headers: &HeaderMap,
    ) -> Result<Map<String, Value>, Vec<ApiError>> {
        let mut reading = Reading::default();
        for (name, sent) in path {
            let sent = percent_decode_str(sent).decode_utf8_lossy();
            match self.find(name, Place::Path) {
                Some(parameter) => self.read_one(parameter, sent, &mut reading),
                // The document has no schema for it.
                None => reading.insert(name, Value::String(sent.into_owned())),
            }
        }
        for (name, sent) in form_urlencoded::parse(query.as_bytes()) {
            if let Some(parameter) = self.find(&name, Place::Query) {
                self.read_one(parameter, sent, &mut reading);
            }
        }
        for parameter in self
            .known
            .iter()
            .filter(|known| known.place == Place::Header)
        {
            for sent in headers.get_all(&parameter.name) {
                let sent = String::from_utf8_lossy(sent.as_bytes());
                self.read_one(parameter, sent, &mut reading);
            }
        }
        let errors = match reading.twice.as_slice() {
            [] => {
                let all = Value::Object(reading.values.clone());
                self.checker.check(&all, &reading.inexact)
            }
            _ => reading.twice,
        };
        if errors.is_empty() {
            Ok(reading.values)
        } else {
            Err(errors)
        }
    }

    fn find(&self, name: &str, place: Place) -> Option<&Parameter> {
        let mut known = self.known.iter();
        known.find(|known| known.place == place && known.name == name)
    }

    fn read_one(&self, parameter: &Parameter, sent: Cow<'_, str>, reading: &mut Reading) {
        let wanted = self.checker.types().get(parameter.id);
        let name = &parameter.name;
        let place = || vec![Step::Property(name.clone())];
        let Some(item) = wanted.items().filter(|_| wanted.is("array")) else {
            let value = value(sent, wanted, place, &mut reading.inexact);
            return reading.insert(name, value);
        };
        let list = reading.values.entry(name.clone());
        let Value::Array(list) = list.or_insert_with(|| Value::Array(Vec::new())) else {
            return;
        };
        let parts: Vec<_> = match parameter.separator {
            Some(separator) => sent.split(separator).collect(),
            None => vec![&*sent],
        };
        for part in parts {
            let place = || vec![Step::Property(name.clone()), Step::Index(list.len())];
            let value = value(part.into(), item, place, &mut reading.inexact);
            list.push(value);
        }
    }
}

/// The parameters read so far.
#[derive(Default)]
struct Reading {
    values: Map<String, Value>,
    inexact: Vec<InexactNumber>,
    twice: Vec<ApiError>,
}

impl Reading {
    fn insert(&mut self, name: &str, value: Value) {
        if self.values.insert(name.to_owned(), value).is_some() {
            let error = ApiError::of(ApiErrorType::InvalidValue, name, "is repeated");
            self.twice.push(error);
        }
    }
}

/// Converts `sent` to its type. A value that does not fit stays a string, for validation to report. `place` is its
/// place among the parameters.
pub(crate) fn value(
    sent: Cow<'_, str>,
    wanted: Type<'_>,
    place: impl Fn() -> Vec<Step>,
    inexact: &mut Vec<InexactNumber>,
) -> Value {
    let read = if wanted.is_number() {
        json::read(sent.as_bytes())
            .ok()
            .filter(|read| read.value.is_number() && !sent.contains(char::is_whitespace))
            .map(|read| {
                inexact.extend(read.inexact.into_iter().map(|inexact| InexactNumber {
                    place: place(),
                    ..inexact
                }));
                read.value
            })
    } else if wanted.is("boolean") {
        sent.parse().ok().map(Value::Bool)
    } else {
        None
    };
    read.unwrap_or_else(|| Value::String(sent.into_owned()))
}

/// A parameter as text, such as an id.
pub(crate) fn text<'a>(parameters: &'a Map<String, Value>, name: &str) -> Cow<'a, str> {
    match parameters.get(name) {
        None => "".into(),
        Some(Value::String(text)) => text.into(),
        Some(other) => other.to_string().into(),
    }
}
