//! Reads parameters, bodies, responses and headers of an operation, and resolves their references.

use serde_json::{Map, Value, json};

use super::schemas::Schemas;
use super::source::{Dialect, Source};
use crate::document::Node;

/// Converts the parameters, the body and the responses of an operation.
pub(super) struct Bodies<'s, 'd> {
    pub(super) source: &'s Source<'d>,
    pub(super) schemas: Schemas<'s, 'd>,
}

/// What answers are called that say no more than their status.
const PHRASES: &[&str] = &[
    "Accepted",
    "Bad Gateway",
    "Bad Request",
    "Conflict",
    "Content Too Large",
    "Created",
    "Default response",
    "Error",
    "Failure",
    "Forbidden",
    "Gateway Timeout",
    "Gone",
    "Internal Server Error",
    "Method Not Allowed",
    "Multi-Status",
    "No Content",
    "Not Acceptable",
    "Not Found",
    "Not Implemented",
    "OK",
    "Partial Content",
    "Payload Too Large",
    "Payment Required",
    "Precondition Failed",
    "Service Unavailable",
    "Success",
    "Successful operation",
    "Too Many Requests",
    "Unauthorized",
    "Unprocessable Content",
    "Unprocessable Entity",
    "Unsupported Media Type",
];

/// Headers that say nothing of an operation by themselves: OpenAPI ignores parameters of these names.
const HEADERS_OF_ALL: &[&str] = &["accept", "authorization", "content-type"];

impl<'s, 'd> Bodies<'s, 'd> {
    pub(super) fn new(source: &'s Source<'d>) -> Self {
        Self {
            source,
            schemas: Schemas::new(source),
        }
    }

    fn check_keys(&self, node: Node<'d>, what: &str, known: &[&str]) {
        for (key, value) in node.entries() {
            if key.starts_with("x-") {
                self.source.leave_out(key);
            } else if !known.contains(&key) {
                self.source.fault(
                    value,
                    format!("`{key}` is not a key of {what} in OpenAPI"),
                    "fix its name, or leave it out",
                );
            }
        }
    }

    fn flag(&self, node: Node<'d>, key: &str) -> bool {
        match node.get(key) {
            Some(value) if value.bool().is_none() => {
                self.source.fault(
                    value,
                    format!("`{key}` is neither true nor false"),
                    "fix the value",
                );
                false
            }
            _ => node.flag(key),
        }
    }

    /// The parameters of an operation, and those of its path that it does not say itself.
    pub(super) fn parameters(&self, path: Node<'d>, operation: Node<'d>) -> Vec<Value> {
        let mut known: Vec<(String, String)> = Vec::new();
        let mut read = Vec::new();
        for (of, is_own) in [(path, false), (operation, true)] {
            let mut own = Vec::new();
            for node in of.get("parameters").iter().flat_map(Node::items) {
                let Some(parameter) = self.source.resolve(node) else {
                    continue;
                };
                let Some((key, value)) = self.parameter(parameter) else {
                    continue;
                };
                if own.contains(&key) {
                    let message = format!("the parameter `{}` is listed twice", key.1);
                    self.source.fault(node, message, "drop one of the two");
                    continue;
                }
                match known.iter().position(|other| *other == key) {
                    Some(place) if is_own => read[place] = value,
                    _ => {
                        known.push(key.clone());
                        read.push(value);
                    }
                }
                own.push(key);
            }
        }
        read
    }

    fn parameter(&self, node: Node<'d>) -> Option<((String, String), Value)> {
        self.check_keys(
            node,
            "a parameter",
            &[
                "name",
                "in",
                "required",
                "deprecated",
                "description",
                "schema",
                "content",
                "example",
                "examples",
                "style",
                "explode",
                "allowReserved",
                "allowEmptyValue",
            ],
        );
        let (Some(name), Some(place)) = (node.text("name"), node.text("in")) else {
            self.source.fault(
                node,
                "the parameter does not say its `name` and where it is (`in`)",
                "give it both",
            );
            return None;
        };
        let style = match place {
            "query" | "cookie" => "form",
            "path" | "header" => "simple",
            other => {
                let message = format!("there are no parameters in `{other}`");
                self.source.fault(
                    node,
                    message,
                    "a parameter is in the `path`, `query`, `header` or `cookie`",
                );
                return None;
            }
        };
        if place == "header" && HEADERS_OF_ALL.contains(&name.to_ascii_lowercase().as_str()) {
            self.source.leave_out(name);
            return None;
        }
        let mut read = json!({ "name": name, "in": place });
        if self.flag(node, "required") {
            read["required"] = true.into();
        } else if place == "path" {
            self.source.note(
                node,
                &format!("`{name}` stands in the path, so it is required"),
            );
            read["required"] = true.into();
        }
        for key in ["deprecated", "allowReserved", "allowEmptyValue"] {
            if self.flag(node, key) {
                read[key] = true.into();
            }
        }
        if let Some(said) = node.get("style").filter(|said| said.str() != Some(style)) {
            read["style"] = said.to_value();
        }
        if node.get("explode").is_some() {
            let explode = self.flag(node, "explode");
            let is_usual = explode == (node.text("style").unwrap_or(style) == "form");
            if !is_usual {
                read["explode"] = explode.into();
            }
        }
        self.described(node, &mut read);
        Some(((place.to_owned(), name.to_owned()), read))
    }

    /// The schema or the content of a parameter or a header.
    fn described(&self, node: Node<'d>, read: &mut Value) {
        match (node.get("schema"), node.get("content")) {
            (Some(schema), None) => read["schema"] = self.schemas.read(schema),
            (None, Some(content)) => read["content"] = self.content(content),
            _ => self.source.fault(
                node,
                "this has no schema, or two",
                "give it a `schema`, such as `{type: string}`",
            ),
        }
        if let Some(example) = self.example(node) {
            read["example"] = example;
        }
    }

    /// The example of a parameter or of content: the first, of several.
    fn example(&self, node: Node<'d>) -> Option<Value> {
        if let Some(example) = node.get("example") {
            return Some(self.schemas.data(example));
        }
        let mut examples = node.get("examples")?.entries();
        let (_, first) = examples.next()?;
        if let Some((_, second)) = examples.next() {
            self.source
                .note(second, "of several `examples`, the first is kept");
        }
        let first = self.source.resolve(first)?;
        let value = first.get("value");
        if value.is_none() {
            self.source.leave_out("externalValue");
        }
        value.map(|value| self.schemas.data(value))
    }

    /// The body of a request.
    pub(super) fn request(&self, operation: Node<'d>) -> Option<Value> {
        let node = self.source.resolve(operation.get("requestBody")?)?;
        self.check_keys(
            node,
            "the body of a request",
            &["description", "content", "required"],
        );
        let mut read = Map::new();
        if self.flag(node, "required") {
            read.insert("required".to_owned(), true.into());
        }
        let Some(content) = node
            .get("content")
            .filter(|content| content.entries().len() > 0)
        else {
            self.source
                .fault(node, "the body is not described", "give it its `content`");
            return None;
        };
        read.insert("content".to_owned(), self.content(content));
        Some(Value::Object(read))
    }

    /// The responses of an operation, by status.
    pub(super) fn responses(&self, operation: Node<'d>) -> Option<Value> {
        let responses = operation.get("responses");
        let Some(responses) = responses.filter(|responses| responses.entries().len() > 0) else {
            self.source.fault(
                operation,
                "the operation describes no response",
                "give it `responses`; if the document is cut off here, give all of it",
            );
            return None;
        };
        let has_success = responses
            .entries()
            .any(|(status, _)| status.starts_with('2'));
        let mut read = Map::new();
        for (status, node) in responses.entries() {
            if status.starts_with("x-") {
                self.source.leave_out(status);
                continue;
            }
            if !is_status(status) {
                let message = format!("`{status}` is not a status of a response");
                self.source.fault(
                    node,
                    message,
                    "write a number such as '200', a class such as '4XX', or `default`",
                );
                continue;
            }
            let Some(response) = self.source.resolve(node) else {
                continue;
            };
            let is_success = status.starts_with('2') || status == "default" && !has_success;
            read.insert(status.to_owned(), self.response(response, is_success));
        }
        Some(Value::Object(read))
    }

    fn response(&self, node: Node<'d>, is_success: bool) -> Value {
        self.check_keys(
            node,
            "an answer",
            &["description", "summary", "headers", "content", "links"],
        );
        if node.get("links").is_some() {
            self.source.leave_out("links");
        }
        let phrase = node
            .text("description")
            .map(|words| words.trim().trim_end_matches('.'));
        let phrase = phrase.and_then(|words| {
            PHRASES
                .iter()
                .find(|phrase| phrase.eq_ignore_ascii_case(words))
        });
        let ours = if is_success { "Success" } else { "An error" };
        let mut read = json!({ "description": phrase.unwrap_or(&ours) });
        let mut headers = Map::new();
        for (name, header) in node.get("headers").iter().flat_map(Node::entries) {
            // Its media type is said with the content.
            if name.eq_ignore_ascii_case("content-type") {
                continue;
            }
            if let Some(header) = self.source.resolve(header) {
                headers.insert(name.to_owned(), self.header(header));
            }
        }
        if !headers.is_empty() {
            read["headers"] = Value::Object(headers);
        }
        if let Some(content) = node
            .get("content")
            .filter(|content| content.entries().len() > 0)
        {
            read["content"] = self.content(content);
        }
        read
    }

    fn header(&self, node: Node<'d>) -> Value {
        let known = [
            "description",
            "required",
            "deprecated",
            "schema",
            "content",
            "example",
            "examples",
            "style",
            "explode",
        ];
        self.check_keys(node, "a header", &known);
        let mut read = json!({});
        for key in ["required", "deprecated", "explode"] {
            if self.flag(node, key) {
                read[key] = true.into();
            }
        }
        self.described(node, &mut read);
        read
    }

    /// Content, by media type.
    fn content(&self, node: Node<'d>) -> Value {
        let mut read = Map::new();
        for (media, described) in node.entries() {
            self.check_keys(
                described,
                "content",
                &["schema", "example", "examples", "encoding"],
            );
            let mut value = json!({});
            match described.get("schema") {
                Some(schema) => value["schema"] = self.schemas.read(schema),
                None if self.source.dialect == Dialect::V31 && is_bytes(media) => {
                    value["schema"] = json!({ "type": "string", "format": "binary" });
                }
                None => {}
            }
            // To OpenAPI 3.1, bytes are what nothing is said of.
            if value.get("schema") == Some(&json!({})) && is_bytes(media) {
                value["schema"] = json!({ "type": "string", "format": "binary" });
            }
            if let Some(example) = self.example(described) {
                value["example"] = example;
            }
            if let Some(encoding) = described.get("encoding") {
                value["encoding"] = self.encodings(encoding);
            }
            let is_any = media == "*/*" && value["schema"]["format"] != "binary";
            if is_any {
                self.source.note(
                    described,
                    "content of any media type (`*/*`) is taken for `application/json`",
                );
            }
            read.insert(
                if is_any { "application/json" } else { media }.to_owned(),
                value,
            );
        }
        Value::Object(read)
    }

    fn encodings(&self, node: Node<'d>) -> Value {
        let mut read = Map::new();
        for (name, encoding) in node.entries() {
            let known = [
                "contentType",
                "headers",
                "style",
                "explode",
                "allowReserved",
            ];
            self.check_keys(encoding, "the encoding of a part", &known);
            let mut value = json!({});
            for key in ["contentType", "style"] {
                if let Some(text) = encoding.text(key) {
                    value[key] = text.into();
                }
            }
            for key in ["explode", "allowReserved"] {
                if encoding.get(key).is_some() {
                    value[key] = self.flag(encoding, key).into();
                }
            }
            let headers = encoding.get("headers");
            let headers = headers
                .iter()
                .flat_map(Node::entries)
                .filter_map(|(name, header)| {
                    Some((name.to_owned(), self.header(self.source.resolve(header)?)))
                });
            let headers: Map<String, Value> = headers.collect();
            if !headers.is_empty() {
                value["headers"] = Value::Object(headers);
            }
            read.insert(name.to_owned(), value);
        }
        Value::Object(read)
    }
}

fn is_status(status: &str) -> bool {
    status == "default"
        || status.len() == 3
            && status.starts_with(|class: char| ('1'..='5').contains(&class))
            && (status.ends_with("XX") || status.bytes().all(|digit| digit.is_ascii_digit()))
}

/// Whether content of a media type is bytes to programs that know nothing of it.
fn is_bytes(media: &str) -> bool {
    let media = media.to_ascii_lowercase();
    !media.contains("json")
        && !media.contains("xml")
        && !media.starts_with("text/")
        && !media.starts_with("multipart/")
        && !media.contains("form-urlencoded")
        && media != "*/*"
}
