//! Operations: what can be called, and what it is called.

use serde_json::Value;

use super::bodies::{self, Body};
use super::parameters::{self, Parameter};
use super::schemas::Schema;
use super::shapes::{self, PagePlace, Shape};
use super::words;
use crate::diagnostic::Result;
use crate::spec::Blame;
use crate::spec::pointer::{follow, join};

/// One call of the API.
#[derive(Debug)]
pub struct Operation {
    /// The `operationId`.
    pub id: String,
    /// Its name in the stock client: the `operationId` in snake case.
    pub rust_name: String,
    /// The type of its request, as the runtime sends it: the `operationId` in camel case.
    pub request_type: String,
    /// The HTTP method, in capitals.
    pub method: String,
    /// The path, as a template.
    pub path: String,
    /// The resource that it belongs to, as a method of the client.
    pub resource: String,
    /// Its name on that resource.
    pub resource_method: String,
    /// Whether the document says that name, and it does not follow from the others.
    pub is_named: bool,
    /// What it does, in a line.
    pub summary: String,
    /// What it does.
    pub description: String,
    /// Its documentation page.
    pub page: String,
    /// What its path and query hold: those of the path first, in its order.
    pub parameters: Vec<Parameter>,
    /// What it sends.
    pub body: Body,
    /// What it proves who is calling with.
    pub auth: Auth,
    /// The schema of its success.
    pub answer: String,
    /// The shape of its success.
    pub shape: Shape,
    /// Whether it only reads, so that sending it again does nothing twice.
    pub reads: bool,
    /// The statuses it is known to answer, with their meaning.
    pub statuses: Vec<(String, String)>,
}

impl Operation {
    /// Whether a parameter says which page is wanted, which is not for the caller of the method to say.
    pub fn is_of_page(&self, parameter: &Parameter) -> bool {
        let in_query = matches!(
            self.shape,
            Shape::Page {
                place: PagePlace::Query,
                ..
            }
        );
        in_query && ["cursor", "limit"].contains(&parameter.name.as_str())
    }
}

/// What proves to the server who is calling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// An access token: HTTP bearer authentication.
    Token,
    /// The client id and secret: HTTP basic authentication.
    ClientCredentials,
}

const METHODS: &[&str] = &["get", "put", "post", "delete", "patch"];

pub(super) fn read(
    document: &Value,
    blame: Blame<'_>,
    schemas: &[Schema],
) -> Result<Vec<Operation>> {
    let mut operations: Vec<Operation> = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let at = join("/paths", path);
        let placeholders = parameters::placeholders(path).ok_or_else(|| {
            blame
                .fault(&at, format!("`{path}` is not a path that the SDK knows"))
                .help("a path is of `/` and segments; a segment is of ASCII letters, digits and `-_.~`, or one `{parameter}` alone")
        })?;
        for (method, operation) in item.as_object().into_iter().flatten() {
            let at = join(&at, method);
            if !METHODS.contains(&method.as_str()) {
                return Err(blame
                    .fault(&at, format!("`{method}` is not a method that the SDK knows"))
                    .help("the methods are get, put, post, delete and patch; state parameters on the operation itself"));
            }
            let reader = Reader {
                document,
                blame,
                schemas,
                at: &at,
                operation,
            };
            reader.check_keys()?;
            let operation = reader.read(method, path, &placeholders)?;
            if let Some(known) = operations.iter().find(|known| known.id == operation.id) {
                let message = format!(
                    "`{}` is also the operationId of {} {}",
                    known.id, known.method, known.path
                );
                return Err(blame
                    .fault(&join(&at, "operationId"), message)
                    .help("give each operation one of its own"));
            }
            check_names(&operations, &operation, &at, blame)?;
            operations.push(operation);
        }
        let is_same = |known: &&String| without_names(known) == without_names(path);
        let mut before = document["paths"]
            .as_object()
            .into_iter()
            .flat_map(|paths| paths.keys());
        if let Some(known) = before.find(is_same).filter(|known| *known != path) {
            return Err(blame
                .fault(&at, format!("`{path}` and `{known}` are the same path"))
                .help("call the parameters of one path the same"));
        }
    }
    if operations.is_empty() {
        return Err(blame
            .fault("/paths", "the document has no operation")
            .help("capture a page that describes one"));
    }
    Ok(operations)
}

/// A path template without the names of its parameters.
fn without_names(path: &str) -> Vec<&str> {
    let segments = path.split('/');
    segments
        .map(|segment| {
            if segment.starts_with('{') {
                "{}"
            } else {
                segment
            }
        })
        .collect()
}

/// Refuses names that would stand for two things in what is generated.
fn check_names(
    known: &[Operation],
    operation: &Operation,
    at: &str,
    blame: Blame<'_>,
) -> Result<()> {
    /// What a client and a resource have besides what is generated, and the stock client besides its operations.
    const CLIENT: &[&str] = &["builder", "client", "from_env", "options", "session"];
    const RESOURCE: &[&str] = &["clone", "fmt", "new"];
    const STOCK: &[&str] = &[
        "api_version",
        "baseurl",
        "client",
        "exec",
        "inner",
        "new",
        "new_with_client",
        "post",
        "pre",
    ];
    let id_at = join(at, "operationId");
    let name_at = [join(at, "x-method-name"), id_at.clone()];
    let name_at = &name_at[usize::from(!operation.is_named)];
    let (resource, method) = (&operation.resource, &operation.resource_method);
    let type_name = words::type_name;
    if !words::is_identifier(resource)
        || !words::is_identifier(&operation.rust_name)
        || !words::is_wire_name(&operation.id)
    {
        return Err(blame
            .fault(
                &id_at,
                format!(
                    "`{}` under `{resource}` cannot be written in Rust",
                    operation.id
                ),
            )
            .help("build the tag and the operationId of ASCII letters and digits"));
    }
    if !words::is_identifier(method) || words::snake(method) != *method {
        return Err(blame
            .fault(name_at, format!("`{method}` cannot name a method"))
            .help("write a name in snake case, such as `messages`"));
    }
    if CLIENT.contains(&resource.as_str())
        || resource.starts_with("with_")
        || RESOURCE.contains(&method.as_str())
    {
        return Err(blame
            .fault(
                name_at,
                format!("`{resource}().{method}` is a name that the SDK uses already"),
            )
            .help("choose another tag or operationId"));
    }
    if STOCK.contains(&operation.rust_name.as_str())
        || words::is_reserved_type(&operation.request_type)
        || operation.request_type == type_name(resource)
        || words::is_reserved_type(&type_name(resource)) && resource != "auth"
    {
        return Err(blame
            .fault(
                &id_at,
                format!("`{}` under `{resource}` is a name that generated code uses already", operation.id),
            )
            .help("choose another operationId, a verb and a noun such as `saveMessages`, or another tag"));
    }
    // A batch save has further methods, for other ways to save.
    let methods = |operation: &Operation| {
        let stem = operation.resource_method.trim_end_matches('_');
        let further: &[&str] = match operation.shape {
            Shape::BatchSave { .. } => &["one", "stream", "journaled"],
            _ => &[],
        };
        let further = further.iter().map(|way| format!("{stem}_{way}"));
        [operation.resource_method.clone()]
            .into_iter()
            .chain(further)
            .collect::<Vec<_>>()
    };
    let (own, same) = (methods(operation), |other: &&Operation| {
        other.request_type == operation.request_type
            || other.resource == *resource
                && methods(other)
                    .iter()
                    .any(|name| methods(operation).contains(name))
    });
    if let Some(other) = known.iter().find(same) {
        let message = format!(
            "`{}` and `{}` would both be called `{resource}().{}`",
            operation.id,
            other.id,
            own.first().map_or("", String::as_str)
        );
        return Err(blame
            .fault(name_at, message)
            .help("give one of them another operationId, or another tag"));
    }
    let twin = known.iter().find(|other| {
        other.resource != *resource && type_name(&other.resource) == type_name(resource)
    });
    if let Some(other) = twin {
        let message = format!(
            "the tags of `{}` and `{}` would be the same type",
            operation.id, other.id
        );
        return Err(blame
            .fault(&join(at, "tags"), message)
            .help("write both tags alike, or make them differ in a letter"));
    }
    Ok(())
}

struct Reader<'a> {
    document: &'a Value,
    blame: Blame<'a>,
    schemas: &'a [Schema],
    at: &'a str,
    operation: &'a Value,
}

impl<'a> Reader<'a> {
    fn read(&self, method: &str, path: &str, placeholders: &[&str]) -> Result<Operation> {
        let id = self.text(
            "operationId",
            "give it one, a verb and a noun such as `saveMessages`: it names the method",
        )?;
        let tag = match self.operation["tags"].as_array().map(Vec::as_slice) {
            Some([Value::String(tag)]) => tag.clone(),
            _ => {
                return Err(self
                    .blame
                    .fault(self.at, "an operation has exactly one tag: its resource")
                    .help("write `tags: [messages]`, after the section of the documentation that the page stands in"));
            }
        };
        let parameters = parameters::read(
            self.operation,
            placeholders,
            self.at,
            self.schemas,
            self.blame,
        )?;
        let body = bodies::request(
            self.operation.get("requestBody"),
            self.at,
            self.schemas,
            self.blame,
        )?;
        self.check_body(method, &parameters, &body)?;
        let answer = bodies::answer(
            self.document,
            &self.operation["responses"],
            self.at,
            self.blame,
        )?;
        let shape = shapes::tell(self.schemas, &parameters, &body, &answer).ok_or_else(|| {
            self.blame
                .fault(
                    self.at,
                    format!("`{answer}` has none of the shapes that the resource layer knows"),
                )
                .help(shapes::HELP)
        })?;
        let resource_method = match self.operation.get("x-method-name") {
            None => words::method(&id, &tag),
            Some(Value::String(name)) => name.clone(),
            Some(_) => {
                return Err(self
                    .blame
                    .fault(
                        &join(self.at, "x-method-name"),
                        "the name of the method is not a string",
                    )
                    .help("write a name in snake case, such as `messages`"));
            }
        };
        Ok(Operation {
            rust_name: words::snake(&id),
            request_type: heck::ToUpperCamelCase::to_upper_camel_case(id.as_str()),
            resource: words::snake(&tag),
            is_named: self.operation.get("x-method-name").is_some(),
            resource_method,
            id,
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: self.text("summary", "give it the title of its page")?,
            description: self.operation["description"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            page: match self
                .operation
                .pointer("/externalDocs/url")
                .and_then(Value::as_str)
                .filter(|page| words::is_page(page))
            {
                Some(page) => page.to_owned(),
                None => {
                    let fault = self.blame.fault(
                        self.at,
                        "the operation does not name its documentation page",
                    );
                    return Err(fault.help("give the page's address as `externalDocs: {url: …}`"));
                }
            },
            parameters,
            body,
            auth: self.auth()?,
            answer,
            shape,
            reads: matches!(method, "get" | "head") || path.ends_with("/query"),
            statuses: self.statuses(),
        })
    }

    fn check_keys(&self) -> Result<()> {
        const KEYS: &[&str] = &[
            "operationId",
            "x-method-name",
            "tags",
            "summary",
            "description",
            "externalDocs",
            "parameters",
            "requestBody",
            "responses",
            "security",
        ];
        let keys = self
            .operation
            .as_object()
            .into_iter()
            .flat_map(|object| object.keys());
        match keys.into_iter().find(|key| !KEYS.contains(&key.as_str())) {
            Some(key) => Err(self
                .blame
                .fault(
                    &join(self.at, key),
                    format!("the generators do not know what to make of `{key}`"),
                )
                .help(format!("an operation has {}", KEYS.join(", ")))),
            None => Ok(()),
        }
    }

    fn check_body(&self, method: &str, parameters: &[Parameter], body: &Body) -> Result<()> {
        let at = join(self.at, "requestBody");
        if method == "get" && !matches!(body, Body::None) {
            return Err(self
                .blame
                .fault(&at, "a GET has no body")
                .help("state what it sends as parameters"));
        }
        let parts = match body {
            Body::Multipart(parts) => parts.as_slice(),
            _ => &[],
        };
        let twin = parts.iter().find(|part| {
            parameters
                .iter()
                .any(|parameter| parameter.rust_name == part.name)
        });
        match twin {
            Some(part) => Err(self
                .blame
                .fault(
                    &at,
                    format!("`{}` is a part of the body and a parameter", part.name),
                )
                .help("the method has no names for these two together")),
            None => Ok(()),
        }
    }

    fn text(&self, key: &str, help: &str) -> Result<String> {
        match self.operation[key].as_str().map(str::trim) {
            Some(text) if !text.is_empty() => Ok(text.to_owned()),
            _ => Err(self
                .blame
                .fault(self.at, format!("the operation has no `{key}`"))
                .help(help)),
        }
    }

    fn statuses(&self) -> Vec<(String, String)> {
        let responses = self.operation["responses"].as_object();
        responses
            .into_iter()
            .flatten()
            .map(|(status, response)| {
                let response = follow(self.document, response).unwrap_or(response);
                (
                    status.to_owned(),
                    response["description"]
                        .as_str()
                        .unwrap_or_default()
                        .trim()
                        .to_owned(),
                )
            })
            .collect()
    }

    /// What the operation's security demands, or else the document's.
    fn auth(&self) -> Result<Auth> {
        let security = self
            .operation
            .get("security")
            .unwrap_or(&self.document["security"]);
        let scheme = match security.as_array().map(Vec::as_slice) {
            Some([requirement]) => match requirement
                .as_object()
                .map(|schemes| schemes.keys().collect::<Vec<_>>())
            {
                Some(names) if names.len() == 1 => {
                    &self.document["components"]["securitySchemes"][names[0].as_str()]
                }
                _ => &Value::Null,
            },
            _ => &Value::Null,
        };
        match (scheme["type"].as_str(), scheme["scheme"].as_str()) {
            (Some("http"), Some("bearer")) => Ok(Auth::Token),
            (Some("http"), Some("basic")) => Ok(Auth::ClientCredentials),
            _ => Err(self
                .blame
                .fault(
                    &join(self.at, "security"),
                    "the operation's security is not one that the SDK knows",
                )
                .help("demand one scheme, of type `http` with the scheme `bearer` or `basic`")),
        }
    }
}
