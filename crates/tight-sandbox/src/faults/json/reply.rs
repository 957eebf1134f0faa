//! Responses in JSON: `{"status": 503, "headers": {"Retry-After": "30"}, "body": {"error": "…"}}`.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};

use crate::{
    faults::reply::{RESERVED, Reply},
    placed::{Placed, Wrong},
};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

pub(super) fn read(reply: &Placed<'_>) -> Result<Reply, Wrong> {
    let members = reply.object(&["status", "headers", "body", "bodyBase64"])?;
    let status = status(&members.need("status")?)?;
    let mut headers = match members.get("headers") {
        Some(sent) => self::headers(&sent)?,
        None => HeaderMap::new(),
    };
    let (body, media_type) = match (members.get("body"), members.get("bodyBase64")) {
        (Some(_), Some(encoded)) => {
            return Err(encoded.wrong("`body` and `bodyBase64` cannot both be given"));
        }
        (None, None) => (Vec::new(), None),
        (None, Some(encoded)) => {
            let decoded = BASE64_STANDARD.decode(encoded.text()?);
            let body = decoded.map_err(|error| encoded.wrong(format!("is not Base64: {error}")))?;
            (body, None)
        }
        (Some(body), None) => match body.value {
            Value::String(text) => (text.clone().into_bytes(), Some(TEXT)),
            value => (value.to_string().into_bytes(), Some(JSON)),
        },
    };
    if let Some(media_type) = media_type {
        headers.entry(CONTENT_TYPE).or_insert(media_type);
    }
    Ok(Reply {
        status,
        headers,
        body,
    })
}

/// The status of a final response.
pub(super) fn status(status: &Placed<'_>) -> Result<StatusCode, Wrong> {
    let number = u16::try_from(status.whole_number()?).ok();
    let known = number.and_then(|number| StatusCode::from_u16(number).ok());
    let known = known.filter(|status| !status.is_informational());
    known.ok_or_else(|| status.wrong("is not the status of a final response: use 200 to 999"))
}

fn headers(headers: &Placed<'_>) -> Result<HeaderMap, Wrong> {
    let mut all = HeaderMap::new();
    for (name, sent) in headers.open_object()?.iter() {
        let Ok(header) = HeaderName::from_bytes(name.as_bytes()) else {
            return Err(sent.wrong(format!("`{name}` is not a valid header name")));
        };
        if RESERVED.contains(&header) {
            return Err(sent.wrong("the sandbox sets this header itself"));
        }
        let values = match sent.value {
            Value::Array(_) => sent.array()?,
            _ => vec![sent],
        };
        for sent in values {
            let value = HeaderValue::from_str(sent.text()?);
            let value = value.map_err(|_| sent.wrong("is not a valid header value"))?;
            all.append(&header, value);
        }
    }
    Ok(all)
}

pub(super) fn write(reply: &Reply) -> Value {
    let mut written = Map::new();
    written.insert("status".to_owned(), json!(reply.status.as_u16()));
    let mut headers = Map::new();
    for name in reply.headers.keys() {
        let values = reply.headers.get_all(name).iter();
        let values = values.map(|value| Value::from(String::from_utf8_lossy(value.as_bytes())));
        let mut values: Vec<_> = values.collect();
        let value = match values.len() {
            1 => values.remove(0),
            _ => Value::Array(values),
        };
        headers.insert(name.as_str().to_owned(), value);
    }
    if !headers.is_empty() {
        written.insert("headers".to_owned(), Value::Object(headers));
    }
    if let Some((name, body)) = body(&reply.body) {
        written.insert(name.to_owned(), body);
    }
    Value::Object(written)
}

/// The body, in the form that is read as the same bytes.
fn body(body: &[u8]) -> Option<(&'static str, Value)> {
    let Ok(text) = std::str::from_utf8(body) else {
        return Some(("bodyBase64", Value::from(BASE64_STANDARD.encode(body))));
    };
    let json = serde_json::from_str::<Value>(text).ok();
    let json = json.filter(|json| {
        !json.is_string() && serde_json::to_vec(json).is_ok_and(|written| written == body)
    });
    (!text.is_empty()).then(|| ("body", json.unwrap_or_else(|| Value::from(text))))
}
