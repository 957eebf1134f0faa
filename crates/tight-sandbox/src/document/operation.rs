//! An operation as the document describes it, of any kind.

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

/// An operation, or why it cannot be read.
pub(crate) struct Operation {
    /// Its `operationId`, or else method and path.
    pub(crate) id: String,
    pub(crate) method: Method,
    /// The path, with parameters in braces.
    pub(crate) path: String,
    pub(crate) spec: Result<OperationSpec, String>,
}

/// The request, the response and the kind of an operation.
pub(crate) struct OperationSpec {
    /// The operation's id.
    pub(crate) id: String,
    /// The operation's path.
    pub(crate) path: String,
    pub(crate) access: Access,
    /// `x-kind`, if there is one.
    pub(crate) kind: Option<Value>,
    /// `x-partner-level`: whether it needs an access token that is for no user.
    pub(crate) is_partner_level: bool,
    pub(crate) parameters: Vec<Parameter>,
    /// An object type with all parameters as fields.
    pub(crate) all_parameters: Declared,
    pub(crate) request: Option<Request>,
    pub(crate) success: Success,
}

/// A schema, and its resolved type.
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
    /// The separator of list values; `None` if the parameter is repeated instead.
    pub(crate) separator: Option<char>,
    pub(crate) id: TypeId,
}

/// Where a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Path,
    Query,
    Header,
}

/// The request body.
pub(crate) struct Request {
    pub(crate) required: bool,
    /// By media type, without parameters.
    pub(crate) content: IndexMap<String, Declared>,
}

/// The successful response.
#[derive(Clone)]
pub(crate) struct Success {
    pub(crate) status: StatusCode,
    pub(crate) content: Content,
}

/// The content of a response.
#[derive(Clone)]
pub(crate) enum Content {
    Nothing,
    Json {
        id: TypeId,
        /// The type of the whole body.
        example: Option<Value>,
    },
    Other {
        media_type: String,
        example: Option<Value>,
    },
}

/// The authentication that an operation requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Open,
    /// An access token.
    Bearer,
    /// Client id and secret.
    Basic,
}

impl OperationSpec {
    /// Whether it changes nothing, by its method or kind.
    pub(crate) fn only_reads(&self, method: &Method) -> bool {
        let member = |name| self.kind.as_ref()?.get(name)?.as_str();
        let kind_reads = matches!(
            (member("is"), member("does")),
            (Some("page" | "computed" | "download"), _)
                | (Some("entity" | "list" | "singleton"), Some("get"))
        );
        kind_reads || method == Method::GET
    }

    /// The JSON request body.
    pub(crate) fn json(&self) -> Option<&Declared> {
        self.request.as_ref()?.content.get(JSON)
    }

    /// The type of the JSON response.
    pub(crate) fn response_type(&self) -> Option<TypeId> {
        match self.success.content {
            Content::Json { id, .. } => Some(id),
            _ => None,
        }
    }

    /// The type of the response's data: the field `data`, or the whole response if it has no envelope.
    pub(crate) fn data(&self, types: &Types) -> Option<TypeId> {
        let response = types.get(self.response_type()?);
        match response.field("data") {
            Some(data) => Some(data.id()),
            None if response.field("result").is_some() => None,
            None => Some(response.id()),
        }
    }

    /// The names of the path parameters.
    pub(crate) fn path_parameters(&self) -> impl Iterator<Item = &str> {
        let parts = self.path.split('/');
        parts.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Checks that `name` is a path parameter.
    pub(crate) fn has_in_path(&self, name: &str) -> Result<(), String> {
        if self.path_parameters().any(|known| known == name) {
            Ok(())
        } else {
            Err(format!("its path has no parameter `{name}`"))
        }
    }
}
