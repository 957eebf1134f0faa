//! Assembles the captured document of a page, in the form that all captured pages have.

use serde_json::{Map, Value, json};

use super::infer::attributes::Type;
use super::infer::inferred_type::InferredType;
use super::infer::schemas::{Schemas, typed};
use super::infer::{Body, Content};
use super::names::PageNames;
use super::reading::{Attribute, Authorization, Parameter, ParameterLocation, Reading};

/// The inputs of a captured document.
pub(super) struct Parts<'p> {
    pub(super) names: &'p PageNames<'p>,
    pub(super) reading: &'p Reading,
    pub(super) request: Option<&'p Body>,
    pub(super) answer: &'p Body,
    pub(super) schemas: Schemas<'p>,
    /// The server that a call goes to.
    pub(super) server: Option<&'p str>,
    /// Where users read about the operation.
    pub(super) address: Option<&'p str>,
}

impl Parts<'_> {
    /// The document.
    pub(super) fn document(&self) -> Value {
        let mut document = Map::new();
        let mut put = |key: &str, value: Value| drop(document.insert(key.to_owned(), value));
        let reading = self.reading;
        put("openapi", "3.0.3".into());
        let version = version(&reading.path).or_else(|| version(self.server?));
        let version = version.unwrap_or("unknown");
        put(
            "info",
            json!({ "title": reading.title, "version": version }),
        );
        if let Some(server) = self.server {
            put("servers", json!([{ "url": server }]));
        }
        if is_bearer(reading.authorization) {
            put("security", json!([{ "bearerToken": [] }]));
        }
        put(
            "paths",
            json!({ &reading.path: { &reading.method: self.operation() } }),
        );
        let mut components = Map::new();
        let scheme = match reading.authorization {
            Authorization::NotShown | Authorization::Bearer => Some((
                "bearerToken",
                json!({
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The access token, sent as `Bearer` and the token in the `Authorization` header.",
                }),
            )),
            Authorization::Basic => Some((
                "clientCredentials",
                json!({
                    "type": "http",
                    "scheme": "basic",
                    "description": "The client id as user name and the client secret as password.",
                }),
            )),
            Authorization::None => None,
        };
        if let Some((name, scheme)) = scheme {
            components.insert("securitySchemes".to_owned(), json!({ name: scheme }));
        }
        let mut schemas = Map::new();
        for name in self.schemas.order(self.roots()) {
            schemas.insert(name.clone(), self.schemas.schema(&name));
        }
        if !schemas.is_empty() {
            components.insert("schemas".to_owned(), schemas.into());
        }
        put("components", components.into());
        document.into()
    }

    fn roots(&self) -> Vec<&InferredType> {
        let mut roots = Vec::new();
        for body in self.request.into_iter().chain([self.answer]) {
            match &body.content {
                Content::Nothing => {}
                Content::Value(holds) => roots.push(holds),
                Content::Parts(parts) => {
                    roots.extend(parts.iter().filter_map(|part| part.holds.as_ref()))
                }
            }
        }
        roots
    }

    fn operation(&self) -> Value {
        let mut operation = Map::new();
        let mut put = |key: &str, value: Value| drop(operation.insert(key.to_owned(), value));
        put("operationId", self.names.operation.as_str().into());
        put("tags", json!([self.names.tag]));
        put("summary", self.reading.title.as_str().into());
        if let Some(words) = &self.reading.summary_of_ours {
            put("description", words.as_str().into());
        }
        if let Some(address) = self.address {
            put("externalDocs", json!({ "url": address }));
        }
        match self.reading.authorization {
            Authorization::Basic => put("security", json!([{ "clientCredentials": [] }])),
            Authorization::None => put("security", json!([])),
            Authorization::NotShown | Authorization::Bearer => {}
        }
        let parameters: Vec<Value> = self.parameters().iter().map(parameter).collect();
        if !parameters.is_empty() {
            put("parameters", parameters.into());
        }
        if let Some(request) = self.request {
            put(
                "requestBody",
                json!({
                    "required": true,
                    "content": { &request.media: { "schema": self.body(request) } },
                }),
            );
        }
        let mut response = json!({ "description": "Success" });
        if !matches!(self.answer.content, Content::Nothing) {
            response["content"] =
                json!({ &self.answer.media: { "schema": self.body(self.answer) } });
        }
        put("responses", json!({ &self.answer.status: response }));
        operation.into()
    }

    fn body(&self, body: &Body) -> Value {
        match &body.content {
            Content::Nothing => json!({}),
            Content::Value(holds) => self.schemas.body(holds),
            Content::Parts(parts) => {
                let mut schema = json!({ "type": "object" });
                let required = parts.iter().filter(|part| part.is_required);
                let required: Vec<&str> = required.map(|part| part.name.as_str()).collect();
                if !required.is_empty() {
                    schema["required"] = json!(required);
                }
                let mut properties = Map::new();
                for part in parts {
                    let value = match &part.holds {
                        Some(holds) => self.schemas.part(holds, part.sample.as_ref()),
                        None => json!({ "type": "string", "format": "binary" }),
                    };
                    properties.insert(part.name.clone(), value);
                }
                schema["properties"] = properties.into();
                schema
            }
        }
    }

    /// The parameters: those of the path that the text does not reach follow from the path.
    fn parameters(&self) -> Vec<Parameter> {
        let told = &self.reading.parameters;
        let mut parameters: Vec<Parameter> = Vec::new();
        for name in super::naming::in_path(&self.reading.path) {
            let known = told.iter().find(|known| {
                known.place == ParameterLocation::Path && known.attribute.name == name
            });
            let mut parameter = known.cloned().unwrap_or_else(|| Parameter {
                place: ParameterLocation::Path,
                attribute: Attribute {
                    name: name.to_owned(),
                    ..Attribute::default()
                },
            });
            let words = &mut parameter.attribute.words_of_ours;
            if words.is_none() {
                *words = self.words_of_path(name);
            }
            parameters.push(parameter);
        }
        parameters.extend(
            told.iter()
                .filter(|known| known.place != ParameterLocation::Path)
                .cloned(),
        );
        parameters
    }

    /// The entity that an id in the path identifies.
    fn words_of_path(&self, name: &str) -> Option<String> {
        let of = match name {
            "id" => match before(&self.reading.path, name) {
                // Of what is addressed, if that is what the page is about.
                Some(collection) if !self.is_about(collection) => {
                    words(&super::naming::singular(collection))
                }
                _ => words(&self.names.resource),
            },
            name => words(name.strip_suffix("Id")?),
        };
        Some(format!("The id of the {of}."))
    }

    fn is_about(&self, collection: &str) -> bool {
        let one = super::naming::pascal(&super::naming::singular(collection));
        self.names.resource.ends_with(&one) || one.starts_with(&self.names.resource)
    }
}

fn words(name: &str) -> String {
    use heck::ToSnakeCase as _;
    let words = name.to_snake_case().replace('_', " ");
    match words.strip_prefix("gl ") {
        Some(rest) => format!("GL {rest}"),
        None => words,
    }
}

/// The segment before a parameter in a path.
fn before<'p>(path: &'p str, parameter: &str) -> Option<&'p str> {
    let parts: Vec<&str> = path.split('/').collect();
    let at = parts.iter().position(|part| {
        part.strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'))
            == Some(parameter)
    })?;
    parts.get(at.checked_sub(1)?).copied()
}

/// The version of the API that a path, or the address of a server, names.
fn version(path: &str) -> Option<&str> {
    let is_version = |part: &&str| {
        let number = part.strip_prefix('v').unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    path.split('/').find(is_version)
}

fn is_bearer(authorization: Authorization) -> bool {
    matches!(
        authorization,
        Authorization::NotShown | Authorization::Bearer
    )
}

fn parameter(parameter: &Parameter) -> Value {
    let says = &parameter.attribute;
    let mut value = Map::new();
    let mut put = |key: &str, member: Value| drop(value.insert(key.to_owned(), member));
    put("name", says.name.as_str().into());
    put(
        "in",
        match parameter.place {
            ParameterLocation::Path => "path",
            ParameterLocation::Query => "query",
            ParameterLocation::Header => "header",
        }
        .into(),
    );
    if says.is_required || parameter.place == ParameterLocation::Path {
        put("required", true.into());
    }
    if let Some(words) = &says.words_of_ours {
        put("description", words.as_str().into());
    }
    if says.is_deprecated {
        put("deprecated", true.into());
    }
    put("schema", parameter_schema(says));
    value.into()
}

fn parameter_schema(says: &Attribute) -> Value {
    let mut schema = Map::new();
    let mut put = |key: &str, value: Value| drop(schema.insert(key.to_owned(), value));
    let words = says.type_words.as_deref().map(Type::of);
    let (kind, holds) = match words.map(|words| words.name) {
        Some("integer") => ("integer", InferredType::Integer { is_sure: true }),
        Some("number") => ("number", InferredType::Number),
        Some("boolean") => ("boolean", InferredType::Flag),
        // What no word tells is a text, as all of it is in an address.
        _ => (
            "string",
            InferredType::Text {
                format: None,
                is_sure: true,
            },
        ),
    };
    let is_enum = words.is_some_and(|words| words.name == "enum");
    let is_list = words.is_some_and(|words| words.is_list);
    put("type", kind.into());
    if let Some(format) = words.and_then(|words| words.format).filter(|_| !is_enum) {
        put("format", format.into());
    }
    if says.is_nullable {
        put("nullable", true.into());
    }
    for (key, bound) in [("minimum", says.minimum), ("maximum", says.maximum)] {
        if let Some(bound) = bound {
            put(key, bound.into());
        }
    }
    if !says.options.is_empty() {
        put("enum", json!(says.options));
    }
    for (key, text) in [("default", &says.default), ("example", &says.example)] {
        if let Some(value) = text.as_deref().and_then(|text| typed(&holds, text)) {
            put(key, value);
        }
    }
    match is_list {
        true => json!({ "type": "array", "items": schema }),
        false => schema.into(),
    }
}
