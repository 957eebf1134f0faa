//! What a hostile client sends, decided by bytes. All bytes are a script, and small changes of them change little.
//!
//! A script is requests with `\x1e` between. Each is:
//!
//! ```text
//! 0     the operation; one more is a path that does not exist
//! 1     the body (2 bits): made of its schema by the rest, or the rest itself, as JSON, a form or parts; then a bit each:
//!       another method; a wrong token; ids that were told in paths; a token for a user; whole requests as they are
//! 2...  up to three texts, each ended by \x1f: for parameters in the path, the query, lines of the head; then the body
//! ```

use std::{fmt::Write, sync::LazyLock};

use serde_json::Value;

use super::bodies::{Choices, Maker};
use crate::documented::DOCUMENT;

pub(crate) const NEXT: u8 = 0x1e;
pub(crate) const END: u8 = 0x1f;

pub(crate) const JSON: u8 = 1;
pub(crate) const FORM: u8 = 2;
pub(crate) const PARTS: u8 = 3;
pub(crate) const OTHER_METHOD: u8 = 4;
pub(crate) const WRONG_TOKEN: u8 = 8;
pub(crate) const KNOWN_IDS: u8 = 16;
pub(crate) const FOR_USER: u8 = 32;
pub(crate) const AS_IT_IS: u8 = 64;

const BOUNDARY: &str = "boundary";

pub(crate) static TIGHT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(DOCUMENT).unwrap());

struct Operation {
    method: String,
    path: String,
    is_token: bool,
    /// The media type and the schema of the body.
    body: Option<(String, Value)>,
}

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let mut operations = Vec::new();
    for (path, item) in TIGHT["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let content = operation["requestBody"]["content"].as_object();
            let first = content.and_then(|content| content.iter().next());
            operations.push(Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                is_token: operation["x-kind"]["is"] == "token",
                body: first.map(|(media_type, body)| (media_type.clone(), body["schema"].clone())),
            });
        }
    }
    // The order of members depends on features that other crates of a build may switch on.
    operations.sort_by(|one, other| (&one.path, &one.method).cmp(&(&other.path, &other.method)));
    operations
});

pub(crate) fn operations() -> usize {
    OPERATIONS.len()
}

/// A request, byte for byte, and what is expected of the response to it.
pub(crate) struct Request {
    pub(crate) bytes: Vec<u8>,
    pub(crate) method: String,
    pub(crate) path: String,
    /// Whether it is HTTP.
    pub(crate) is_sound: bool,
}

/// The tokens that a request can have.
pub(crate) struct Tokens {
    pub(crate) partner: String,
    pub(crate) user: String,
    pub(crate) basic: String,
}

impl Request {
    /// Reads one part of a script. `ids` are those that the server has told so far.
    pub(crate) fn read(bytes: &[u8], ids: &[String], tokens: &Tokens) -> Self {
        let [number, flags, rest @ ..] = bytes else {
            return Self::read(&[0, 0], ids, tokens);
        };
        let has = |flag: u8| flags & flag != 0;
        if has(AS_IT_IS) {
            return Self {
                bytes: rest.to_vec(),
                method: String::new(),
                path: String::new(),
                is_sound: false,
            };
        }
        let mut texts: Vec<&[u8]> = rest.splitn(4, |byte| *byte == END).collect();
        let body = texts.pop().unwrap_or_default();
        let text = |number: usize| texts.get(number).copied().unwrap_or_default();

        let operation = OPERATIONS.get(usize::from(*number) % (OPERATIONS.len() + 1));
        let maker = Maker {
            document: &TIGHT,
            ids,
        };
        let method = match operation {
            Some(operation) if !has(OTHER_METHOD) => operation.method.as_str(),
            _ => [
                "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ODD",
            ][body.len() % 8],
        };
        let parameter = match has(KNOWN_IDS) {
            true => escaped(
                maker
                    .id(text(0).first().copied().unwrap_or_default())
                    .as_bytes(),
            ),
            false if text(0).is_empty() => "msg_1".to_owned(),
            false => escaped(text(0)),
        };
        let path = operation
            .map_or("/v6/{any}", |operation| &operation.path)
            .split('/');
        let path: Vec<_> = path
            .map(|segment| {
                if segment.starts_with('{') {
                    &*parameter
                } else {
                    segment
                }
            })
            .collect();
        let path = path.join("/");
        let mut head = format!(
            "{method} {path}?{} HTTP/1.1\r\nhost: tight\r\n",
            escaped(text(1))
        );
        let authorization = match operation {
            _ if has(WRONG_TOKEN) => "Bearer none",
            Some(Operation { is_token: true, .. }) => &tokens.basic,
            _ if has(FOR_USER) => &tokens.user,
            _ => &tokens.partner,
        };
        let _ = write!(head, "authorization: {authorization}\r\n");
        let (media_type, body) = body_of(operation, flags & 3, body, &maker);
        if let Some(media_type) = media_type {
            let _ = write!(head, "content-type: {media_type}\r\n");
        }
        let mut is_sound = path.len() + text(1).len() < 4000;
        for line in text(2)
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
        {
            // What they mean for HTTP is between hyper and the client.
            is_sound = false;
            head.extend(
                line.iter()
                    .filter(|byte| !byte.is_ascii_control())
                    .map(|byte| char::from(byte & 0x7f)),
            );
            head.push_str("\r\n");
        }
        let _ = write!(head, "content-length: {}\r\n\r\n", body.len());
        let mut bytes = head.into_bytes();
        bytes.extend(body);
        Self {
            bytes,
            method: method.to_owned(),
            path,
            is_sound,
        }
    }
}

fn body_of(
    operation: Option<&Operation>,
    form: u8,
    rest: &[u8],
    maker: &Maker<'_>,
) -> (Option<String>, Vec<u8>) {
    let parts = || format!("multipart/form-data; boundary={BOUNDARY}");
    match form {
        JSON => (
            Some("application/json; charset=utf-8".to_owned()),
            rest.to_vec(),
        ),
        FORM => (
            Some("application/x-www-form-urlencoded".to_owned()),
            rest.to_vec(),
        ),
        PARTS => (Some(parts()), rest.to_vec()),
        _ => {
            let Some((media_type, schema)) =
                operation.and_then(|operation| operation.body.as_ref())
            else {
                return (None, Vec::new());
            };
            let value = maker.value(schema, "", 0, &mut Choices(rest));
            let fields = value.as_object().into_iter().flatten();
            let text = |value: &Value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            };
            match &**media_type {
                "application/json" => (Some(media_type.clone()), value.to_string().into_bytes()),
                "application/x-www-form-urlencoded" => {
                    let fields = fields
                        .map(|(name, value)| format!("{name}={}", escaped(text(value).as_bytes())));
                    (
                        Some(media_type.clone()),
                        fields.collect::<Vec<_>>().join("&").into_bytes(),
                    )
                }
                _ => {
                    let mut body = String::new();
                    for (name, value) in fields {
                        let file = if name == "file" {
                            "; filename=\"a.pdf\""
                        } else {
                            ""
                        };
                        let _ = write!(
                            body,
                            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n{}\r\n",
                            text(value)
                        );
                    }
                    let _ = write!(body, "--{BOUNDARY}--\r\n");
                    (Some(parts()), body.into_bytes())
                }
            }
        }
    }
}

/// As an address can have it, percent signs as they are.
fn escaped(text: &[u8]) -> String {
    let mut escaped = String::new();
    for byte in text {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => escaped.push(char::from(*byte)),
            b'%' | b'/' | b'&' | b'=' | b'-' | b'.' | b'_' | b'~' | b':' | b'@' | b'+' | b','
            | b';' | b'*' => {
                escaped.push(char::from(*byte));
            }
            _ => {
                let _ = write!(escaped, "%{byte:02X}");
            }
        }
    }
    escaped
}
