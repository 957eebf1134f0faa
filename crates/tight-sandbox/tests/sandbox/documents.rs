//! Other documents than Tight's: that the sandbox follows what it reads, and says what it cannot follow.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tight_sandbox::{Sandbox, StartError};

use crate::support::{anonymous, noon, request, send_unchecked};

/// A batch save that shares no name with Tight's, nor the way its schemas are put together.
const PARCELS: &str = include_str!("parcels.json");

async fn save_parcels(body: Value) -> (StatusCode, Value, Vec<Value>) {
    let sandbox = Sandbox::builder()
        .clock(noon)
        .document(PARCELS)
        .start()
        .await
        .unwrap();
    let request = anonymous(&sandbox, Method::POST, "/v9/depots/dep_1/parcels").json(&body);
    let answer = send_unchecked(request).await;
    (answer.status, answer.body, sandbox.stored("parcels"))
}

async fn parcel_flaws(item: Value) -> Vec<String> {
    let (status, body, _) = save_parcels(json!({ "data": [item] })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{body:#}");
    let errors = body["data"][0]["error"].as_array().unwrap();
    errors
        .iter()
        .map(|error| {
            let text = |name: &str| error[name].as_str().unwrap_or("-");
            format!("{} {}: {}", text("type"), text("param"), text("message"))
        })
        .collect()
}

#[tokio::test]
async fn a_batch_save_is_known_by_its_structure() {
    let receiver = json!({ "name": "Ada" });
    let item = json!({ "weight": 3, "receiver": receiver, "photoIds": ["pho_1"], "speed": null, "kind": 4 });

    let (status, body, stored) = save_parcels(json!({ "data": [item], "note": null })).await;

    assert_eq!(status, StatusCode::OK, "{body:#}");
    assert_eq!(
        stored,
        [json!({
            "id": "parcels_1",
            "weight": 3,
            "speed": null,
            "kind": "BOX",
            "receiver": { "name": "Ada" },
            "carrierId": "carrier_sandbox",
            "label": "https://example.com/sandbox",
            "contact": "sandbox@example.com",
            "stops": 0,
            "insured": false,
            "posted": "2024-02-29",
            "signature": null,
            "photos": [{ "id": "pho_1", "takenAt": "2024-02-29T12:34:56Z" }],
            "events": [],
        })]
    );
    assert_eq!(body["data"][0]["data"], stored[0]);
}

#[tokio::test]
async fn the_envelope_is_checked_against_the_document_too() {
    let (status, body, _) = save_parcels(json!({ "data": [{}, {}, {}, {}], "note": "long" })).await;

    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(
        body["error"],
        json!([
            { "type": "INVALID_VALUE", "message": "data must have 3 items or fewer", "param": "data" },
            { "type": "INVALID_VALUE", "message": "note must have 3 characters or fewer", "param": "note" },
        ])
    );
}

#[tokio::test]
async fn flaws_are_told_in_the_terms_of_the_api() {
    let receiver = json!({ "name": "", "nickname": "", "email": "nobody", "postcode": "X" });
    assert_eq!(
        parcel_flaws(
            json!({ "weight": 100, "receiver": receiver, "due": "soon", "speed": "secret" })
        )
        .await,
        [
            "INVALID_VALUE weight: weight must be 99 or less",
            "REQUIRED receiver.name: receiver.name is required",
            "INVALID_VALUE receiver.nickname: receiver.nickname must have 1 character or more",
            "INVALID_FORMAT receiver.email: receiver.email must be a valid email",
            "INVALID_FORMAT receiver.postcode: receiver.postcode does not have the documented format",
            "INVALID_FORMAT due: due must be a valid date",
            "INVALID_VALUE speed: speed must be SLOW or FAST",
        ]
    );
    assert_eq!(
        parcel_flaws(json!({ "receiver": {} })).await,
        [
            "REQUIRED weight: weight or length and width is required",
            "REQUIRED receiver.name: receiver.name is required",
        ]
    );
    assert_eq!(
        parcel_flaws(
            json!({ "receiver": { "name": "Ada" }, "weight": 1, "length": 2, "width": 3 })
        )
        .await,
        ["INVALID_VALUE -: The item mixes forms that exclude each other"]
    );
    let item = json!({ "receiver": { "name": "Ada" }, "weight": 1, "origin": { "dock": {} } });
    assert_eq!(
        parcel_flaws(item).await,
        ["INVALID_VALUE origin: origin has none of the documented forms"]
    );
}

async fn start_error(change: impl FnOnce(&mut Value)) -> StartError {
    let mut document: Value = serde_json::from_str(PARCELS).unwrap();
    change(&mut document);
    Sandbox::builder()
        .document(document.to_string())
        .start()
        .await
        .unwrap_err()
}

#[tokio::test]
async fn a_token_is_needed_where_the_document_says_so() {
    let mut document: Value = serde_json::from_str(PARCELS).unwrap();
    document["components"]["securitySchemes"] =
        json!({ "token": { "type": "http", "scheme": "Bearer" } });
    document["paths"]["/v9/depots/{depotId}/parcels"]["post"]["security"] =
        json!([{ "token": [] }]);
    let sandbox = Sandbox::builder()
        .document(document.to_string())
        .start()
        .await
        .unwrap();
    let path = "/v9/depots/dep_1/parcels";
    let body = json!({ "data": [] });

    let without = send_unchecked(anonymous(&sandbox, Method::POST, path).json(&body)).await;
    let with = send_unchecked(request(&sandbox, Method::POST, path).json(&body)).await;

    assert_eq!(
        (without.status, with.status),
        (StatusCode::UNAUTHORIZED, StatusCode::OK)
    );
}

#[tokio::test]
async fn an_operation_that_cannot_be_answered_is_named_at_start_up() {
    let error = start_error(|document| {
        document["paths"]["/v9/parcels/{id}"]["get"] =
            json!({ "operationId": "getParcel", "responses": {} });
    })
    .await;
    assert!(matches!(error, StartError::Unsupported { .. }));
    assert_eq!(
        error.to_string(),
        "the sandbox does not know how to answer GET /v9/parcels/{id} (getParcel) yet: it has \
         none of the shapes known so far: a batch save, a page of a list, an entity by its id, an \
         upload, a reaction taken back, the issue of a token"
    );

    let error = start_error(|document| {
        document["security"] = json!([{ "login": [] }]);
        document["components"]["securitySchemes"] =
            json!({ "login": { "type": "http", "scheme": "basic" } });
    })
    .await;
    assert_eq!(
        error.to_string(),
        "the sandbox does not know how to answer POST /v9/depots/{depotId}/parcels yet: it is \
         secured by other means than a bearer token"
    );
}

#[tokio::test]
async fn a_document_that_cannot_be_read_is_an_error_and_no_panic() {
    let error = Sandbox::builder().document("{}").start().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the OpenAPI document cannot be read: missing field `paths` at line 1 column 2"
    );

    let error = start_error(|document| {
        document["components"]["schemas"]
            .as_object_mut()
            .unwrap()
            .remove("Sized");
    })
    .await;
    assert_eq!(
        error.to_string(),
        "the OpenAPI document cannot be read: POST /v9/depots/{depotId}/parcels: \
         nothing stands at `#/components/schemas/Sized`"
    );

    let error = start_error(|document| {
        let operations = document["paths"]["/v9/depots/{depotId}/parcels"].clone();
        document["paths"]["/v9/depots/{otherId}/parcels"] = operations;
    })
    .await;
    assert!(matches!(error, StartError::Document { .. }), "{error}");

    let error = start_error(|document| {
        document["components"]["schemas"]["Sized"]["properties"]["weight"]["pattern"] = json!("(");
    })
    .await;
    assert!(matches!(error, StartError::Document { .. }), "{error}");
}
