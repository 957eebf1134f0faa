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
    pub(crate) access: Access,
    pub(crate) shape: Shape,
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

/// The kinds of operation that the sandbox knows, told apart by structure. Each new kind is a variant here.
pub(crate) enum Shape {
    BatchSave(Box<BatchSaveShape>),
    TokenIssue(Box<TokenIssueShape>),
}

/// A list of items goes in, a list of results comes out, one for each item.
pub(crate) struct BatchSaveShape {
    /// Where the entities are kept: the last segment of the path that is not a parameter.
    pub(crate) collection: String,
    /// The request without its items.
    pub(crate) envelope: Schema,
    /// One item, as the document refers to it.
    pub(crate) item: Schema,
    /// What is saved, resolved all the way down.
    pub(crate) entity: Schema,
}

/// Basic credentials and a form go in, an access token and its lifetime come out.
pub(crate) struct TokenIssueShape {
    /// The form, as the document refers to it.
    pub(crate) form: Schema,
}

pub(crate) const JSON: &str = "application/json";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

const OTHER_MEANS: &str = "it is secured by other means than a bearer token";

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
    /// Whether this is the HTTP authentication scheme of that `name`.
    fn is_http(&self, name: &str) -> bool {
        self.kind == "http"
            && self
                .scheme
                .as_deref()
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case(name))
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
        let unsupported = |reason| StartError::unsupported(&name, reason);
        let shape = self
            .shape(path, operation)
            .map_err(StartError::document)?
            .ok_or_else(|| {
                unsupported(
                    "it is neither a batch save nor the issue of a token, the shapes known so far",
                )
            })?;
        let access = self
            .access(operation)
            .ok_or_else(|| unsupported(OTHER_MEANS))?;
        let obstacle = shape.obstacle(access, &self.components.schemas);
        if let Some(reason) = obstacle.map_err(StartError::document)? {
            return Err(unsupported(reason));
        }
        Ok(Operation {
            name,
            method,
            path: path.to_owned(),
            access,
            shape,
        })
    }

    /// What the operation demands; `None` where that is something that the sandbox cannot check.
    fn access(&self, operation: &OperationObject) -> Option<Access> {
        let alternatives = operation.security.as_ref().unwrap_or(&self.security);
        if alternatives.is_empty() || alternatives.iter().any(BTreeMap::is_empty) {
            return Some(Access::Open);
        }
        let schemes = &self.components.security_schemes;
        let enough = |scheme: &str| {
            alternatives.iter().any(|needed| {
                needed
                    .keys()
                    .all(|name| schemes.get(name).is_some_and(|known| known.is_http(scheme)))
            })
        };
        if enough("bearer") {
            Some(Access::Bearer)
        } else {
            enough("basic").then_some(Access::Basic)
        }
    }

    fn shape(&self, path: &str, operation: &OperationObject) -> Result<Option<Shape>, String> {
        if let Some(save) = self.batch_save(path, operation)? {
            return Ok(Some(Shape::BatchSave(Box::new(save))));
        }
        let issue = self.token_issue(operation)?;
        Ok(issue.map(|issue| Shape::TokenIssue(Box::new(issue))))
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
        let request = self.list_in(operation.request_body.as_ref(), request_bodies)?;
        let success = self.list_in(operation.success(), responses)?;
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
            collection: collection
                .ok_or_else(|| format!("`{path}` names no collection"))?
                .to_owned(),
            envelope: request.envelope,
            item: request.item,
            entity: schemas.resolve(entity)?,
        }))
    }

    /// The operation as the issue of an access token, if its structure is that of one: basic credentials and a
    /// form go in, `access_token` and `expires_in` come out.
    fn token_issue(&self, operation: &OperationObject) -> Result<Option<TokenIssueShape>, String> {
        let Components {
            schemas,
            request_bodies,
            responses,
            ..
        } = &self.components;
        let form = content(operation.request_body.as_ref(), request_bodies, FORM)?;
        let success = content(operation.success(), responses, JSON)?;
        let (Some(Access::Basic), Some(form), Some(success)) =
            (self.access(operation), form, success)
        else {
            return Ok(None);
        };
        let token = schemas.fold(success)?.properties;
        let issues = ["access_token", "expires_in"]
            .iter()
            .all(|name| token.contains_key(*name));
        Ok(issues.then(|| TokenIssueShape { form: form.clone() }))
    }

    /// The body as an object whose `data` is a list, if it is one.
    fn list_in(
        &self,
        body: Option<&OrReference<Body>>,
        named: &BTreeMap<String, OrReference<Body>>,
    ) -> Result<Option<List>, String> {
        let schemas = &self.components.schemas;
        let Some(schema) = content(body, named, JSON)? else {
            return Ok(None);
        };
        let mut envelope = schemas.fold(schema)?;
        let Some(data) = envelope.properties.get_mut("data") else {
            return Ok(None);
        };
        *data = schemas.fold(data)?;
        let item = data.items.take().filter(|_| data.is("array"));
        Ok(item.map(|item| List {
            item: *item,
            envelope,
        }))
    }
}

/// A body that is an object whose `data` is a list.
struct List {
    /// The body without the items of the list.
    envelope: Schema,
    item: Schema,
}

impl Shape {
    /// Why the sandbox cannot answer an operation of this shape truthfully, if it cannot.
    fn obstacle(&self, access: Access, schemas: &Schemas) -> Result<Option<&'static str>, String> {
        match self {
            Self::BatchSave(save) => {
                if schemas.fold(&save.item)?.properties.contains_key("id") {
                    return Ok(Some(
                        "its items carry an id, so saving may also mean updating",
                    ));
                }
                Ok((access == Access::Basic).then_some(OTHER_MEANS))
            }
            Self::TokenIssue(issue) => {
                let fields = schemas.resolve(&issue.form)?.properties;
                let text = fields.values().all(|field| field.is("string"));
                Ok((!text).then_some("its form has fields that are not strings"))
            }
        }
    }
}

impl OperationObject {
    fn success(&self) -> Option<&OrReference<Body>> {
        let (_, success) = self
            .responses
            .iter()
            .find(|(status, _)| status.starts_with('2'))?;
        Some(success)
    }
}

/// The schema of `body` where it is of that `media_type`.
fn content<'a>(
    body: Option<&'a OrReference<Body>>,
    named: &'a BTreeMap<String, OrReference<Body>>,
    media_type: &str,
) -> Result<Option<&'a Schema>, String> {
    let body = body.map(|body| follow(body, named)).transpose()?;
    Ok(body
        .and_then(|body| body.content.get(media_type))
        .and_then(|content| content.schema.as_ref()))
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
