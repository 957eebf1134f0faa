//! Bodies of several parts, which progenitor does not know: files, and objects as JSON.

use progenitor_client::Error;
use reqwest::multipart;
use serde::Serialize;

use crate::upload::Upload;

/// A body of several parts, on its way.
pub(crate) struct Form(multipart::Form);

impl Form {
    pub(crate) fn new() -> Self {
        Self(multipart::Form::new())
    }

    /// Adds a file.
    pub(crate) async fn file(self, name: &'static str, upload: &Upload) -> Result<Self, Error<()>> {
        let part = upload.part().await.map_err(Error::InvalidRequest)?;
        Ok(Self(self.0.part(name, part)))
    }

    /// Adds an object.
    pub(crate) fn json(
        self,
        name: &'static str,
        object: &impl Serialize,
    ) -> Result<Self, Error<()>> {
        let part = serde_json::to_vec(object)
            .map_err(|error| format!("`{name}` cannot be written: {error}"))
            .and_then(|json| {
                let part = multipart::Part::bytes(json).mime_str("application/json");
                part.map_err(|error| error.to_string())
            });
        Ok(Self(
            self.0.part(name, part.map_err(Error::InvalidRequest)?),
        ))
    }

    pub(crate) fn finish(self) -> multipart::Form {
        self.0
    }
}
