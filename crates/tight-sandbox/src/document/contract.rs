//! Reads the contract: the effective OpenAPI document, the sandbox's only source. Everything that differs
//! from endpoint to endpoint is decided from it, once, at start-up; what the sandbox cannot answer truthfully
//! is refused then as well, rather than answered wrongly later. What kind of operation each one is, is
//! [`Shape`]'s to say.

use std::collections::BTreeMap;

use axum::http::Method;
use indexmap::IndexMap;
use serde::Deserialize;

use crate::{
    document::schema::{Schema, Schemas},
    document::shape::Shape,
    document::sketch::{Access, Parameter, Sketch},
    error::{Obstacle, StartError},
};

/// The effective document, as of the build of this crate.
pub(crate) const EMBEDDED: &str = include_str!("../generated/tight-v6.json");

/// The document, as the sandbox understands it.
pub(crate) struct Contract {
    pub(crate) operations: Vec<Operation<Shape>>,
    pub(crate) schemas: Schemas,
}

/// One operation of the document, of which `S` is known.
pub(crate) struct Operation<S> {
    /// Method, path and id, for messages about the operation.
    pub(crate) name: String,
    pub(crate) sketch: Sketch,
    pub(crate) access: Access,
    pub(crate) shape: S,
}

impl Contract {
    pub(crate) fn read(document: &str) -> Result<Self, StartError> {
        let document: Document = serde_json::from_str(document).map_err(StartError::document)?;
        let operations = document
            .paths
            .iter()
            .flat_map(|(path, item)| {
                item.operations()
                    .map(move |(method, operation)| (path, item, method, operation))
            })
            .map(|(path, item, method, operation)| {
                document.operation(path, method, &item.parameters, operation)
            })
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
    parameters: BTreeMap<String, OrReference<Parameter>>,
    request_bodies: BTreeMap<String, OrReference<Body>>,
    responses: BTreeMap<String, OrReference<Body>>,
    security_schemes: BTreeMap<String, SecurityScheme>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PathItem {
    parameters: Vec<OrReference<Parameter>>,
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
    #[serde(default)]
    parameters: Vec<OrReference<Parameter>>,
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
        parameters: &[OrReference<Parameter>],
        operation: &OperationObject,
    ) -> Result<Operation<Shape>, StartError> {
        let name = match &operation.operation_id {
            Some(id) => format!("{method} {path} ({id})"),
            None => format!("{method} {path}"),
        };
        self.prepared(path, method, parameters, operation)
            .map(|(sketch, access, shape)| Operation {
                name: name.clone(),
                sketch,
                access,
                shape,
            })
            .map_err(|obstacle| obstacle.of(&name))
    }

    fn prepared(
        &self,
        path: &str,
        method: Method,
        parameters: &[OrReference<Parameter>],
        operation: &OperationObject,
    ) -> Result<(Sketch, Access, Shape), Obstacle> {
        let Components {
            schemas,
            parameters: named,
            request_bodies,
            responses,
            ..
        } = &self.components;
        // Those of the operation come last, so that they stand for those of its path with the same name.
        let mut distinct = IndexMap::new();
        for parameter in parameters.iter().chain(&operation.parameters) {
            let parameter = follow(parameter, named)?;
            let key = (parameter.place.clone(), parameter.name.clone());
            distinct.insert(key, parameter.clone());
        }
        let access = self.access(operation);
        let sketch = Sketch {
            method,
            path: path.to_owned(),
            parameters: distinct.into_values().collect(),
            request: contents(operation.request_body.as_ref(), request_bodies)?,
            success: contents(operation.success(), responses)?,
        };
        let shape = Shape::of(&sketch, access, schemas)?;
        // The issue of a token is known by its means of access; nothing else is secured as it is.
        match (access, &shape) {
            (Some(access @ Access::Basic), Shape::TokenIssue(_))
            | (Some(access @ (Access::Open | Access::Bearer)), _) => Ok((sketch, access, shape)),
            _ => Err(Obstacle::unsupported(
                "it is secured by other means than a bearer token",
            )),
        }
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

/// The schemas of `body`, by media type.
fn contents(
    body: Option<&OrReference<Body>>,
    named: &BTreeMap<String, OrReference<Body>>,
) -> Result<IndexMap<String, Schema>, String> {
    let Some(body) = body.map(|body| follow(body, named)).transpose()? else {
        return Ok(IndexMap::new());
    };
    let schemas = body
        .content
        .iter()
        .filter_map(|(media_type, content)| Some((media_type.clone(), content.schema.clone()?)));
    Ok(schemas.collect())
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
