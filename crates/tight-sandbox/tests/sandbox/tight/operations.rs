//! Every operation of the document is served: asked with what the document shows, it answers a success that is as
//! the document says.

use reqwest::{Method, RequestBuilder, StatusCode, multipart};
use serde_json::{Map, Value, json};
use tight_sandbox::Sandbox;

use crate::support::{DOCUMENT, anonymous, as_client, request, send, send_unchecked};

/// How deeply bodies are filled: schemas may contain themselves.
const DEPTH: usize = 8;

struct Operation<'a> {
    document: &'a Value,
    path: &'a str,
    method: Method,
    object: &'a Value,
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, object) in item.as_object().unwrap() {
            operations.push(Operation {
                document,
                path,
                method: method.to_uppercase().parse().unwrap(),
                object,
            });
        }
    }
    operations
}

fn document() -> Value {
    serde_json::from_str(DOCUMENT).unwrap()
}

impl Operation<'_> {
    fn id(&self) -> &str {
        self.object["operationId"].as_str().unwrap()
    }

    fn kind(&self, key: &str) -> &str {
        self.object["x-kind"][key].as_str().unwrap_or_default()
    }

    /// Its turn: what saves comes first, and what deletes last.
    fn turn(&self) -> usize {
        match (self.kind("is"), self.kind("does")) {
            ("batch-save" | "upload", _) | (_, "save" | "create") => 0,
            (_, "delete") => 2,
            _ if self.method == Method::DELETE => 2,
            _ => 1,
        }
    }

    /// What it is sent as this media type.
    fn body(&self, media_type: &str) -> Option<Value> {
        let schema = &self.object["requestBody"]["content"][media_type]["schema"];
        let body = schema.is_object().then(|| made(self.document, schema, 0));
        body.flatten()
    }

    /// The id of an entity of `collection`. Where no operation makes one, there is one all the same.
    fn id_in(&self, sandbox: &Sandbox, collection: &str) -> String {
        let id = |entity: &Value| entity["id"].as_str().map(str::to_owned);
        let stored = sandbox.stored(collection);
        let known = stored.iter().find_map(id);
        known.unwrap_or_else(|| id(&sandbox.store(collection, json!({ "id": "any_1" }))).unwrap())
    }

    /// Its path, with the ids of what there is.
    fn filled(&self, sandbox: &Sandbox) -> String {
        let kind = &self.object["x-kind"];
        let segments = self.path.split('/').map(|segment| {
            let Some(name) = segment
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'))
            else {
                return segment.to_owned();
            };
            if kind["id"] == name {
                self.id_in(sandbox, self.kind("collection"))
            } else if kind["of"]["parameter"] == name {
                self.id_in(sandbox, kind["of"]["collection"].as_str().unwrap())
            } else {
                text(&self.parameter(name))
            }
        });
        segments.collect::<Vec<_>>().join("/")
    }

    fn parameter(&self, name: &str) -> Value {
        let mut parameters = self.object["parameters"].as_array().into_iter().flatten();
        let parameter = parameters.find(|parameter| parameter["name"] == name);
        let schema = &parameter.unwrap()["schema"];
        made(self.document, schema, 0).unwrap()
    }

    /// A request with what the document shows.
    fn request(&self, sandbox: &Sandbox) -> RequestBuilder {
        let (method, path) = (self.method.clone(), self.filled(sandbox));
        if let Some(form) = self.body("application/x-www-form-urlencoded") {
            let given = form.as_object().unwrap().iter();
            let given: Vec<_> = given.map(|(name, value)| (name, text(value))).collect();
            return as_client(sandbox, method, &path).form(&given);
        }
        let required = self.object["parameters"].as_array().into_iter().flatten();
        let required = required
            .filter(|parameter| parameter["in"] == "query" && parameter["required"] == true)
            .map(|parameter| parameter["name"].as_str().unwrap());
        let query = required.map(|name| format!("{name}={}", text(&self.parameter(name))));
        let query: Vec<_> = query.collect();
        let request = request(sandbox, method, &format!("{path}?{}", query.join("&")));
        if let Some(parts) = self.body("multipart/form-data") {
            let form = parts.as_object().unwrap().iter();
            let form = form.fold(multipart::Form::new(), |form, (name, value)| match value {
                Value::Object(_) => form.part(
                    name.clone(),
                    multipart::Part::text(value.to_string())
                        .mime_str("application/json")
                        .unwrap(),
                ),
                _ => form.part(
                    name.clone(),
                    multipart::Part::bytes(b"%PDF-1.4".as_slice()).file_name("receipt.pdf"),
                ),
            });
            return request.multipart(form);
        }
        match self.body("application/json") {
            // What a page is asked for with is another test's.
            Some(_) if self.kind("is") == "page" => request.json(&json!({})),
            Some(mut body) => {
                if self.turn() == 0 && self.kind("is") != "list" {
                    without_ids(&mut body);
                }
                request.json(&body)
            }
            None => request,
        }
    }
}

/// Has nothing be an update of something.
fn without_ids(body: &mut Value) {
    let items = match &mut body["data"] {
        Value::Array(items) => items.as_mut_slice(),
        _ => std::slice::from_mut(body),
    };
    for item in items {
        item.as_object_mut().unwrap().remove("id");
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// `schema` without references, and with the parts that it is put together from.
fn whole(document: &Value, schema: &Value) -> Map<String, Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        let referred = document.pointer(reference.trim_start_matches('#')).unwrap();
        return whole(document, referred);
    }
    let mut all = schema.as_object().unwrap().clone();
    if let Some(Value::Array(parts)) = all.remove("allOf") {
        for part in parts {
            for (keyword, value) in whole(document, &part) {
                all.entry(keyword).or_insert(value);
            }
        }
    }
    all
}

/// A value that the document allows: what it shows, or else a placeholder. Nothing where there is no end to it.
fn made(document: &Value, schema: &Value, depth: usize) -> Option<Value> {
    let schema = whole(document, schema);
    let is = |flag: &str| schema.get(flag) == Some(&Value::Bool(true));
    if depth > DEPTH || is("readOnly") {
        return None;
    }
    if let Some(example) = schema.get("example").or_else(|| schema.get("enum")?.get(0)) {
        return Some(example.clone());
    }
    let keyword = |name: &str| schema.get(name).and_then(Value::as_str);
    Some(match keyword("type") {
        _ if schema.contains_key("properties") => {
            let properties = schema["properties"].as_object().unwrap().iter();
            let made = properties.filter_map(|(name, property)| {
                Some((name.clone(), made(document, property, depth + 1)?))
            });
            Value::Object(made.collect())
        }
        Some("array") => {
            let item = made(document, &schema["items"], depth + 1);
            item.into_iter().collect()
        }
        Some("string") => json!(match keyword("format") {
            Some("date") => "2023-12-25",
            Some("date-time") => "2023-11-07T05:31:56Z",
            Some("email") => "jsmith@example.com",
            Some("decimal") => "12.5",
            _ => "any_1",
        }),
        Some("integer" | "number") => {
            let most = schema.get("maximum").and_then(Value::as_u64);
            json!(most.unwrap_or(123).min(123))
        }
        Some("boolean") => json!(true),
        _ => json!({}),
    })
}

#[tokio::test]
async fn every_operation_is_served() {
    let document = document();
    let mut operations = operations(&document);
    operations.sort_by_key(Operation::turn);
    let sandbox = Sandbox::start().await.unwrap();
    assert_eq!(sandbox.unserved(), []);

    for operation in &operations {
        // What is taken back must be there.
        let rules = document["x-domain"]["reactions"].as_array().unwrap();
        if rules.iter().any(|rule| rule["removal"] == operation.id()) {
            let message = operation.id_in(&sandbox, operation.kind("collection"));
            let code = operation.parameter("emojiCode");
            sandbox.react(&message, code.as_str().unwrap(), "user_sandbox");
        }
        let answer = send(operation.request(&sandbox)).await;
        assert_eq!(
            answer.status,
            StatusCode::OK,
            "{}: {:#}",
            operation.id(),
            answer.body
        );
    }

    let counted = sandbox.requests() + sandbox.token_requests();
    assert_eq!(counted, operations.len());
    assert!(operations.len() > 100);
}

/// What is saved for the first time is saved once more with its id, and what was there is changed.
#[tokio::test]
async fn every_batch_save_that_takes_ids_updates() {
    let document = document();
    let sandbox = Sandbox::start().await.unwrap();
    let mut updated = 0;
    for operation in operations(&document) {
        if operation.kind("is") != "batch-save" {
            continue;
        }
        let first = send(operation.request(&sandbox)).await;
        let id = &first.body["data"][0]["data"]["id"];
        let mut body = operation.body("application/json").unwrap();
        let item = body["data"][0].as_object_mut().unwrap();
        if item
            .insert("id".to_owned(), id.clone())
            .is_none_or(|id| !id.is_string())
        {
            continue;
        }
        let path = operation.path;
        let second = send(request(&sandbox, Method::POST, path).json(&body)).await;
        assert_eq!(second.status, StatusCode::OK, "{path}: {:#}", second.body);
        assert_eq!(&second.body["data"][0]["data"]["id"], id, "{path}");
        assert_eq!(
            sandbox.stored(operation.kind("collection")).len(),
            1,
            "{path}"
        );
        updated += 1;
    }
    assert!(updated > 10);
}

/// A condition in each place of a filter, each by itself.
fn conditions(document: &Value, schema: &Value, depth: usize) -> Vec<Value> {
    let schema = whole(document, schema);
    let properties = schema.get("properties").and_then(Value::as_object);
    let mut conditions = Vec::new();
    for (name, property) in properties.into_iter().flatten() {
        let inner = whole(document, property);
        if inner.contains_key("properties") {
            assert!(depth < DEPTH);
            let inner = self::conditions(document, property, depth + 1);
            conditions.extend(inner.into_iter().map(|inner| json!({ name: inner })));
        } else {
            conditions.extend(made(document, property, 0).map(|value| json!({ name: value })));
        }
    }
    conditions
}

#[tokio::test]
async fn every_condition_and_every_order_is_kept_to_or_refused_by_name() {
    let document = document();
    let sandbox = Sandbox::start().await.unwrap();
    let (mut answered, mut refused) = (0, 0);
    for operation in operations(&document) {
        if operation.kind("is") != "page" || operation.kind("in") != "body" {
            continue;
        }
        let schema = &operation.object["requestBody"]["content"]["application/json"]["schema"];
        let query = whole(&document, schema);
        let mut wanted = Vec::new();
        if let Some(filter) = query["properties"].get("filter") {
            let conditions = conditions(&document, filter, 0).into_iter();
            wanted.extend(conditions.map(|condition| ("filter", condition)));
        }
        if let Some(sort) = query["properties"].get("sort") {
            let sort = whole(&document, sort);
            let order = whole(&document, &sort["properties"]["orderBy"]);
            let orders = order
                .get("enum")
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            wanted.extend(orders.map(|by| ("sort", json!({ "orderBy": by, "direction": "DESC" }))));
        }
        for (part, value) in wanted {
            let body = json!({ (part): value });
            let request = request(&sandbox, Method::POST, operation.path).json(&body);
            let answer = send_unchecked(request).await;
            let error = &answer.body["error"][0];
            match answer.status {
                StatusCode::OK => answered += 1,
                StatusCode::NOT_IMPLEMENTED => {
                    assert!(text(&error["param"]).starts_with(part), "{body}: {error}");
                    refused += 1;
                }
                _ => panic!("{} {body}: {:#}", operation.id(), answer.body),
            }
        }
    }
    assert!(
        answered > 3 * refused,
        "{answered} are answered, {refused} are not"
    );
}

#[tokio::test]
async fn every_operation_but_that_for_tokens_demands_one() {
    let document = document();
    let sandbox = Sandbox::start().await.unwrap();
    for operation in operations(&document) {
        let path = operation.path.replace(['{', '}'], "");
        let answer = send(anonymous(&sandbox, operation.method.clone(), &path)).await;
        assert_eq!(
            answer.status,
            StatusCode::UNAUTHORIZED,
            "{}",
            operation.id()
        );
    }
}
