//! A document that is put together in another way than Tight's, and documents that are none.

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
    let request = anonymous(&sandbox, Method::POST, "/invented/depots/dep_1/parcels").json(&body);
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
async fn a_batch_save_is_read_however_its_schemas_are_put_together() {
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

#[tokio::test]
async fn a_token_is_needed_where_the_document_says_so() {
    let mut document: Value = serde_json::from_str(PARCELS).unwrap();
    document["components"]["securitySchemes"] =
        json!({ "token": { "type": "http", "scheme": "Bearer" } });
    document["paths"]["/invented/depots/{depotId}/parcels"]["post"]["security"] =
        json!([{ "token": [] }]);
    let sandbox = Sandbox::builder()
        .document(document.to_string())
        .start()
        .await
        .unwrap();
    let path = "/invented/depots/dep_1/parcels";
    let body = json!({ "data": [] });

    let without = send_unchecked(anonymous(&sandbox, Method::POST, path).json(&body)).await;
    let with = send_unchecked(request(&sandbox, Method::POST, path).json(&body)).await;

    assert_eq!(
        (without.status, with.status),
        (StatusCode::UNAUTHORIZED, StatusCode::OK)
    );
}

#[tokio::test]
async fn what_is_no_document_is_an_error_and_no_panic() {
    for (document, reason) in [
        ("{}", "missing field `paths` at line 1 column 2"),
        ("", "EOF while parsing a value at line 1 column 0"),
    ] {
        let error = Sandbox::builder().document(document).start().await;
        let error = error.unwrap_err();
        assert!(matches!(error, StartError::Document { .. }));
        let expected = format!(
            "the OpenAPI document cannot be read: {reason}; give `Builder::document` an OpenAPI 3.0 document as JSON"
        );
        assert_eq!(error.to_string(), expected);
    }
}
