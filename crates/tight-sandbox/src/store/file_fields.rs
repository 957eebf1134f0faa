//! What objects that refer to an uploaded file show of it, as attachments of a message do.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::store::Upload;

/// The names of these fields.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct FileFields {
    file_name: Option<String>,
    /// The size as text: `24 KB`.
    file_size: Option<String>,
    url: Option<String>,
}

impl FileFields {
    pub(crate) fn values(&self, upload: &Upload) -> Vec<(String, Value)> {
        let file = &upload.file;
        let values = [
            (&self.file_name, Some(json!(file.file_name))),
            (
                &self.file_size,
                Some(json!(size_in_words(file.content.len()))),
            ),
            (&self.url, upload.url.clone()),
        ];
        values
            .into_iter()
            .filter_map(|(name, value)| Some((name.clone()?, value?)))
            .collect()
    }
}

/// `24 KB`, as in the documentation.
fn size_in_words(bytes: usize) -> String {
    let (unit, name) = match bytes {
        0..1_024 => (1, "B"),
        1_024..1_048_576 => (1_024, "KB"),
        _ => (1_048_576, "MB"),
    };
    format!("{} {name}", (bytes + unit / 2) / unit)
}
