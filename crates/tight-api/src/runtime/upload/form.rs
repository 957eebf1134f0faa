//! Multipart bodies: files, texts, and JSON.

use std::borrow::Cow;

use bytes::Bytes;
use reqwest::multipart;
use serde::Serialize;

use super::Upload;
use crate::wire::Parameter;

/// A multipart body.
pub(crate) struct Form(multipart::Form);

#[allow(dead_code, reason = "depends on the document")]
impl Form {
    pub(crate) fn new() -> Self {
        Self(multipart::Form::new())
    }

    /// Adds a file, if there is one.
    pub(crate) async fn file<'a>(
        self,
        name: impl Into<Cow<'static, str>>,
        upload: impl Into<Option<&'a Upload>>,
    ) -> Result<Self, String> {
        let Some(upload) = upload.into() else {
            return Ok(self);
        };
        let part = upload.part().await?;
        Ok(Self(self.0.part(name, part)))
    }

    /// Adds a text part for each value.
    pub(crate) fn text(
        self,
        name: impl Into<Cow<'static, str>>,
        parameter: &impl Parameter,
    ) -> Self {
        let name = name.into();
        let texts = parameter.values().map(Cow::into_owned);
        Self(texts.fold(self.0, |form, text| form.text(name.clone(), text)))
    }

    /// Adds an object or a list as JSON, if there is one.
    pub(crate) fn json<'a, T: Serialize + 'a>(
        self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Option<&'a T>>,
    ) -> Result<Self, String> {
        let Some(value) = value.into() else {
            return Ok(self);
        };
        let name = name.into();
        let json = serde_json::to_vec(value)
            .map_err(|error| format!("`{name}` cannot be serialized: {error}"))?;
        self.raw_json(name, json.into())
    }

    /// Adds a part that is already JSON.
    pub(crate) fn raw_json(
        self,
        name: impl Into<Cow<'static, str>>,
        json: Bytes,
    ) -> Result<Self, String> {
        let length = json.len() as u64;
        let part = multipart::Part::stream_with_length(json, length)
            .mime_str("application/json")
            .map_err(|error| error.to_string())?;
        Ok(Self(self.0.part(name, part)))
    }

    pub(crate) fn finish(self) -> multipart::Form {
        self.0
    }
}
