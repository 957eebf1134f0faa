//! What the document says of one operation, whatever kind of operation it is.

use axum::http::{Method, StatusCode};
use indexmap::IndexMap;
use serde_json::Value;

use crate::document::{
    schema::Schema,
    types::{TypeId, Types},
};

pub(crate) const JSON: &str = "application/json";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const MULTIPART: &str = "multipart/form-data";

/// An operation of the document, or why there is no making anything of it.
pub(crate) struct Operation {
    /// The one that the document gives it, or else its method and path.
    pub(crate) id: String,
    pub(crate) method: Method,
    /// As the document writes it, parameters in braces.
    pub(crate) path: String,
    pub(crate) spec: Result<OperationSpec, String>,
}

/// What goes into an operation, what comes out, and of which kind the document says it is.
pub(crate) struct OperationSpec {
    /// That of the operation.
    pub(crate) id: String,
    /// As that of the operation.
    pub(crate) path: String,
    pub(crate) access: Access,
    /// `x-kind`, where it is there.
    pub(crate) kind: Option<Value>,
    pub(crate) parameters: Vec<Parameter>,
    /// An object with all parameters as its fields.
    pub(crate) all_parameters: Declared,
    pub(crate) request: Option<Request>,
    pub(crate) success: Success,
}

/// A schema, and the type that it comes to.
#[derive(Clone)]
pub(crate) struct Declared {
    pub(crate) schema: Schema,
    pub(crate) id: TypeId,
}

/// A parameter.
#[derive(Clone)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) place: Place,
    /// What stands between the values of a list; `None` where the parameter is repeated instead.
    pub(crate) separator: Option<char>,
    pub(crate) id: TypeId,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
}

/// The body of a request.
pub(crate) struct Request {
    pub(crate) required: bool,
    /// By media type, without its parameters.
    pub(crate) content: IndexMap<String, Declared>,
}

/// How a success is answered.
#[derive(Clone)]
pub(crate) struct Success {
    pub(crate) status: StatusCode,
    pub(crate) content: Content,
}

/// What comes out.
#[derive(Clone)]
pub(crate) enum Content {
    Nothing,
    Json {
        id: TypeId,
        /// That of the whole body.
        example: Option<Value>,
    },
    Other {
        media_type: String,
        example: Option<Value>,
    },
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

impl OperationSpec {
    /// The JSON that goes in.
    pub(crate) fn json(&self) -> Option<&Declared> {
        self.request.as_ref()?.content.get(JSON)
    }

    /// The type of the JSON that comes out.
    pub(crate) fn response_type(&self) -> Option<TypeId> {
        match self.success.content {
            Content::Json { id, .. } => Some(id),
            _ => None,
        }
    }

    /// What the JSON that comes out is about: the field `data`, or all of it where it has no envelope.
    pub(crate) fn data(&self, types: &Types) -> Option<TypeId> {
        let answer = types.get(self.response_type()?);
        match answer.field("data") {
            Some(data) => Some(data.id()),
            None if answer.field("result").is_some() => None,
            None => Some(answer.id()),
        }
    }

    /// The names of the parameters in the path.
    pub(crate) fn path_parameters(&self) -> impl Iterator<Item = &str> {
        let parts = self.path.split('/');
        parts.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Whether `name` is a parameter of the path.
    pub(crate) fn has_in_path(&self, name: &str) -> Result<(), String> {
        if self.path_parameters().any(|known| known == name) {
            Ok(())
        } else {
            Err(format!("its path has no parameter `{name}`"))
        }
    }
}
