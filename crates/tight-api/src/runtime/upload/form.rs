//! Bodies of several parts, which progenitor does not know: files, and objects as JSON.

use reqwest::multipart;
use serde::Serialize;

use super::Upload;

/// A body of several parts, on its way.
pub(crate) struct Form(multipart::Form);

impl Form {
    pub(crate) fn new() -> Self {
        Self(multipart::Form::new())
    }

    /// Adds a file.
    pub(crate) async fn file(self, name: &'static str, upload: &Upload) -> Result<Self, String> {
        let part = upload.part().await?;
        Ok(Self(self.0.part(name, part)))
    }

    /// Adds an object.
    pub(crate) fn json(self, name: &'static str, object: &impl Serialize) -> Result<Self, String> {
        let json = serde_json::to_vec(object)
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
