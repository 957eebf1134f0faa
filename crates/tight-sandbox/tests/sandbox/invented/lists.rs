//! Lists without a cursor: whole, saved as a whole, and in groups.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{answer, assert_told, document, get, list, object, operation, post, serve, string};
use crate::support::each;

fn plants() -> Value {
    let plant = |required: Value| {
        let mut plant = object(json!({
            "id": { "type": "string", "example": "pla_1" },
            "name": string(),
            "kinds": list(object(json!({ "name": string() }))),
        }));
        plant["required"] = required;
        plant
    };
    let does = |does: &str| json!({ "is": "list", "does": does, "collection": "plants" });
    let mut get = operation(
        does("get"),
        None,
        answer(
            list(plant(json!([]))),
            json!({ "totalCount": { "type": "integer" } }),
        ),
    );
    get["parameters"] = json!([
        { "name": "cursor", "in": "query", "schema": { "type": "string", "nullable": true } },
        { "name": "limit", "in": "query", "schema": { "type": "integer", "maximum": 25 } },
        { "name": "name", "in": "query", "schema": string() },
        { "name": "season", "in": "query", "schema": string() },
    ]);
    document(json!({
        "/invented/plants": {
            "get": get,
            "post": operation(
                does("save"),
                Some(list(plant(json!(["id", "name"])))),
                answer(list(plant(json!([]))), json!({})),
            ),
        },
    }))
}

#[tokio::test]
async fn a_list_is_saved_as_it_is_sent() {
    let sandbox = serve(&plants()).await;
    let sent = json!([
        { "id": "b", "name": "Birch" },
        { "id": "a", "name": "Ash", "kinds": [{ "name": "white" }] },
    ]);
    let saved = post(&sandbox, "/invented/plants", sent).await;
    assert_eq!(saved.status, StatusCode::OK, "{:#}", saved.body);
    assert_eq!(
        saved.body["data"],
        json!([
            { "id": "b", "name": "Birch", "kinds": [] },
            { "id": "a", "name": "Ash", "kinds": [{ "name": "white" }] },
        ])
    );
    post(
        &sandbox,
        "/invented/plants",
        json!([{ "id": "b", "name": "Beech" }]),
    )
    .await;

    let all = get(&sandbox, "/invented/plants").await;
    assert_eq!(each(&all.body["data"], "name"), ["Beech", "Ash"]);
    assert_eq!(all.body.get("cursor"), None);
    assert_eq!(all.body["totalCount"], 0);
    for (query, expected) in [
        ("limit=1", &["Beech"] as &[_]),
        ("cursor=&limit=9", &["Beech", "Ash"]),
        ("name=Ash", &["Ash"]),
        ("name=Elm", &[]),
    ] {
        let path = format!("/invented/plants?{query}");
        let some = get(&sandbox, &path.replace("cursor=&", "")).await;
        assert_eq!(each(&some.body["data"], "name"), expected, "{query}");
    }
    let unknown = get(&sandbox, "/invented/plants?season=spring").await;
    let message =
        "The sandbox does not support season: the entities have no field that it could compare";
    assert_told(&unknown, 501, "season", message);
    let cursor = get(&sandbox, "/invented/plants?cursor=x").await;
    assert_told(
        &cursor,
        400,
        "cursor",
        "cursor is no cursor of this list, which has none",
    );
}

#[tokio::test]
async fn all_of_a_list_is_saved_or_nothing() {
    let sandbox = serve(&plants()).await;
    let flawed = json!([{ "id": "a", "name": "Ash" }, { "id": "b" }]);
    let answer = post(&sandbox, "/invented/plants", flawed).await;
    assert_told(&answer, 400, "[1].name", "[1].name is required");
    let answer = post(&sandbox, "/invented/plants", json!({ "data": [] })).await;
    assert_told(&answer, 400, "-", "The request body must be an array");
    assert_eq!(sandbox.stored("plants"), [] as [Value; 0]);
}

#[tokio::test]
async fn ids_that_need_not_be_sent_are_those_of_what_there_is() {
    let mut plants = plants();
    let body = &mut plants["paths"]["/invented/plants"]["post"]["requestBody"];
    body["content"]["application/json"]["schema"]["items"]["required"] = json!(["name"]);
    let sandbox = serve(&plants).await;
    let sent = json!([{ "name": "Ash" }, { "id": "pla_9", "name": "Birch" }]);
    let answer = post(&sandbox, "/invented/plants", sent).await;
    assert_told(&answer, 404, "[1].id", "[1].id does not exist in plants");
    assert_eq!(sandbox.stored("plants"), [] as [Value; 0]);
    post(&sandbox, "/invented/plants", json!([{ "name": "Ash" }])).await;
    post(
        &sandbox,
        "/invented/plants",
        json!([{ "id": "pla_1", "name": "Elm" }]),
    )
    .await;
    assert_eq!(each(&json!(sandbox.stored("plants")), "name"), ["Elm"]);
}

#[tokio::test]
async fn a_list_in_groups_is_empty_in_each_of_them() {
    let tool = || list(object(json!({ "id": string() })));
    let groups = object(json!({ "blunt": tool(), "sharp": tool() }));
    let kind = json!({ "is": "list", "does": "get", "collection": "tools" });
    let sandbox = serve(&document(json!({
        "/invented/tools": { "get": operation(kind, None, answer(groups, json!({}))) },
    })))
    .await;
    let empty = get(&sandbox, "/invented/tools").await;
    assert_eq!(empty.body["data"], json!({ "sharp": [], "blunt": [] }));
    sandbox.store("tools", json!({}));
    let filled = get(&sandbox, "/invented/tools").await;
    assert_told(
        &filled,
        501,
        "-",
        "The sandbox does not know which entities are in which group: blunt, sharp",
    );
}
