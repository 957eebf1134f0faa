//! Splits a document into its operations, each with only the components that it needs.

use heck::{ToLowerCamelCase, ToUpperCamelCase};
use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value, json};

use super::bodies::Bodies;
use super::keywords::DIALECTS;
use super::security::{self, Access, TOKEN};
use super::source::{Dialect, Source};
use super::{OperationDocument, schema_names, walk};
use crate::capture::location::{self, Address, DOCUMENTATION};
use crate::capture::naming::{folder, kebab};
use crate::diagnostic::Faults;
use crate::document::{Document, Node};

/// The methods of HTTP, as documents write them.
pub const METHODS: &[&str] = &[
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// The keys of an operation that are converted; others are reported.
const KEYS: &[&str] = &[
    "tags",
    "summary",
    "description",
    "externalDocs",
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "callbacks",
    "deprecated",
    "security",
    "servers",
];

/// The keys of a document.
const ROOT: &[&str] = &[
    "openapi",
    "info",
    "jsonSchemaDialect",
    "servers",
    "security",
    "tags",
    "externalDocs",
    "paths",
    "webhooks",
    "components",
];

/// The operations of a document.
pub(super) fn read(
    document: &Document,
    dialect: Dialect,
    faults: &Faults,
) -> Vec<OperationDocument> {
    let source = Source::new(document, dialect, faults);
    let reader = Reader {
        bodies: Bodies::new(&source),
        source: &source,
        schemas: IndexMap::new(),
    };
    let mut read = reader.operations();
    tell_apart(&mut read);
    if !faults.is_empty() {
        return Vec::new();
    }
    read
}

/// The sources of a page's title and section.
struct Head {
    id: String,
    title: String,
    section: String,
    page: String,
    address: Option<String>,
}

/// A named schema, as it was taken over, with what is reported of it.
struct NamedSchema {
    schema: Value,
    notes: IndexSet<String>,
    left_out: IndexSet<String>,
}

struct Reader<'s, 'd> {
    source: &'s Source<'d>,
    bodies: Bodies<'s, 'd>,
    /// The schemas needed so far.
    schemas: IndexMap<String, NamedSchema>,
}

impl<'d> Reader<'_, 'd> {
    fn operations(mut self) -> Vec<OperationDocument> {
        let root = self.source.root;
        self.check_root();
        if let Some(webhooks) = root.get("webhooks") {
            self.source
                .note(webhooks, "`webhooks` are not operations, and are left out");
        }
        let webhooks = self.source.take_notes();
        let mut ids: IndexMap<String, Node<'d>> = IndexMap::new();
        let mut found = Vec::new();
        for (path, item) in root.get("paths").iter().flat_map(Node::entries) {
            if path.starts_with("x-") {
                continue;
            }
            if !path.starts_with('/') {
                self.source.fault(
                    item,
                    format!("`{path}` is not a path"),
                    "a path begins with `/`",
                );
                continue;
            }
            let Some(item) = self.item(item) else {
                continue;
            };
            for (method, operation) in item.entries() {
                if !METHODS.contains(&method) {
                    let is_known = matches!(
                        method,
                        "$ref" | "summary" | "description" | "servers" | "parameters"
                    ) || method.starts_with("x-");
                    if !is_known {
                        let message = format!(
                            "`{method}` is neither an HTTP method nor another key of a path"
                        );
                        self.source
                            .fault(operation, message, "fix its name, or leave it out");
                    }
                    continue;
                }
                if let Some(mut read) = self.operation(path, method, item, operation) {
                    let id = read.operation_id().to_owned();
                    if let Some(other) = ids.insert(id.clone(), operation) {
                        let message = format!(
                            "`{id}` is the operationId of another operation, too: {}",
                            other.pointer()
                        );
                        self.source
                            .fault(operation, message, "give each operation one of its own");
                    }
                    read.notes.extend(webhooks.0.iter().cloned());
                    found.push(read);
                }
            }
        }
        found
    }

    fn check_root(&self) {
        for (key, value) in self.source.root.entries() {
            if !ROOT.contains(&key) && !key.starts_with("x-") {
                let message = format!("`{key}` is not a key of an OpenAPI document");
                self.source.fault(
                    value,
                    message,
                    format!(
                        "fix its name, or leave it out; a document has {}",
                        ROOT.join(", ")
                    ),
                );
            }
        }
        let dialect = self.source.root.get("jsonSchemaDialect");
        if let Some(other) =
            dialect.filter(|dialect| !dialect.str().is_some_and(|url| DIALECTS.contains(&url)))
        {
            let message = format!(
                "the schemas are of a dialect that captures do not know: {}",
                other.to_value()
            );
            self.source.fault(
                other,
                message,
                "give the document with schemas of OpenAPI's own dialect",
            );
        }
    }

    /// A path's item: itself, or what it refers to.
    fn item(&self, item: Node<'d>) -> Option<Node<'d>> {
        let resolved = self.source.resolve(item)?;
        if resolved != item
            && item
                .entries()
                .any(|(key, _)| METHODS.contains(&key) || key == "parameters")
        {
            self.source.fault(
                item,
                "there are operations beside a reference, and it is unclear which count",
                "write the path out, without `$ref`",
            );
            return None;
        }
        Some(resolved)
    }

    fn operation(
        &mut self,
        path: &str,
        method: &str,
        item: Node<'d>,
        node: Node<'d>,
    ) -> Option<OperationDocument> {
        // What could not be told of the operation before this one is its own.
        self.source.take_notes();
        for (key, value) in node.entries() {
            if key.starts_with("x-") || key == "callbacks" {
                self.source.leave_out(key);
            } else if !KEYS.contains(&key) {
                let message = format!("`{key}` is not a key of operations in OpenAPI");
                self.source
                    .fault(value, message, "fix its name, or leave it out");
            }
        }
        let head = self.head(path, method, node)?;
        let access = security::read(self.source, item, node);
        let parameters = self.bodies.parameters(item, node);
        self.check_path(path, &parameters, node);
        let body = self.bodies.request(node);
        let responses = self.bodies.responses(node)?;
        let mut document = assemble(&head, path, method, access, node);
        let operation = &mut document["paths"][path][method];
        if !parameters.is_empty() {
            operation["parameters"] = Value::Array(parameters);
        }
        if let Some(body) = body {
            operation["requestBody"] = body;
        }
        operation["responses"] = responses;

        let (mut notes, mut left_out) = self.source.take_notes();
        self.add_schemas(&mut document, &mut notes, &mut left_out);
        notes.extend(schema_names::tidy(&mut document, &head.id));
        if !left_out.is_empty() {
            let names: Vec<&str> = left_out.iter().map(String::as_str).collect();
            notes.insert(format!(
                "left out, since it does not affect requests or responses: {}",
                names.join(", ")
            ));
        }
        Some(OperationDocument {
            method: method.to_owned(),
            path: path.to_owned(),
            section: head.section,
            page: head.page,
            address: head.address,
            title: head.title,
            document,
            notes: notes.into_iter().collect(),
        })
    }

    /// Checks that a parameter describes each placeholder of a path, and that there are no others.
    fn check_path(&self, path: &str, parameters: &[Value], node: Node<'d>) {
        let in_path = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path");
        let mut described: IndexSet<&str> = in_path
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        let mut rest = path;
        while let Some((_, after)) = rest.split_once('{') {
            let Some((name, behind)) = after
                .split_once('}')
                .filter(|(name, _)| !name.contains('{'))
            else {
                let help = "write each parameter of a path in braces: `/v1/things/{id}`";
                return self.source.fault(
                    node,
                    format!("the path `{path}` has an unbalanced brace"),
                    help,
                );
            };
            if !described.shift_remove(name) {
                let message = format!("no parameter describes `{name}` of the path `{path}`");
                self.source.fault(
                    node,
                    message,
                    "give it a parameter of that name, `in: path`; the document may be cut off",
                );
            }
            rest = behind;
        }
        for name in described {
            let message =
                format!("the path `{path}` has no `{{{name}}}`, and a parameter describes it");
            self.source.fault(
                node,
                message,
                "drop the parameter, or name it as the path does",
            );
        }
    }

    /// Adds the named schemas that an operation needs, and those that these need.
    fn add_schemas(
        &mut self,
        document: &mut Value,
        notes: &mut IndexSet<String>,
        left_out: &mut IndexSet<String>,
    ) {
        let mut names = IndexSet::new();
        walk::of_operation(document, &mut |schema| names.extend(walk::names_in(schema)));
        let mut schemas = Map::new();
        let mut next = 0;
        while let Some(name) = names.get_index(next).cloned() {
            next += 1;
            if !self.schemas.contains_key(&name) {
                let Some(node) = self.source.schema(&name) else {
                    continue;
                };
                let schema = self.bodies.schemas.read(node);
                let (notes, left_out) = self.source.take_notes();
                let named = NamedSchema {
                    schema,
                    notes,
                    left_out,
                };
                self.schemas.insert(name.clone(), named);
            }
            let Some(named) = self.schemas.get(&name) else {
                continue;
            };
            names.extend(walk::references(&named.schema));
            notes.extend(named.notes.iter().cloned());
            left_out.extend(named.left_out.iter().cloned());
            schemas.insert(name, named.schema.clone());
        }
        if !schemas.is_empty() {
            document["components"]["schemas"] = Value::Object(schemas);
        }
    }

    fn head(&self, path: &str, method: &str, node: Node<'d>) -> Option<Head> {
        let text = |key: &str| {
            node.text(key)
                .map(str::trim)
                .filter(|text| !text.is_empty())
        };
        let mint = node.get("x-mint");
        let mint_title = mint
            .and_then(|mint| mint.get("metadata"))
            .and_then(|metadata| metadata.text("title"));
        let title = mint_title.or_else(|| text("summary")).map(one_line);
        let id = text("operationId").map(str::to_owned);
        let (id, title) = match (id, title) {
            (Some(id), Some(title)) => (id, title),
            (Some(id), None) => {
                let title = sentence(&id);
                self.source.note(
                    node,
                    &format!(
                        "the operation has no title, and is called `{title}` after its operationId"
                    ),
                );
                (id, title)
            }
            (None, Some(title)) => {
                let id = title.to_lower_camel_case();
                self.source.note(
                    node,
                    &format!(
                        "the operation has no `operationId`, and is called `{id}` after its title"
                    ),
                );
                (id, title)
            }
            (None, None) => {
                self.source.fault(
                    node,
                    format!("`{} {path}` has no name", method.to_uppercase()),
                    "give it an `operationId`, or a `summary`",
                );
                return None;
            }
        };
        let href = mint.and_then(|mint| mint.text("href"));
        let docs = node.get("externalDocs").and_then(|docs| docs.text("url"));
        let address = href.map(|href| match href.starts_with('/') {
            true => format!("{DOCUMENTATION}{href}"),
            false => href.to_owned(),
        });
        let address = address.as_deref().or(docs).and_then(Address::read);
        let section = match node
            .get("tags")
            .and_then(|tags| tags.item(0))
            .and_then(|tag| tag.str())
        {
            Some(tag) if !location::resource(tag).is_empty() => tag.trim().to_owned(),
            _ => {
                let section = section_of(path);
                self.source.note(
                    node,
                    &format!(
                        "the operation has no tag, and is listed under `{section}` after its path"
                    ),
                );
                section
            }
        };
        let page = match &address {
            Some(address) => address.page.clone(),
            None => [kebab(&title), kebab(&sentence(&id))]
                .into_iter()
                .find(|name| !name.is_empty())
                .unwrap_or_default(),
        };
        if page.is_empty() || id.is_empty() || section.is_empty() {
            let help = "give it a `summary`, an `operationId` and a tag in ASCII letters";
            self.source
                .fault(node, "the operation has no name that a file can have", help);
            return None;
        }
        Some(Head {
            id,
            title,
            section,
            page,
            address: address.map(|address| address.url),
        })
    }
}

/// An operation's document, but for what it takes and answers.
fn assemble(head: &Head, path: &str, method: &str, access: Access, node: Node<'_>) -> Value {
    let mut document = json!({
        "openapi": "3.0.3",
        "info": { "title": head.title, "version": version(path, node) },
    });
    if let Some(servers) = access.servers {
        document["servers"] = servers;
    }
    let is_usual = access.security == Some(json!([{ TOKEN: [] }]));
    if let Some(security) = access.security.as_ref().filter(|_| is_usual) {
        document["security"] = security.clone();
    }
    let address =
        (head.address.clone()).unwrap_or_else(|| location::address(&head.section, &head.page));
    let mut operation = json!({
        "operationId": head.id,
        "tags": [location::resource(&head.section)],
        "summary": head.title,
        "externalDocs": { "url": address },
    });
    if node.flag("deprecated") {
        operation["deprecated"] = true.into();
    }
    if let Some(security) = access.security.filter(|_| !is_usual) {
        operation["security"] = security;
    }
    document["paths"] = json!({ path: { method: operation } });
    if !access.schemes.is_empty() {
        document["components"]["securitySchemes"] = Value::Object(access.schemes);
    }
    document
}

/// The version of the API: as its path has it, or else the document.
fn version(path: &str, node: Node<'_>) -> String {
    let is_version = |segment: &&str| {
        let digits = segment.strip_prefix('v').unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
    };
    let of_path = path.split('/').find(is_version).map(str::to_owned);
    let of_document = || {
        let version = node.document().root().get("info")?.get("version")?;
        version
            .str()
            .or_else(|| version.number())
            .map(str::to_owned)
    };
    of_path
        .or_else(of_document)
        .unwrap_or_else(|| "v1".to_owned())
}

/// The section of an operation without a tag: what its path is about.
fn section_of(path: &str) -> String {
    let is_name = |segment: &&str| {
        let is_version = segment
            .strip_prefix('v')
            .is_some_and(|rest| rest.bytes().all(|digit| digit.is_ascii_digit()));
        !segment.is_empty() && !segment.starts_with('{') && !is_version
    };
    let segment = path.split('/').find(is_name).unwrap_or("api");
    segment.to_upper_camel_case()
}

/// The words of a name as a title: `getBankTransaction` → `Get bank transaction`.
fn sentence(name: &str) -> String {
    let words = heck::ToSnakeCase::to_snake_case(name).replace('_', " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Operations whose pages would have one name are called after their ids, which differ.
fn tell_apart(operations: &mut [OperationDocument]) {
    let name = |operation: &OperationDocument| (folder(&operation.section), operation.page.clone());
    let mut count: IndexMap<(String, String), usize> = IndexMap::new();
    for operation in operations.iter() {
        *count.entry(name(operation)).or_default() += 1;
    }
    for operation in operations {
        if operation.address.is_none()
            && count.get(&name(operation)).is_some_and(|count| *count > 1)
        {
            let page = kebab(&sentence(operation.operation_id()));
            operation.notes.push(format!(
                "several operations are called `{}`, so the page of this one is called `{page}` after its operationId",
                operation.title
            ));
            operation.page_is(page);
        }
    }
}
