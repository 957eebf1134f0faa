//! Orders over HTTP, for tests in any language.

mod faults;
mod guards;
mod state;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;
use tight_sandbox::Sandbox;

use crate::support::anonymous;

/// A sandbox that takes orders.
async fn obedient() -> Sandbox {
    Sandbox::builder().orders_over_http().start().await.unwrap()
}

fn order(sandbox: &Sandbox, method: Method, name: &str) -> RequestBuilder {
    anonymous(sandbox, method, &format!("/sandbox/{name}"))
}

/// Sends an order; an empty body is null.
async fn sent(order: RequestBuilder) -> (StatusCode, Value) {
    let response = order.send().await.unwrap();
    let status = response.status();
    let body = response.bytes().await.unwrap();
    match status {
        StatusCode::NO_CONTENT => {
            assert!(body.is_empty());
            (status, Value::Null)
        }
        _ => (status, serde_json::from_slice(&body).unwrap()),
    }
}

async fn ask(sandbox: &Sandbox, name: &str) -> Value {
    let (status, body) = sent(order(sandbox, Method::GET, name)).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}

async fn post(sandbox: &Sandbox, name: &str, body: &Value) -> (StatusCode, Value) {
    sent(order(sandbox, Method::POST, name).json(body)).await
}

async fn delete(sandbox: &Sandbox, name: &str) {
    let (status, _) = sent(order(sandbox, Method::DELETE, name)).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
}

/// Gives an order that is refused, and returns the place and what is wrong.
async fn refused(sandbox: &Sandbox, name: &str, body: &Value) -> (String, String) {
    let (status, answer) = post(sandbox, name, body).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{body} {answer}");
    let error = |name: &str| answer["error"][name].as_str().unwrap_or("none").to_owned();
    (error("at"), error("message"))
}
