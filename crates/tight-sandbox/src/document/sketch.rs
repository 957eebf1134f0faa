//! What the document says of one operation, before anybody knows what kind of operation it is.

use axum::http::Method;
use indexmap::IndexMap;
use serde::Deserialize;

use crate::document::schema::Schema;

/// What goes into an operation and what comes out, as the document has it.
pub(crate) struct Sketch {
    pub(crate) method: Method,
    /// As the document writes it, parameters in braces.
    pub(crate) path: String,
    pub(crate) parameters: Vec<Parameter>,
    /// The request body, by media type.
    pub(crate) request: IndexMap<String, Schema>,
    /// The body of a success, by media type.
    pub(crate) success: IndexMap<String, Schema>,
}

/// A parameter in the path or in the query.
#[derive(Clone, Deserialize)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    #[serde(rename = "in")]
    pub(crate) place: String,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) schema: Schema,
}

/// What a request must show to be let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Open,
    /// An access token.
    Bearer,
    /// The id and the secret of a client.
    Basic,
}
