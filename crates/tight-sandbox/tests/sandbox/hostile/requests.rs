//! Any bytes as requests: each gets a response that the document describes, and none a server error.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;
use tight_sandbox::Sandbox;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Runtime,
};

use super::script::{NEXT, Request, Tokens};
use crate::documented::assert_documented;

/// How long a response may take by the clock on the wall.
const PATIENCE: Duration = Duration::from_secs(20);

/// No more requests are sent to one sandbox.
const MOST_REQUESTS: usize = 12;

/// A response.
struct Response {
    status: String,
    is_json: bool,
    body: Vec<u8>,
    /// Whether the connection can be used again.
    stays: bool,
}

/// Sends what the bytes say to a sandbox of their own, and panics if a response is not as it should be. Returns the statuses.
pub(crate) fn check(runtime: &Runtime, bytes: &[u8]) -> Vec<String> {
    runtime.block_on(async {
        let now = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_709_210_096);
        let sandbox = Sandbox::builder().clock(move || now).keep_requests(10);
        let sandbox = sandbox.start().await.unwrap();
        let checked = tokio::time::timeout(PATIENCE, exchange(&sandbox, bytes)).await;
        checked.unwrap_or_else(|_| panic!("there is no end of the response"))
    })
}

async fn exchange(sandbox: &Sandbox, bytes: &[u8]) -> Vec<String> {
    let credentials = format!("{}:{}", sandbox.client_id(), sandbox.client_secret());
    let mut tokens = Tokens {
        partner: format!("Bearer {}", sandbox.access_token()),
        user: format!("Bearer {}", sandbox.access_token()),
        basic: format!("Basic {}", BASE64_STANDARD.encode(credentials)),
    };
    let mut ids = Vec::new();
    let mut statuses = Vec::new();
    let mut stream = None;
    for part in bytes.split(|byte| *byte == NEXT).take(MOST_REQUESTS) {
        let request = Request::read(part, &ids, &tokens);
        let mut connection = match stream.take() {
            Some(connection) => connection,
            None => connect(sandbox).await,
        };
        // The server may have enough of it before its end.
        let _ = connection.write_all(&request.bytes).await;
        if !request.is_sound {
            let _ = connection.shutdown().await;
        }
        let response = read(&mut connection, &request.method).await;
        let Some(response) = response else {
            assert!(!request.is_sound, "no response to {}", shown(&request));
            continue;
        };
        judge(&request, &response);
        if let Ok(body) = serde_json::from_slice::<Value>(&response.body) {
            if let Some(token) = body["access_token"].as_str() {
                tokens.user = format!("Bearer {token}");
            }
            gather(&body, &mut ids);
        }
        if response.stays && request.is_sound {
            stream = Some(connection);
        }
        statuses.push(response.status);
    }
    statuses
}

async fn connect(sandbox: &Sandbox) -> TcpStream {
    let address = sandbox.url().strip_prefix("http://").unwrap();
    TcpStream::connect(address).await.unwrap()
}

fn shown(request: &Request) -> String {
    let text = String::from_utf8_lossy(&request.bytes);
    text.chars().take(3000).collect()
}

/// What is expected of any response.
fn judge(request: &Request, response: &Response) {
    let told = || {
        let body = String::from_utf8_lossy(&response.body);
        format!("{} {body} to {}", response.status, shown(request))
    };
    let status = &*response.status;
    assert!(
        status.starts_with(['2', '4']) || status == "501",
        "{}",
        told()
    );
    // What is not HTTP never gets as far as the sandbox.
    if !request.is_sound || request.method == "HEAD" {
        return;
    }
    assert!(response.is_json, "{}", told());
    let body: Value = serde_json::from_slice(&response.body)
        .unwrap_or_else(|error| panic!("{error}: {}", told()));
    if ["404", "405", "501"].contains(&status) {
        let (result, errors) = (&body["result"], body["error"].as_array());
        let is_failure = result == "FAILURE" && body["data"].is_null();
        assert!(
            is_failure && errors.is_some_and(|errors| !errors.is_empty()),
            "{}",
            told()
        );
    } else {
        assert_documented(&request.method, &request.path, status, &body);
    }
}

/// Keeps the ids that a response tells, for later requests.
fn gather(value: &Value, ids: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| gather(item, ids)),
        Value::Object(fields) => {
            for (name, value) in fields {
                let is_id = name.to_lowercase().ends_with("id") || name == "after";
                match value.as_str().filter(|_| is_id) {
                    Some(id) if ids.len() < 40 && id.len() < 100 => ids.push(id.to_owned()),
                    _ => gather(value, ids),
                }
            }
        }
        _ => {}
    }
}

/// Reads one response. Nothing, if the connection ends before it has begun.
async fn read(stream: &mut TcpStream, method: &str) -> Option<Response> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
            break end;
        }
        let count = stream.read_buf(&mut bytes).await.unwrap_or(0);
        if count == 0 {
            assert!(bytes.is_empty(), "the head of the response is cut");
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec())
        .unwrap()
        .to_lowercase();
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.to_owned();
    let header = |name: &str| {
        let mut lines = head.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    };
    let mut body = bytes.split_off(end + 4);
    let length = header("content-length").map_or(0, |length| length.parse().unwrap());
    let is_left_out = method == "HEAD" || status == "204";
    while body.len() < length && !is_left_out {
        let count = stream.read_buf(&mut body).await.unwrap_or(0);
        assert!(count > 0, "the body of the response is cut");
    }
    Some(Response {
        status,
        is_json: header("content-type") == Some("application/json"),
        body,
        stays: header("connection") != Some("close"),
    })
}
