//! Reads the servers and the security requirements of an operation.

use serde_json::{Map, Value, json};

use super::source::Source;
use crate::document::Node;

/// Servers and security of an operation.
#[derive(Default)]
pub(super) struct Access {
    /// The servers; none if the document does not say.
    pub(super) servers: Option<Value>,
    /// The security requirements; none if the document has none.
    pub(super) security: Option<Value>,
    /// The schemes that it names.
    pub(super) schemes: Map<String, Value>,
}

/// The name of the access token's scheme in captured pages.
pub(super) const TOKEN: &str = "bearerToken";
const CLIENT: &str = "clientCredentials";

/// Other HTTP authentication schemes: https://www.iana.org/assignments/http-authschemes
const HTTP: &[&str] = &[
    "digest",
    "dpop",
    "hoba",
    "mutual",
    "negotiate",
    "oauth",
    "scram-sha-1",
    "scram-sha-256",
    "vapid",
];

/// Servers or security of an operation, or else of its path, or else of the document.
pub(super) fn read<'d>(source: &Source<'d>, path: Node<'d>, operation: Node<'d>) -> Access {
    let nearest = |key| {
        [operation, path, source.root]
            .iter()
            .find_map(|node| node.get(key))
    };
    let mut access = Access {
        servers: nearest("servers").and_then(|servers| self::servers(source, servers)),
        ..Access::default()
    };
    match operation
        .get("security")
        .or_else(|| source.root.get("security"))
    {
        Some(security) => access.security = demands(source, security, &mut access.schemes),
        None => source.note(
            operation,
            "the document does not state how the operation authenticates (`security`)",
        ),
    }
    access
}

fn servers<'d>(source: &Source<'d>, node: Node<'d>) -> Option<Value> {
    let mut read = Vec::new();
    for server in node.items() {
        let Some(url) = server.text("url") else {
            source.fault(server, "a server has no address", "write its `url`");
            continue;
        };
        if url.starts_with('/') || url.is_empty() || url.starts_with('.') {
            if url.trim_end_matches('/').is_empty() {
                source.note(
                    server,
                    "the server is the one that the document came from, which it does not name",
                );
            } else {
                source.fault(
                    server,
                    format!("the server `{url}` is relative to where the document came from"),
                    "write the server's whole address",
                );
            }
            continue;
        }
        let mut value = json!({ "url": url });
        let mut variables = Map::new();
        for (name, variable) in server.get("variables").iter().flat_map(Node::entries) {
            let mut of = json!({});
            let values: Vec<Value> = (variable.get("enum").iter().flat_map(Node::items))
                .filter_map(|value| value.str().map(Value::from))
                .collect();
            if !values.is_empty() {
                of["enum"] = Value::Array(values);
            }
            match variable.get("default") {
                Some(default) if default.str().is_some() => of["default"] = default.to_value(),
                _ => source.fault(
                    variable,
                    format!("the variable `{name}` has no default"),
                    "give it one, as a text",
                ),
            }
            variables.insert(name.to_owned(), of);
        }
        if !variables.is_empty() {
            value["variables"] = Value::Object(variables);
        }
        read.push(value);
    }
    (!read.is_empty()).then_some(Value::Array(read))
}

fn demands<'d>(
    source: &Source<'d>,
    node: Node<'d>,
    schemes: &mut Map<String, Value>,
) -> Option<Value> {
    if !node.is_list() {
        source.fault(
            node,
            "`security` is not a list",
            "write each scheme as an item of a list",
        );
        return None;
    }
    let mut demands = Vec::new();
    for demand in node.items() {
        if !demand.is_object() {
            source.fault(
                demand,
                "the security requirement is not a mapping",
                "write each scheme as `- name: []`",
            );
            continue;
        }
        let mut read = Map::new();
        for (name, scopes) in demand.entries() {
            let declared = (source.root.get("components"))
                .and_then(|components| components.get("securitySchemes")?.get(name));
            let Some(declared) = declared else {
                let message = format!("`{name}` is not a security scheme of the document");
                source.fault(
                    scopes,
                    message,
                    "the document may be cut off; give all of it",
                );
                continue;
            };
            let Some(declared) = source.resolve(declared) else {
                continue;
            };
            let Some((called, scheme)) = scheme(source, name, declared) else {
                continue;
            };
            let scopes = scopes
                .items()
                .filter_map(|scope| scope.str().map(Value::from));
            read.insert(called.clone(), Value::Array(scopes.collect()));
            schemes.insert(called, scheme);
        }
        let read = Value::Object(read);
        if !demands.contains(&read) {
            demands.push(read);
        }
    }
    Some(Value::Array(demands))
}

/// A security scheme, and what captured pages call it.
fn scheme<'d>(source: &Source<'d>, name: &str, node: Node<'d>) -> Option<(String, Value)> {
    let fault = |message: String| {
        source.fault(
            node,
            message,
            "see https://spec.openapis.org/oas/v3.0.3#security-scheme-object",
        );
        None
    };
    let kind = node.text("type").unwrap_or_default();
    let http = node.text("scheme").map(str::to_ascii_lowercase);
    match (kind, http.as_deref()) {
        ("http", Some("bearer")) => Some((TOKEN.to_owned(), token())),
        ("http", Some("basic")) => {
            let scheme = json!({
                "type": "http",
                "scheme": "basic",
                "description": "The client id as user name and the client secret as password.",
            });
            Some((CLIENT.to_owned(), scheme))
        }
        ("http", Some(other)) if HTTP.contains(&other) => {
            Some((name.to_owned(), json!({ "type": "http", "scheme": other })))
        }
        ("http", _) => fault(format!(
            "the scheme `{name}` is not an HTTP authentication scheme"
        )),
        ("apiKey", _) => {
            match (node.text("name"), node.text("in")) {
                // The header of a bearer token, as documents for web pages with a field for it write it.
                (Some(header), Some("header")) if header.eq_ignore_ascii_case("authorization") => {
                    source.note(node, &format!("`{name}` is the `Authorization` header, and is taken for a bearer token"));
                    Some((TOKEN.to_owned(), token()))
                }
                (Some(key), Some(place @ ("header" | "query" | "cookie"))) => Some((
                    name.to_owned(),
                    json!({ "type": "apiKey", "name": key, "in": place }),
                )),
                _ => fault(format!(
                    "the scheme `{name}` does not say which key it is, and where"
                )),
            }
        }
        ("openIdConnect", _) => match node.text("openIdConnectUrl") {
            Some(url) => Some((
                name.to_owned(),
                json!({ "type": kind, "openIdConnectUrl": url }),
            )),
            None => fault(format!("the scheme `{name}` has no `openIdConnectUrl`")),
        },
        ("oauth2", _) => flows(node)
            .map(|flows| (name.to_owned(), json!({ "type": kind, "flows": flows })))
            .or_else(|| {
                fault(format!(
                    "the scheme `{name}` has no `flows` that OpenAPI 3.0 has"
                ))
            }),
        (other, _) => fault(format!(
            "a security scheme of type `{other}` cannot be expressed in OpenAPI 3.0"
        )),
    }
}

fn token() -> Value {
    json!({
        "type": "http",
        "scheme": "bearer",
        "description": "The access token, sent as `Bearer` and the token in the `Authorization` header.",
    })
}

/// The flows of OAuth 2, each with the addresses that it must have. What the scopes mean is reported in the document's own words, which
/// are left out.
fn flows(node: Node<'_>) -> Option<Value> {
    let mut read = Map::new();
    for (name, flow) in node.get("flows")?.entries() {
        let demanded: &[&str] = match name {
            "implicit" => &["authorizationUrl"],
            "password" | "clientCredentials" => &["tokenUrl"],
            "authorizationCode" => &["authorizationUrl", "tokenUrl"],
            _ => return None,
        };
        let mut value = Map::new();
        for key in demanded {
            value.insert((*key).to_owned(), flow.text(key)?.into());
        }
        if let Some(url) = flow.text("refreshUrl") {
            value.insert("refreshUrl".to_owned(), url.into());
        }
        let scopes = flow.get("scopes");
        let scopes = scopes.iter().flat_map(Node::entries);
        let scopes: Map<String, Value> = scopes
            .map(|(scope, _)| (scope.to_owned(), "".into()))
            .collect();
        value.insert("scopes".to_owned(), Value::Object(scopes));
        read.insert(name.to_owned(), Value::Object(value));
    }
    (!read.is_empty()).then_some(Value::Object(read))
}
