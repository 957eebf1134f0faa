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
    /// The schema of its JSON body.
    pub request: Option<String>,
    /// The schema of its success.
    pub answer: String,
    /// The shape of its success.
    pub shape: Shape,
    /// Whether it only reads, so that sending it again changes nothing.
    pub reads: bool,
    /// The statuses it is known to answer, with their meaning.
    pub statuses: Vec<(String, String)>,
}

/// What an answer is made of, recognised by its structure.
#[derive(Debug)]
pub enum Shape {
    /// `{"data": [item, …]}` → `{result, data: [{result, statusCode, data: entity, error}, …], error}`
    BatchSave {
        /// The schema of an item of the request.
        item: String,
        /// The schema of the result of an item.
        result: String,
        /// The schema of what a saved item becomes.
        entity: String,
    },
}

const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];
const JSON: &str = "application/json";

pub(super) fn read(
    document: &Value,
    blame: Blame<'_>,
    schemas: &[Schema],
) -> Result<Vec<Operation>> {
    let mut operations: Vec<Operation> = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let at = join("/paths", path);
        for (method, operation) in item.as_object().into_iter().flatten() {
            let at = join(&at, method);
            if !METHODS.contains(&method.as_str()) {
                return Err(blame
                    .fault(&at, format!("`{method}` is not an HTTP method"))
                    .help("state parameters and servers on the operation itself"));
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
                .body_schema(body, &join(self.at, "requestBody"))
                .map(|(name, _)| Some(name)),
        }
    }

    /// The one schema that every success answers.
    fn answer(&self) -> Result<String> {
        let at = join(self.at, "responses");
        let mut first: Option<(&str, String)> = None;
        for (status, response) in self.responses() {
            let at = join(&at, status);
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
            let (name, at) = self.body_schema(response, &at)?;
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

    /// The schema of a JSON body, which must have a name, and where it stands.
    fn body_schema(&self, body: &Value, at: &str) -> Result<(String, String)> {
        let Some(schema) = body["content"]
            .get(JSON)
            .and_then(|media| media.get("schema"))
        else {
            let fault = self
                .blame
                .fault(at, format!("there is no `{JSON}` body here"));
            return Err(fault.help(format!(
                "describe the body as `content: {{{JSON}: {{schema: …}}}}`"
            )));
        };
        let at = join(&join(&join(at, "content"), JSON), "schema");
        match reference(schema).and_then(schema_name) {
            Some(name) => Ok((name.to_owned(), at)),
            None => Err(self
                .blame
                .fault(&at, "a body without a name stands here")
                .help("move it to `components/schemas` under a name of its own, and refer to it with `$ref`")),
        }
    }

    fn shape(&self, request: Option<&str>, answer: &str) -> Result<Shape> {
        let find = |name: &str| self.schemas.iter().find(|schema| schema.name == name);
        let listed = |name: &str| find(name)?.field("data")?.ty.listed_schema();
        let batch = || {
            let (item, result) = (listed(request?)?, listed(answer)?);
            find(result)?.field("result")?;
            let entity = find(result)?.field("data")?.ty.schema()?;
            Some(Shape::BatchSave {
                item: item.to_owned(),
                result: result.to_owned(),
                entity: entity.to_owned(),
            })
        };
        batch().ok_or_else(|| {
            self.blame
                .fault(
                    self.at,
                    format!("`{answer}` has none of the shapes that the resource layer knows"),
                )
                .help(
                    "a batch save takes `{data: [item]}` and answers `{data: [{result, data, …}]}`",
                )
        })
    }
}
