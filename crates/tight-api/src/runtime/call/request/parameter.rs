//! Parameters in queries and headers.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::{Serialize, Serializer};

use crate::runtime::error::{Error, ErrorKind, Result};
use crate::wire::Parameter;

/// Query parameters, serialized as `name=a&name=b`.
#[derive(Default)]
pub(crate) struct Query<'a>(Vec<(&'static str, Cow<'a, str>)>);

impl<'a> Query<'a> {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter once for each value.
    pub(crate) fn with(mut self, name: &'static str, parameter: &'a impl Parameter) -> Self {
        self.0.extend(parameter.values().map(|value| (name, value)));
        self
    }
}

impl Serialize for Query<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// The headers that are parameters of an operation.
pub(crate) struct Headers(Result<HeaderMap>);

impl Headers {
    pub(crate) fn new() -> Self {
        Self(Ok(HeaderMap::new()))
    }

    /// Adds a header once for each value.
    pub(crate) fn with(mut self, name: &'static str, parameter: &impl Parameter) -> Self {
        if let Ok(headers) = &mut self.0 {
            for value in parameter.values() {
                match header(name, &value) {
                    Ok((name, value)) => drop(headers.append(name, value)),
                    Err(error) => return Self(Err(error)),
                }
            }
        }
        self
    }

    pub(in crate::runtime::call) fn finish(self) -> Result<HeaderMap> {
        self.0
    }
}

/// Creates a header. Refuses control characters in its value.
fn header(name: &'static str, value: &str) -> Result<(HeaderName, HeaderValue)> {
    let refused = |reason: &str| {
        let message = format!("`{name}` {reason} and cannot be sent in a header");
        Error::new(ErrorKind::InvalidRequest, message)
    };
    if value.contains(char::is_control) {
        return Err(refused(
            "contains a line break or another control character",
        ));
    }
    let mut value = HeaderValue::from_bytes(value.as_bytes())
        .map_err(|_| refused("is not a valid header value"))?;
    // It can be confidential.
    value.set_sensitive(true);
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| refused("is not a valid header name"))?;
    Ok((name, value))
}
