//! Bodies of several parts, which progenitor does not know: files, and objects as JSON.

use progenitor_client::Error;
use reqwest::multipart;
use serde::Serialize;

use crate::upload::Upload;

/// A body of several parts, on its way.
pub(crate) struct Form(multipart::Form);

/// Why there is no such body.
pub(crate) struct Unfit(String);

impl From<Unfit> for Error<()> {
    fn from(unfit: Unfit) -> Self {
        Self::InvalidRequest(unfit.0)
    }
}

impl Form {
    pub(crate) fn new() -> Self {
        Self(multipart::Form::new())
    }

    /// Adds a file.
    pub(crate) async fn file(self, name: &'static str, upload: &Upload) -> Result<Self, Unfit> {
        let part = upload.part().await.map_err(Unfit)?;
        Ok(Self(self.0.part(name, part)))
    }

    /// Adds an object.
    pub(crate) fn json(self, name: &'static str, object: &impl Serialize) -> Result<Self, Unfit> {
        let json = serde_json::to_vec(object)
            .map_err(|error| Unfit(format!("`{name}` cannot be written: {error}")))?;
        let part = multipart::Part::bytes(json)
            .mime_str("application/json")
            .map_err(|error| Unfit(error.to_string()))?;
        Ok(Self(self.0.part(name, part)))
    }

    pub(crate) fn finish(self) -> multipart::Form {
        self.0
    }
}
