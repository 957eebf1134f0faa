//! Operations, and the shapes of their answers.

use serde_json::Value;

use super::schemas::Schema;
use super::words;
use crate::diagnostic::Result;
use crate::spec::Blame;
use crate::spec::pointer::{follow, join, reference, schema_name};

/// One call of the API.
#[derive(Debug)]
pub struct Operation {
    /// The `operationId`.
    pub id: String,
    /// Its name in the stock client: the `operationId` in snake case.
    pub rust_name: String,
    /// The HTTP method, in capitals.
    pub method: String,
    /// The path, as a template.
    pub path: String,
    /// The resource that it belongs to, as a method of the client.
    pub resource: String,
    /// Its name on that resource.
    pub resource_method: String,
    /// What it does, in a line.
    pub summary: String,
    /// What it does.
    pub description: String,
    /// Its documentation page.
    pub page: String,
    /// The schema of its body.
    pub request: Option<String>,
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

/// What proves to the server who is calling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// An access token: HTTP bearer authentication.
    Token,
    /// The client id and secret: HTTP basic authentication.
    ClientCredentials,
}

/// What an answer is made of, recognised by its structure.
#[derive(Debug)]
pub enum Shape {
    /// An object outside of the API's envelope.
    Bare,
    /// `{"data": [item, …]}` → `{result, data: [{result, statusCode, data: entity, error}, …], error}`
    BatchSave {
        /// The schema of an item of the request.
        item: String,
        /// The schema of what a saved item becomes.
        entity: String,
    },
}

const METHODS: &[&str] = &["get", "put", "post", "delete", "patch"];
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

pub(super) fn read(
    document: &Value,
    blame: Blame<'_>,
    schemas: &[Schema],
) -> Result<Vec<Operation>> {
    let mut operations: Vec<Operation> = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let at = join("/paths", path);
        let is_plain = |char: char| char.is_ascii_alphanumeric() || "/-_.~".contains(char);
        if !path.starts_with('/') || !path.chars().all(is_plain) {
            return Err(blame
                .fault(&at, format!("the SDK does not know paths like `{path}` yet"))
                .help("a path begins with `/`; parameters have to be added to xtask/src/generate/resources first"));
        }
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
            let operation = reader.read(method, path)?;
            if let Some(known) = operations.iter().find(|known| known.id == operation.id) {
                let message = format!(
                    "`{}` is also the operationId of {} {}",
                    known.id, known.method, known.path
                );
                return Err(blame
                    .fault(&join(&at, "operationId"), message)
                    .help("give each operation one of its own"));
            }
            check_names(&operations, &operation, &join(&at, "operationId"), blame)?;
            operations.push(operation);
        }
    }
    if operations.is_empty() {
        return Err(blame
            .fault("/paths", "the document has no operation")
            .help("capture a page that describes one"));
    }
    Ok(operations)
}

/// Refuses names that would stand for two things in the resource layer.
fn check_names(
    known: &[Operation],
    operation: &Operation,
    at: &str,
    blame: Blame<'_>,
) -> Result<()> {
    /// What a client and a resource have besides what is generated.
    const CLIENT: &[&str] = &["builder", "client", "from_env", "options", "session"];
    const RESOURCE: &[&str] = &["clone", "fmt", "new"];
    let (resource, method) = (&operation.resource, &operation.resource_method);
    if !words::is_identifier(resource)
        || !words::is_identifier(method)
        || !words::is_identifier(&operation.rust_name)
    {
        return Err(blame
            .fault(
                at,
                format!("`{resource}().{method}` cannot be written in Rust"),
            )
            .help("build the tag and the operationId of ASCII letters and digits"));
    }
    if CLIENT.contains(&resource.as_str())
        || resource.starts_with("with_")
        || RESOURCE.contains(&method.as_str())
    {
        return Err(blame
            .fault(
                at,
                format!("`{resource}().{method}` is a name that the SDK uses already"),
            )
            .help("choose another tag or operationId"));
    }
    let taken = |name: &str| {
        name == method || format!("{name}_stream") == *method || name == format!("{method}_stream")
    };
    let other = known.iter().find(|other| {
        other.rust_name == operation.rust_name
            || other.resource == *resource && taken(&other.resource_method)
    });
    if let Some(other) = other {
        return Err(blame
            .fault(
                at,
                format!(
                    "`{}` and `{}` would both be called `{resource}().{method}`",
                    operation.id, other.id
                ),
            )
            .help("give one of them another operationId, or another tag"));
    }
    let shares = known
        .iter()
        .find(|other| operation.request.is_some() && other.request == operation.request);
    if let Some(other) = shares {
        return Err(blame
            .fault(
                at,
                format!(
                    "`{}` and `{}` have the same schema as their body",
                    operation.id, other.id
                ),
            )
            .help("give each operation a request schema of its own: the SDK tells them by it"));
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
    fn read(&self, method: &str, path: &str) -> Result<Operation> {
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
        self.refuse_parameters()?;
        let request = self.request()?;
        let answer = self.answer()?;
        let shape = self.shape(request.as_deref(), &answer)?;
        Ok(Operation {
            rust_name: words::snake(&id),
            resource: words::snake(&tag),
            resource_method: words::method(&id, &tag),
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
            request,
            auth: self.auth()?,
            answer,
            shape,
            reads: matches!(method, "get" | "head") || path.ends_with("/query"),
            statuses: self.statuses(),
        })
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

    fn responses(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let responses = self.operation["responses"].as_object();
        responses
            .into_iter()
            .flatten()
            .map(|(status, response)| (status.as_str(), response))
    }

    fn statuses(&self) -> Vec<(String, String)> {
        self.responses()
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

    fn request(&self) -> Result<Option<String>> {
        match self.operation.get("requestBody") {
            None => Ok(None),
            Some(body) => self
                .body_schema(body, &[JSON, FORM], &join(self.at, "requestBody"))
                .map(|(name, _)| Some(name)),
        }
    }

    /// The one schema that every success answers.
    fn answer(&self) -> Result<String> {
        let at = join(self.at, "responses");
        let mut first: Option<(&str, String)> = None;
        for (status, response) in self.responses() {
            let at = join(&at, status);
            let is_status =
                status.len() == 3 && status.starts_with(|class: char| ('1'..='5').contains(&class));
            let is_status = is_status
                && (status.ends_with("XX") || status.bytes().all(|digit| digit.is_ascii_digit()));
            if status != "default" && !is_status {
                return Err(self
                    .blame
                    .fault(&at, format!("`{status}` is not an HTTP status"))
                    .help("write a number such as '200', or a class such as '4XX'"));
            }
            if status == "default" {
                return Err(self
                    .blame
                    .fault(&at, "`default` says neither success nor failure")
                    .help("name the statuses, or write 4XX and 5XX"));
            }
            if !status.starts_with('2') {
                continue;
            }
            let response = follow(self.document, response).unwrap_or(response);
            let (name, at) = self.body_schema(response, &[JSON], &at)?;
            match &first {
                Some((known, schema)) if *schema != name => {
                    return Err(self
                        .blame
                        .fault(&at, format!("{known} answers `{schema}`, but {status} answers `{name}`"))
                        .help("one operation has one success body: describe what both can be as one schema"));
                }
                Some(_) => {}
                None => first = Some((status, name)),
            }
        }
        first.map(|(_, name)| name).ok_or_else(|| {
            self.blame
                .fault(self.at, "the operation has no success")
                .help("describe what it answers with status 200")
        })
    }

    /// The schema of a body in one of these media types, which must have a name, and where it stands.
    fn body_schema(&self, body: &Value, media: &[&str], at: &str) -> Result<(String, String)> {
        let several = body["content"]
            .as_object()
            .is_some_and(|content| content.len() > 1);
        if several {
            return Err(self
                .blame
                .fault(
                    &join(at, "content"),
                    "the body is described in several media types",
                )
                .help("keep the one that the SDK is to use"));
        }
        let described = media.iter().find_map(|media| {
            let schema = body["content"].get(media)?.get("schema")?;
            Some((media, schema))
        });
        let Some((media, schema)) = described else {
            let media = media.join("` or `");
            return Err(self
                .blame
                .fault(at, format!("there is no `{media}` body here"))
                .help("describe the body as `content: {application/json: {schema: …}}`"));
        };
        let at = join(&join(&join(at, "content"), media), "schema");
        match reference(schema).and_then(schema_name) {
            Some(name) => Ok((name.to_owned(), at)),
            None => Err(self
                .blame
                .fault(&at, "a body without a name stands here")
                .help("move it to `components/schemas` under a name of its own, and refer to it with `$ref`")),
        }
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

    fn refuse_parameters(&self) -> Result<()> {
        match self.operation.get("parameters") {
            Some(Value::Array(parameters)) if parameters.is_empty() => Ok(()),
            None => Ok(()),
            Some(_) => Err(self
                .blame
                .fault(&join(self.at, "parameters"), "the resource layer does not know parameters yet")
                .help("it has to learn them in xtask/src/generate/resources before this page can be captured")),
        }
    }

    fn shape(&self, request: Option<&str>, answer: &str) -> Result<Shape> {
        let find = |name: &str| self.schemas.iter().find(|schema| schema.name == name);
        let listed = |name: &str| find(name)?.field("data")?.ty.listed_schema();
        let batch = || {
            let (item, result) = (listed(request?)?, listed(answer)?);
            // Anything else in the request would belong to one request, and a batch may be several.
            let [_] = find(request?)?.fields() else {
                return None;
            };
            find(result)?.field("result")?;
            let entity = find(result)?.field("data")?.ty.schema()?;
            Some(Shape::BatchSave {
                item: item.to_owned(),
                entity: entity.to_owned(),
            })
        };
        // What is not in the API's envelope has nothing that the envelope's shapes could be told by.
        let is_bare = || {
            let answer = find(answer)?;
            let in_envelope = answer.field("result").is_some() || answer.field("data").is_some();
            (!in_envelope && request.is_some()).then_some(Shape::Bare)
        };
        batch().or_else(is_bare).ok_or_else(|| {
            self.blame
                .fault(
                    self.at,
                    format!("`{answer}` has none of the shapes that the resource layer knows"),
                )
                .help(
                    "a batch save takes `{data: [item]}` and nothing else, and answers `{data: [{result, data, …}]}`; an answer without `result` and `data` is read as it is",
                )
        })
    }
}
