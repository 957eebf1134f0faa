//! Reads the effective OpenAPI document. Operations are read one by one: an error in one affects only that one, and
//! becomes the reason why it is not supported.

use std::{collections::HashMap, sync::Arc};

use axum::http::{Method, StatusCode};
use indexmap::IndexMap;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, value::RawValue};

use crate::{
    document::{
        Document,
        operation::{
            Access, Content, Declared, JSON, Operation, OperationSpec, Parameter, Place, Request,
            Success,
        },
        schema::{Schema, Schemas},
        types::{Builder, TypeId},
    },
    error::StartError,
};

/// The maximum length of a chain of references.
const HOPS: usize = 16;

type Named<'a> = HashMap<String, &'a RawValue>;

#[derive(Deserialize)]
struct Written<'a> {
    #[serde(borrow)]
    paths: IndexMap<String, &'a RawValue>,
    #[serde(borrow, default)]
    security: Option<&'a RawValue>,
    #[serde(borrow, default)]
    components: Components<'a>,
    #[serde(rename = "x-domain", default)]
    domain: Map<String, Value>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Components<'a> {
    #[serde(borrow)]
    schemas: IndexMap<String, &'a RawValue>,
    #[serde(borrow)]
    parameters: Named<'a>,
    #[serde(borrow)]
    request_bodies: Named<'a>,
    #[serde(borrow)]
    responses: Named<'a>,
    #[serde(borrow)]
    security_schemes: Named<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PathItem<'a> {
    #[serde(rename = "$ref")]
    reference: Option<String>,
    #[serde(borrow)]
    parameters: Vec<&'a RawValue>,
    #[serde(borrow)]
    get: Option<&'a RawValue>,
    #[serde(borrow)]
    put: Option<&'a RawValue>,
    #[serde(borrow)]
    post: Option<&'a RawValue>,
    #[serde(borrow)]
    delete: Option<&'a RawValue>,
    #[serde(borrow)]
    options: Option<&'a RawValue>,
    #[serde(borrow)]
    head: Option<&'a RawValue>,
    #[serde(borrow)]
    patch: Option<&'a RawValue>,
    #[serde(borrow)]
    trace: Option<&'a RawValue>,
}

impl<'a> PathItem<'a> {
    fn operations(&self) -> impl Iterator<Item = (Method, &'a RawValue)> {
        [
            (Method::GET, self.get),
            (Method::PUT, self.put),
            (Method::POST, self.post),
            (Method::DELETE, self.delete),
            (Method::OPTIONS, self.options),
            (Method::HEAD, self.head),
            (Method::PATCH, self.patch),
            (Method::TRACE, self.trace),
        ]
        .into_iter()
        .filter_map(|(method, operation)| Some((method, operation?)))
    }
}

#[derive(Deserialize)]
struct Identified {
    #[serde(rename = "operationId")]
    id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OperationObject<'a> {
    operation_id: Option<String>,
    #[serde(rename = "x-kind")]
    kind: Option<Value>,
    #[serde(rename = "x-partner-level", default)]
    is_partner_level: bool,
    security: Option<Vec<Requirement>>,
    #[serde(borrow, default)]
    parameters: Vec<&'a RawValue>,
    #[serde(borrow)]
    request_body: Option<&'a RawValue>,
    #[serde(borrow, default)]
    responses: IndexMap<String, &'a RawValue>,
}

type Requirement = IndexMap<String, Vec<String>>;

#[derive(Deserialize)]
struct Referring {
    #[serde(rename = "$ref")]
    reference: String,
}

#[derive(Deserialize)]
struct ParameterObject {
    name: String,
    #[serde(rename = "in")]
    place: String,
    #[serde(default)]
    required: bool,
    style: Option<String>,
    explode: Option<bool>,
    schema: Option<Schema>,
}

/// A request body or a response.
#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    required: bool,
    #[serde(default)]
    content: IndexMap<String, MediaType>,
}

#[derive(Clone, Deserialize)]
struct MediaType {
    schema: Option<Schema>,
    example: Option<Value>,
    #[serde(default)]
    examples: IndexMap<String, Example>,
}

#[derive(Clone, Deserialize)]
struct Example {
    value: Option<Value>,
}

#[derive(Deserialize)]
struct SecurityScheme {
    #[serde(rename = "type")]
    kind: String,
    scheme: Option<String>,
}

impl Document {
    /// # Errors
    ///
    /// Returns [`StartError::Document`] if it is not JSON, or has no paths.
    pub(crate) fn read(document: &str) -> Result<Self, StartError> {
        let written: Written<'_> = serde_json::from_str(document).map_err(StartError::document)?;
        let schemas = Schemas::read(&written.components.schemas);
        let mut reader = Reader {
            written: &written,
            types: Builder::new(&schemas),
        };
        let mut operations = Vec::new();
        let mut unreadable = Vec::new();
        let paths = written.paths.iter();
        for (path, item) in paths.filter(|(path, _)| !path.starts_with("x-")) {
            match reader.path(path, item) {
                Ok(found) => operations.extend(found),
                Err(reason) => unreadable.push((path.clone(), reason)),
            }
        }
        let text = reader.types.add(&Schema {
            kind: Some("string".to_owned()),
            ..Schema::default()
        });
        let types = reader.types.build();
        for operation in &mut operations {
            let fault = operation.spec.as_ref().ok().and_then(|spec| {
                let fault = spec.types().find_map(|id| types.fault(id));
                fault.map(str::to_owned)
            });
            if let Some(fault) = fault {
                operation.spec = Err(fault);
            }
        }
        Ok(Self {
            operations,
            unreadable,
            domain: written.domain,
            schemas: Arc::new(schemas),
            types: Arc::new(types),
            text,
        })
    }
}

impl OperationSpec {
    /// All types that the operation uses.
    fn types(&self) -> impl Iterator<Item = TypeId> {
        let request = self.request.iter().flat_map(|body| body.content.values());
        let request = request.map(|declared| declared.id);
        let parameters = std::iter::once(self.all_parameters.id);
        parameters.chain(request).chain(self.response_type())
    }
}

struct Reader<'a> {
    written: &'a Written<'a>,
    types: Builder<'a>,
}

impl<'a> Reader<'a> {
    fn path(&mut self, path: &str, item: &'a RawValue) -> Result<Vec<Operation>, String> {
        let item: PathItem<'a> = parsed(item)?;
        if item.reference.is_some() {
            return Err("its path refers to another document".to_owned());
        }
        let operation = |(method, raw): (Method, &'a RawValue)| {
            let read = parsed::<OperationObject<'a>>(raw);
            let id = match &read {
                Ok(operation) => operation.operation_id.clone(),
                // The id may be readable even if the rest is not.
                Err(_) => parsed::<Identified>(raw).ok().and_then(|found| found.id),
            };
            let id = id.unwrap_or_else(|| format!("{method} {path}"));
            let spec = read.and_then(|read| self.spec(&id, path, &item.parameters, read));
            Operation {
                id,
                method,
                path: path.to_owned(),
                spec,
            }
        };
        Ok(item.operations().map(operation).collect())
    }

    fn spec(
        &mut self,
        id: &str,
        path: &str,
        shared: &[&'a RawValue],
        operation: OperationObject<'a>,
    ) -> Result<OperationSpec, String> {
        let access = self.access(operation.security.as_ref())?;
        let (parameters, all_parameters) = self.parameters(shared, &operation.parameters)?;
        let request = match operation.request_body {
            Some(body) => self.request(body)?,
            None => None,
        };
        let spec = OperationSpec {
            id: id.to_owned(),
            path: path.to_owned(),
            access,
            kind: operation.kind,
            is_partner_level: operation.is_partner_level,
            parameters,
            all_parameters,
            request,
            success: self.success(&operation.responses)?,
        };
        for parameter in &spec.parameters {
            if parameter.place == Place::Path {
                spec.has_in_path(&parameter.name)?;
            }
        }
        Ok(spec)
    }

    /// The authentication that the operation requires.
    fn access(&self, own: Option<&Vec<Requirement>>) -> Result<Access, String> {
        let shared: Vec<Requirement>;
        let alternatives = match (own, self.written.security) {
            (Some(own), _) => own,
            (None, Some(raw)) => {
                shared = parsed(raw).map_err(|error| format!("`security`: {error}"))?;
                &shared
            }
            (None, None) => return Ok(Access::Open),
        };
        if alternatives.is_empty() || alternatives.iter().any(IndexMap::is_empty) {
            return Ok(Access::Open);
        }
        let enough = |scheme: &str| {
            let is_that = |name: &String| {
                let known = self.written.components.security_schemes.get(name);
                let known = known.and_then(|raw| parsed::<SecurityScheme>(raw).ok());
                known.is_some_and(|known| known.is_http(scheme))
            };
            let mut alternatives = alternatives.iter();
            alternatives.any(|needed| needed.keys().all(is_that))
        };
        if enough("bearer") {
            Ok(Access::Bearer)
        } else if enough("basic") {
            Ok(Access::Basic)
        } else {
            Err("it requires other authentication than a bearer token".to_owned())
        }
    }

    /// The parameters, and an object type with all of them as fields. The operation's override the path's.
    fn parameters(
        &mut self,
        shared: &[&'a RawValue],
        own: &[&'a RawValue],
    ) -> Result<(Vec<Parameter>, Declared), String> {
        let mut distinct = IndexMap::new();
        for raw in shared.iter().chain(own) {
            let found: ParameterObject = follow(raw, &self.written.components.parameters)?;
            distinct.insert((found.place.clone(), found.name.clone()), found);
        }
        let mut all = Schema {
            kind: Some("object".to_owned()),
            ..Schema::default()
        };
        let mut parameters = Vec::new();
        for ((place, name), found) in distinct {
            let place = match place.as_str() {
                "path" => Place::Path,
                "query" => Place::Query,
                "header" if is_of_http(&name) => continue,
                "header" => Place::Header,
                _ => return Err(format!("it has the parameter `{name}` in its {place}")),
            };
            let Some(schema) = found.schema else {
                return Err(format!("its parameter `{name}` has no schema"));
            };
            let separator =
                separator(place, found.style.as_deref(), found.explode).map_err(|style| {
                    format!("its parameter `{name}` is written in the style {style}")
                })?;
            if all.properties.contains_key(&name) {
                return Err(format!("it has two parameters `{name}`"));
            }
            if found.required || place == Place::Path {
                all.required.push(name.clone());
            }
            parameters.push(Parameter {
                id: self.types.add(&schema),
                name: name.clone(),
                place,
                separator,
            });
            all.properties.insert(name, schema);
        }
        let id = self.types.add(&all);
        Ok((parameters, Declared { schema: all, id }))
    }

    fn request(&mut self, raw: &'a RawValue) -> Result<Option<Request>, String> {
        let body: Body = follow(raw, &self.written.components.request_bodies)?;
        let content: IndexMap<_, _> = body
            .content
            .into_iter()
            .map(|(media_type, content)| {
                let schema = content.schema.unwrap_or_default();
                let id = self.types.add(&schema);
                (essence(&media_type), Declared { schema, id })
            })
            .collect();
        let is_there = !content.is_empty();
        Ok(is_there.then_some(Request {
            required: body.required,
            content,
        }))
    }

    /// The first successful response with a body, or else the first one.
    fn success(&mut self, responses: &IndexMap<String, &'a RawValue>) -> Result<Success, String> {
        let mut successes = Vec::new();
        for (status, raw) in responses {
            if status.starts_with('2') {
                let body: Body = follow(raw, &self.written.components.responses)?;
                successes.push((status.as_str(), body.content));
            }
        }
        successes.sort_by_key(|(status, content)| (content.is_empty(), *status));
        let Some((status, content)) = successes.into_iter().next() else {
            return Err("it has no successful response".to_owned());
        };
        let status = if status.eq_ignore_ascii_case("2XX") {
            StatusCode::OK
        } else {
            let code = StatusCode::from_bytes(status.as_bytes());
            code.map_err(|_| format!("`{status}` is not a status"))?
        };
        Ok(Success {
            status,
            content: self.content(content),
        })
    }

    fn content(&mut self, content: IndexMap<String, MediaType>) -> Content {
        let mut all: Vec<_> = content
            .into_iter()
            .map(|(media_type, content)| (essence(&media_type), content))
            .collect();
        let json = all.iter().position(|(media_type, content)| {
            // `*/*` is JSON, unless its schema is missing or a string.
            let is_text = || {
                let schema = content.schema.as_ref();
                schema.is_none_or(|schema| schema.kind.as_deref() == Some("string"))
            };
            media_type == JSON || media_type == "*/*" && !is_text()
        });
        if let Some((_, content)) = json.map(|position| all.swap_remove(position)) {
            let id = self.types.add(&content.schema.clone().unwrap_or_default());
            let example = content.documented_example();
            return Content::Json { id, example };
        }
        match all.into_iter().next() {
            None => Content::Nothing,
            Some((media_type, content)) => Content::Other {
                example: content
                    .documented_example()
                    .or_else(|| content.schema?.example),
                media_type,
            },
        }
    }
}

impl MediaType {
    fn documented_example(&self) -> Option<Value> {
        let mut others = self.examples.values();
        let first = || others.find_map(|example| example.value.clone());
        self.example.clone().or_else(first)
    }
}

impl SecurityScheme {
    /// Whether this is the HTTP authentication scheme `name`.
    fn is_http(&self, name: &str) -> bool {
        self.kind == "http"
            && self
                .scheme
                .as_deref()
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case(name))
    }
}

/// Whether OpenAPI says to ignore this header parameter.
fn is_of_http(name: &str) -> bool {
    let names = ["accept", "content-type", "authorization"];
    names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// The separator of list values, or the name of an unsupported style.
fn separator(
    place: Place,
    style: Option<&str>,
    explode: Option<bool>,
) -> Result<Option<char>, String> {
    match (place, style) {
        (Place::Path | Place::Header, None | Some("simple")) => Ok(Some(',')),
        (Place::Query, None | Some("form")) => Ok((explode == Some(false)).then_some(',')),
        (Place::Query, Some("spaceDelimited")) => Ok((explode != Some(true)).then_some(' ')),
        (Place::Query, Some("pipeDelimited")) => Ok((explode != Some(true)).then_some('|')),
        (_, style) => Err(style.unwrap_or_default().to_owned()),
    }
}

/// The media type without parameters.
fn essence(media_type: &str) -> String {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

fn parsed<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Result<T, String> {
    serde_json::from_str(raw.get()).map_err(|error| error.to_string())
}

/// The value at `raw`, with references resolved.
fn follow<T: DeserializeOwned>(raw: &RawValue, named: &Named<'_>) -> Result<T, String> {
    let mut raw = raw;
    for _ in 0..HOPS {
        let Ok(Referring { reference }) = parsed(raw) else {
            return parsed(raw);
        };
        let name = reference.rsplit('/').next().unwrap_or_default();
        raw = named
            .get(name)
            .ok_or_else(|| format!("`{reference}` does not exist"))?;
    }
    Err("its references form a cycle".to_owned())
}
