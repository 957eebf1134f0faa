//! What there is one of, without an id.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{answer, assert_told, delete, document, get, object, operation, post, serve, string};
use crate::support::anonymous;

const PATH: &str = "/invented/settings/lights";

fn lights() -> Value {
    let does = |does: &str| json!({ "is": "singleton", "does": does, "name": "settings/lights" });
    let shown = || {
        object(json!({
            "colour": { "type": "string", "example": "WARM" },
            "level": { "type": "integer" },
            "nights": object(json!({ "from": string(), "area": { "type": "number", "example": 250.5 } })),
            "note": { "type": "string", "nullable": true },
        }))
    };
    let sent = object(json!({
        "colour": { "type": "string", "nullable": true },
        "level": { "type": "integer" },
        "nights": object(json!({ "from": string() })),
    }));
    let answered = || answer(shown(), json!({}));
    document(json!({
        (PATH): {
            "get": operation(does("get"), None, answered()),
            "post": operation(does("save"), Some(sent), answered()),
            "delete": operation(does("delete"), None, answered()),
        },
    }))
}

#[tokio::test]
async fn it_is_the_documented_example_until_it_is_saved() {
    let sandbox = serve(&lights()).await;
    assert_eq!(sandbox.stored("settings/lights"), [] as [Value; 0]);
    let example = json!({
        "colour": "WARM",
        "level": 0,
        "nights": { "from": "sandbox", "area": 250.5 },
        "note": "sandbox",
    });
    let shown = get(&sandbox, PATH).await;
    assert_eq!(shown.body["data"], example);
    let response = anonymous(&sandbox, Method::GET, PATH).send().await.unwrap();
    assert_eq!(response.headers()["x-sandbox"], "documented-example");

    let saved = post(
        &sandbox,
        PATH,
        json!({ "level": 4, "nights": { "from": "20:00" } }),
    )
    .await;
    assert_eq!(saved.status, StatusCode::OK);
    let expected =
        json!({ "colour": "WARM", "level": 4, "nights": { "from": "20:00" }, "note": "sandbox" });
    assert_eq!(saved.body["data"], expected);
    assert_eq!(get(&sandbox, PATH).await.body["data"], expected);
    assert_eq!(sandbox.stored("settings/lights"), [expected]);
    let response = anonymous(&sandbox, Method::GET, PATH).send().await.unwrap();
    assert_eq!(response.headers().get("x-sandbox"), None);
}

#[tokio::test]
async fn what_is_saved_is_checked() {
    let sandbox = serve(&lights()).await;
    let flawed = post(&sandbox, PATH, json!({ "level": "high" })).await;
    assert_told(&flawed, 400, "level", "level must be a whole number");
    assert_eq!(sandbox.stored("settings/lights"), [] as [Value; 0]);
}

#[tokio::test]
async fn what_is_deleted_is_gone_until_it_is_saved_again() {
    let sandbox = serve(&lights()).await;
    assert_eq!(delete(&sandbox, PATH).await.body["data"]["colour"], "WARM");
    assert_eq!(get(&sandbox, PATH).await.status, StatusCode::NOT_FOUND);
    assert_eq!(delete(&sandbox, PATH).await.status, StatusCode::NOT_FOUND);
    post(&sandbox, PATH, json!({ "level": 1 })).await;
    assert_eq!(get(&sandbox, PATH).await.body["data"]["level"], 1);
}

#[tokio::test]
async fn a_test_may_say_what_it_is() {
    let sandbox = serve(&lights()).await;
    sandbox.store("settings/lights", json!({ "colour": "COLD" }));
    assert_eq!(
        get(&sandbox, PATH).await.body["data"],
        json!({ "colour": "COLD" })
    );
    assert_eq!(sandbox.stored("settings/lights").len(), 1);
}
