//! Bodies of several parts, which progenitor does not know: files, texts, and objects as JSON.

use std::borrow::Cow;

use reqwest::multipart;
use serde::Serialize;

use super::Upload;
use crate::wire::Parameter;

/// A body of several parts, on its way.
pub(crate) struct Form(multipart::Form);

#[allow(dead_code, reason = "which parts there are is the document's affair")]
impl Form {
    pub(crate) fn new() -> Self {
        Self(multipart::Form::new())
    }

    /// Adds a file, if there is one.
    pub(crate) async fn file<'a>(
        self,
        name: &'static str,
        upload: impl Into<Option<&'a Upload>>,
    ) -> Result<Self, String> {
        let Some(upload) = upload.into() else {
            return Ok(self);
        };
        let part = upload.part().await?;
        Ok(Self(self.0.part(name, part)))
    }

    /// Adds texts, as many as there are: whatever is written as one.
    pub(crate) fn text(self, name: &'static str, parameter: &impl Parameter) -> Self {
        let texts = parameter.values().map(Cow::into_owned);
        Self(texts.fold(self.0, |form, text| form.text(name, text)))
    }

    /// Adds an object or a list as JSON, if there is one.
    pub(crate) fn json<'a, T: Serialize + 'a>(
        self,
        name: &'static str,
        value: impl Into<Option<&'a T>>,
    ) -> Result<Self, String> {
        let Some(value) = value.into() else {
            return Ok(self);
        };
        let json = serde_json::to_vec(value)
            .map_err(|error| format!("`{name}` cannot be written: {error}"))?;
        let part = multipart::Part::bytes(json)
            .mime_str("application/json")
            .map_err(|error| error.to_string())?;
        Ok(Self(self.0.part(name, part)))
    }

    pub(crate) fn finish(self) -> multipart::Form {
        self.0
    }
}
