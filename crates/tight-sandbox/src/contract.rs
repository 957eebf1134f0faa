//! Reads the contract: the effective OpenAPI document, the sandbox's only source. Everything that differs
//! from endpoint to endpoint is decided here, once, at start-up; what the sandbox cannot answer truthfully is
//! refused here as well, rather than answered wrongly later.

use std::collections::BTreeMap;

use axum::http::Method;
use indexmap::IndexMap;
use serde::Deserialize;

use crate::{
    error::StartError,
    schema::{Schema, Schemas},
};

/// The effective document, as of the build of this crate.
pub(crate) const EMBEDDED: &str = include_str!("generated/tight-v6.json");

/// The document, as the sandbox understands it.
pub(crate) struct Contract {
    pub(crate) operations: Vec<Operation>,
    pub(crate) schemas: Schemas,
}

/// One operation of the document.
pub(crate) struct Operation {
    /// Method, path and id, for messages about the operation.
    pub(crate) name: String,
    pub(crate) method: Method,
    /// As the document writes it, parameters in braces.
    pub(crate) path: String,
    pub(crate) needs_token: bool,
    pub(crate) shape: Shape,
}

/// The kinds of operation that the sandbox knows, told apart by structure. Each new kind is a variant here.
pub(crate) enum Shape {
    BatchSave(BatchSaveShape),
}

/// A list of items goes in, a list of results comes out, one for each item.
pub(crate) struct BatchSaveShape {
    pub(crate) media_type: String,
    /// Where the entities are kept: the last segment of the path that is not a parameter.
    pub(crate) collection: String,
    /// The request without its items.
    pub(crate) envelope: Schema,
    /// One item, as the document refers to it.
    pub(crate) item: Schema,
    /// What is saved, resolved all the way down.
    pub(crate) entity: Schema,
}

impl Contract {
    pub(crate) fn read(document: &str) -> Result<Self, StartError> {
        let document: Document = serde_json::from_str(document).map_err(StartError::document)?;
        let operations = document
            .paths
            .iter()
            .flat_map(|(path, item)| {
                item.operations()
                    .map(move |(method, operation)| (path, method, operation))
            })
            .map(|(path, method, operation)| document.operation(path, method, operation))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            operations,
            schemas: document.components.schemas,
        })
    }
}

#[derive(Deserialize)]
struct Document {
    paths: IndexMap<String, PathItem>,
    #[serde(default)]
    security: Vec<SecurityRequirement>,
    #[serde(default)]
    components: Components,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Components {
    schemas: Schemas,
    request_bodies: BTreeMap<String, OrReference<Body>>,
    responses: BTreeMap<String, OrReference<Body>>,
    security_schemes: BTreeMap<String, SecurityScheme>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PathItem {
    get: Option<OperationObject>,
    put: Option<OperationObject>,
    post: Option<OperationObject>,
    delete: Option<OperationObject>,
    options: Option<OperationObject>,
    head: Option<OperationObject>,
    patch: Option<OperationObject>,
    trace: Option<OperationObject>,
}

impl PathItem {
    fn operations(&self) -> impl Iterator<Item = (Method, &OperationObject)> {
        [
            (Method::GET, &self.get),
            (Method::PUT, &self.put),
            (Method::POST, &self.post),
            (Method::DELETE, &self.delete),
            (Method::OPTIONS, &self.options),
            (Method::HEAD, &self.head),
            (Method::PATCH, &self.patch),
            (Method::TRACE, &self.trace),
        ]
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OperationObject {
    operation_id: Option<String>,
    security: Option<Vec<SecurityRequirement>>,
    request_body: Option<OrReference<Body>>,
    responses: BTreeMap<String, OrReference<Body>>,
}

/// A request body or a response.
#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    content: IndexMap<String, MediaType>,
}

#[derive(Deserialize)]
struct MediaType {
    schema: Option<Schema>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OrReference<T> {
    Reference {
        #[serde(rename = "$ref")]
        reference: String,
    },
    Inline(T),
}

type SecurityRequirement = BTreeMap<String, Vec<String>>;

#[derive(Deserialize)]
struct SecurityScheme {
    #[serde(rename = "type")]
    kind: String,
    scheme: Option<String>,
}

impl SecurityScheme {
    fn is_bearer(&self) -> bool {
        self.kind == "http"
            && self
                .scheme
                .as_deref()
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"))
    }
}

impl Body {
    /// The media type and schema of the body's JSON, where it has one.
    fn json(&self) -> Option<(&str, &Schema)> {
        let (media_type, content) = self
            .content
            .iter()
            .find(|(name, _)| name.as_str() == "application/json")?;
        Some((media_type, content.schema.as_ref()?))
    }
}

impl Document {
    fn operation(
        &self,
        path: &str,
        method: Method,
        operation: &OperationObject,
    ) -> Result<Operation, StartError> {
        let name = match &operation.operation_id {
            Some(id) => format!("{method} {path} ({id})"),
            None => format!("{method} {path}"),
        };
        let shape = self
            .batch_save(path, operation)
            .map_err(StartError::document)?
            .ok_or_else(|| {
                StartError::unsupported(&name, "it is not a batch save, the one shape known so far")
            })?;
        if shape
            .item_has_id(&self.components.schemas)
            .map_err(StartError::document)?
        {
            return Err(StartError::unsupported(
                &name,
                "its items carry an id, so saving may also mean updating",
            ));
        }
        let needs_token = self.needs_token(operation).ok_or_else(|| {
            StartError::unsupported(&name, "it is secured by other means than a bearer token")
        })?;
        Ok(Operation {
            name,
            method,
            path: path.to_owned(),
            needs_token,
            shape: Shape::BatchSave(shape),
        })
    }

    /// Whether the operation needs a bearer token; `None` where it needs something else.
    fn needs_token(&self, operation: &OperationObject) -> Option<bool> {
        let alternatives = operation.security.as_ref().unwrap_or(&self.security);
        if alternatives.is_empty() || alternatives.iter().any(BTreeMap::is_empty) {
            return Some(false);
        }
        let schemes = &self.components.security_schemes;
        alternatives
            .iter()
            .any(|needed| {
                needed
                    .keys()
                    .all(|name| schemes.get(name).is_some_and(SecurityScheme::is_bearer))
            })
            .then_some(true)
    }

    /// The operation as a batch save, if its structure is that of one: a list goes in, a list of `result` and
    /// `data` comes out.
    fn batch_save(
        &self,
        path: &str,
        operation: &OperationObject,
    ) -> Result<Option<BatchSaveShape>, String> {
        let Components {
            schemas,
            request_bodies,
            responses,
            ..
        } = &self.components;
        let success = operation
            .responses
            .iter()
            .find(|(status, _)| status.starts_with('2'));
        let success = success.map(|(_, response)| response);

        let request = self.list_in(operation.request_body.as_ref(), request_bodies)?;
        let success = self.list_in(success, responses)?;
        let (Some(request), Some(success)) = (request, success) else {
            return Ok(None);
        };
        let result = schemas.fold(&success.item)?.properties;
        let (Some(_), Some(entity)) = (result.get("result"), result.get("data")) else {
            return Ok(None);
        };
        let collection = path
            .split('/')
            .rfind(|part| !part.is_empty() && !part.starts_with('{'));
        Ok(Some(BatchSaveShape {
            media_type: request.media_type.to_owned(),
            collection: collection
                .ok_or_else(|| format!("`{path}` names no collection"))?
                .to_owned(),
            envelope: request.envelope,
            item: request.item,
            entity: schemas.resolve(entity)?,
        }))
    }

    /// The body as an object whose `data` is a list, if it is one.
    fn list_in<'a>(
        &self,
        body: Option<&'a OrReference<Body>>,
        named: &'a BTreeMap<String, OrReference<Body>>,
    ) -> Result<Option<List<'a>>, String> {
        let schemas = &self.components.schemas;
        let body = body.map(|body| follow(body, named)).transpose()?;
        let Some((media_type, schema)) = body.and_then(Body::json) else {
            return Ok(None);
        };
        let mut envelope = schemas.fold(schema)?;
        let Some(data) = envelope.properties.get_mut("data") else {
            return Ok(None);
        };
        *data = schemas.fold(data)?;
        let item = data.items.take().filter(|_| data.is("array"));
        Ok(item.map(|item| List {
            media_type,
            item: *item,
            envelope,
        }))
    }
}

/// A body that is an object whose `data` is a list.
struct List<'a> {
    media_type: &'a str,
    /// The body without the items of the list.
    envelope: Schema,
    item: Schema,
}

impl BatchSaveShape {
    fn item_has_id(&self, schemas: &Schemas) -> Result<bool, String> {
        Ok(schemas.fold(&self.item)?.properties.contains_key("id"))
    }
}

/// What `reference` stands for. The documents at hand refer once at most, so a chain of references is not
/// followed.
fn follow<'a, T>(
    reference: &'a OrReference<T>,
    components: &'a BTreeMap<String, OrReference<T>>,
) -> Result<&'a T, String> {
    let target = match reference {
        OrReference::Inline(target) => return Ok(target),
        OrReference::Reference { reference } => reference,
    };
    match target
        .rsplit('/')
        .next()
        .and_then(|name| components.get(name))
    {
        Some(OrReference::Inline(found)) => Ok(found),
        _ => Err(format!("nothing stands at `{target}`")),
    }
}
