//! Every operation of the effective document can be called through the client, and goes where the document says.

use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tight_api::{Client, Credentials};

use crate::round_trips::documented;
use crate::server::{Reply, Server};

// rustfmt would undo what codegen wrote.
#[rustfmt::skip]
#[allow(deprecated, reason = "what is to go is tested until it is gone")]
#[path = "generated/calls.rs"]
mod calls;

/// A call of an operation.
struct Call {
    operation: &'static str,
    make: fn(Client) -> BoxFuture<'static, ()>,
}

/// A documented request.
fn sample<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_str(&documented(name)).unwrap()
}

/// The items of a documented request.
fn sample_items<T: DeserializeOwned>(name: &str, place: &str) -> Vec<T> {
    let sample: Value = serde_json::from_str(&documented(name)).unwrap();
    let list = place.strip_suffix("/*").unwrap();
    serde_json::from_value(sample.pointer(list).unwrap().clone()).unwrap()
}

/// A call is made. What it gives is not what matters here.
fn sent<T, E>(_: Result<T, E>) {}

/// Whether a path is one of those that a template describes.
fn is_described(path: &str, template: &str) -> bool {
    let (path, template): (Vec<_>, Vec<_>) =
        (path.split('/').collect(), template.split('/').collect());
    path.len() == template.len()
        && path.iter().zip(&template).all(|(segment, described)| {
            described.starts_with('{') && !segment.is_empty() || segment == described
        })
}

#[tokio::test]
async fn every_operation_can_be_called_and_goes_where_the_document_says() {
    let document = include_str!("../../../tight-sandbox/src/generated/tight-v6.json");
    let document: Value = serde_json::from_str(document).unwrap();
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations += 1;
            let id = operation["operationId"].as_str().unwrap();
            let call = calls::CALLS.iter().find(|call| call.operation == id);
            let call = call.unwrap_or_else(|| panic!("{id} cannot be called, or has no sample"));
            let server = Server::replying([Reply::json("418 I'm a teapot", "{}")]).await;
            let client = server
                .client_builder()
                .credentials(if operation.get("security").is_some() {
                    Credentials::client("id", "secret")
                } else {
                    Credentials::access_token("an-access-token")
                })
                .build()
                .unwrap();
            (call.make)(client).await;

            let requests = server.requests();
            let [request] = requests.as_slice() else {
                panic!("{id}: {requests:?}")
            };
            let mut line = request.lines().next().unwrap().split(' ');
            assert_eq!(line.next().unwrap(), method.to_uppercase(), "{id}");
            let sent = line.next().unwrap().split('?').next().unwrap();
            assert!(
                is_described(sent, path),
                "{id} went to {sent}, not to {path}"
            );
        }
    }
    assert_eq!(operations, calls::CALLS.len());
    assert!(operations > 0);
}
