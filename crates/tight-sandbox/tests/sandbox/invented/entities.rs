//! One entity as the body and the answer: made, changed, asked for and deleted, whatever each operation knows of
//! it.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use super::{
    answer, assert_told, batch_save, delete, document, get, integer, object, operation, page, post,
    serve, string, unserved,
};
use crate::support::{anonymous, send_unchecked};

/// Shops. No two of their operations know the same fields.
fn shops() -> Value {
    let id = || json!({ "type": "string", "example": "shop_7" });
    let does =
        |does: &str| json!({ "is": "entity", "does": does, "collection": "shops", "id": "shopId" });
    let new_shop = json!({
        "type": "object",
        "required": ["name"],
        "properties": { "id": string(), "name": string(), "size": integer() },
    });
    let made = object(json!({ "id": id(), "name": string(), "size": integer() }));
    let shown = object(json!({
        "id": id(),
        "name": string(),
        "open": { "type": "boolean" },
        "owner": object(json!({ "name": { "type": "string", "example": "Ada" } })),
    }));
    let change = object(json!({ "name": { "type": "string", "nullable": true } }));
    let gone = object(json!({ "id": id(), "since": { "type": "string", "format": "date" } }));
    let mut document = document(json!({
        "/invented/shops": { "post": operation(
            json!({ "is": "entity", "does": "create", "collection": "shops" }),
            Some(new_shop),
            answer(made, json!({ "welcomeUrl": { "type": "string", "example": "https://example.com/hi" } })),
        ) },
        "/invented/shops/{shopId}": {
            "get": operation(does("get"), None, answer(shown.clone(), json!({}))),
            "post": operation(does("update"), Some(change), answer(shown.clone(), json!({}))),
            "delete": operation(
                does("delete"),
                Some(object(json!({ "keepStock": { "type": "boolean" } }))),
                answer(gone, json!({})),
            ),
        },
        "/invented/shops/query": { "post": operation(
            json!({ "is": "page", "in": "body", "collection": "shops" }),
            Some(object(json!({}))),
            page(object(json!({ "id": id(), "size": integer() }))),
        ) },
    }));
    let delete = &mut document["paths"]["/invented/shops/{shopId}"]["delete"];
    delete["requestBody"]["required"] = json!(false);
    document
}

#[tokio::test]
async fn each_operation_shows_the_fields_of_its_own_schema() {
    let sandbox = serve(&shops()).await;
    assert_eq!(sandbox.unserved(), []);

    let made = post(
        &sandbox,
        "/invented/shops",
        json!({ "name": "Corner", "size": 3 }),
    )
    .await;
    assert_eq!(made.status, StatusCode::OK, "{:#}", made.body);
    assert_eq!(
        made.body,
        json!({
            "result": "SUCCESS",
            "data": { "id": "shop_1", "name": "Corner", "size": 3 },
            "error": [],
            "welcomeUrl": "https://example.com/hi",
        })
    );
    let shown = get(&sandbox, "/invented/shops/shop_1").await;
    let mut expected =
        json!({ "id": "shop_1", "name": "Corner", "open": false, "owner": { "name": "Ada" } });
    assert_eq!(shown.body["data"], expected);
    let listed = post(&sandbox, "/invented/shops/query", json!({})).await;
    assert_eq!(listed.body["data"], json!([{ "id": "shop_1", "size": 3 }]));

    let changed = post(
        &sandbox,
        "/invented/shops/shop_1",
        json!({ "name": "Square" }),
    )
    .await;
    expected["name"] = json!("Square");
    assert_eq!(changed.body["data"], expected);
    assert_eq!(
        sandbox.stored("shops"),
        [json!({
            "id": "shop_1", "name": "Square", "size": 3, "open": false, "owner": { "name": "Ada" },
        })]
    );
}

#[tokio::test]
async fn what_the_document_says_beside_the_data_is_marked_as_an_example() {
    let sandbox = serve(&shops()).await;
    let request = anonymous(&sandbox, Method::POST, "/invented/shops");
    let response = request.json(&json!({ "name": "Corner" })).send().await;
    let headers = response.unwrap().headers().clone();
    assert_eq!(headers["x-sandbox"], "documented-example: welcomeUrl");
    let request = anonymous(&sandbox, Method::GET, "/invented/shops/shop_1");
    let headers = request.send().await.unwrap().headers().clone();
    assert_eq!(headers.get("x-sandbox"), None);
}

#[tokio::test]
async fn an_unknown_shop_is_neither_shown_nor_changed_nor_deleted() {
    let sandbox = serve(&shops()).await;
    let path = "/invented/shops/shop_1";
    for answer in [
        get(&sandbox, path).await,
        post(&sandbox, path, json!({})).await,
        delete(&sandbox, path).await,
    ] {
        assert_told(&answer, 404, "shopId", "shopId does not exist in shops");
    }
    let with_id = post(
        &sandbox,
        "/invented/shops",
        json!({ "id": "shop_1", "name": "x" }),
    )
    .await;
    assert_told(&with_id, 404, "id", "id does not exist in shops");
}

#[tokio::test]
async fn a_body_is_checked_and_may_be_left_out_where_the_document_says_so() {
    let sandbox = serve(&shops()).await;
    let flawed = post(&sandbox, "/invented/shops", json!({ "size": 1 })).await;
    assert_told(&flawed, 400, "name", "name is required");
    let none = send_unchecked(anonymous(&sandbox, Method::POST, "/invented/shops")).await;
    assert_told(&none, 400, "-", "The Content-Type must be application/json");

    let path = "/invented/shops/shop_1";
    let delete_with = |body: Value| {
        let request = anonymous(&sandbox, Method::DELETE, path).json(&body);
        send_unchecked(request)
    };
    for _ in 0..2 {
        post(&sandbox, "/invented/shops", json!({ "name": "Corner" })).await;
    }
    let flawed = delete_with(json!({ "keepStock": 1 })).await;
    assert_told(&flawed, 400, "keepStock", "keepStock must be true or false");
    let gone = delete_with(json!({ "keepStock": true })).await;
    assert_eq!(gone.status, StatusCode::OK, "{:#}", gone.body);
    assert_eq!(gone.body["data"]["id"], "shop_1");
    let without_body = delete(&sandbox, "/invented/shops/shop_2").await;
    assert_eq!(without_body.body["data"]["id"], "shop_2");
    assert!(sandbox.stored("shops").is_empty());
}

#[tokio::test]
async fn fields_of_another_type_are_not_shown_as_what_they_are_not() {
    let mut shops = shops();
    let answer = &mut shops["paths"]["/invented/shops/{shopId}"]["get"]["responses"];
    let schema = &mut answer["200"]["content"]["application/json"]["schema"];
    schema["properties"]["data"]["properties"]["size"] = object(json!({ "width": integer() }));
    let sandbox = serve(&shops).await;
    post(
        &sandbox,
        "/invented/shops",
        json!({ "name": "Corner", "size": 3 }),
    )
    .await;
    let shown = get(&sandbox, "/invented/shops/shop_1").await;
    assert_eq!(shown.body["data"]["size"], json!({ "width": 0 }));
}

#[tokio::test]
async fn an_answer_may_have_no_body_and_another_status() {
    let mut shops = shops();
    shops["paths"]["/invented/shops/{shopId}"]["delete"]["responses"] = json!({ "204": {} });
    let made = shops["paths"]["/invented/shops"]["post"]["responses"]["200"].take();
    shops["paths"]["/invented/shops"]["post"]["responses"] =
        json!({ "201": made, "202": {}, "400": {} });
    let sandbox = serve(&shops).await;
    let made = post(&sandbox, "/invented/shops", json!({ "name": "Corner" })).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let gone = anonymous(&sandbox, Method::DELETE, "/invented/shops/shop_1");
    let gone = gone.send().await.unwrap();
    assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    assert_eq!(gone.headers().get("content-type"), None);
    assert_eq!(gone.bytes().await.unwrap(), "");
    assert!(sandbox.stored("shops").is_empty());
}

#[tokio::test]
async fn an_answer_may_be_without_the_envelope() {
    let mut shops = shops();
    let responses = &mut shops["paths"]["/invented/shops/{shopId}"]["get"]["responses"];
    let schema = &mut responses["200"]["content"]["application/json"]["schema"];
    *schema = schema["properties"]["data"].take();
    let sandbox = serve(&shops).await;
    post(&sandbox, "/invented/shops", json!({ "name": "Corner" })).await;
    let shown = get(&sandbox, "/invented/shops/shop_1").await;
    assert_eq!(shown.body["name"], "Corner");
    assert_eq!(shown.body.get("result"), None);
}

#[tokio::test]
async fn a_batch_may_have_further_fields() {
    let item = object(json!({ "name": string() }));
    let tag = object(json!({ "id": string(), "name": string() }));
    let mut save = batch_save("tags", item, tag);
    let body = &mut save["requestBody"]["content"]["application/json"]["schema"];
    body["properties"]["everywhere"] = json!({ "type": "boolean" });
    let answer = &mut save["responses"]["200"]["content"]["application/json"]["schema"];
    answer["properties"]["total"] = json!({ "type": "integer", "example": 7 });
    let sandbox = serve(&document(json!({ "/invented/tags": { "post": save } }))).await;

    let body = json!({ "data": [{ "name": "a" }], "everywhere": true });
    let saved = post(&sandbox, "/invented/tags", body).await;
    assert_eq!(saved.body["total"], 7);
    let flawed = json!({ "data": [{ "name": "a" }], "everywhere": 1 });
    let flawed = post(&sandbox, "/invented/tags", flawed).await;
    assert_told(
        &flawed,
        400,
        "everywhere",
        "everywhere must be true or false",
    );
}

#[tokio::test]
async fn a_test_may_put_there_what_no_operation_makes() {
    let mut shops = shops();
    shops["paths"]
        .as_object_mut()
        .unwrap()
        .remove("/invented/shops");
    let sandbox: Sandbox = serve(&shops).await;
    assert_eq!(sandbox.stored("shops"), [] as [Value; 0]);
    assert_eq!(get(&sandbox, "/invented/shops/shop_1").await.status, 404);

    let first = sandbox.store("shops", json!({ "name": "Corner" }));
    assert_eq!(
        first,
        json!({ "id": "shop_1", "name": "Corner", "open": false, "owner": { "name": "Ada" }, "size": 0 })
    );
    sandbox.store(
        "shops",
        json!({ "id": "mine", "name": "Mine", "colour": "red" }),
    );
    let mine = get(&sandbox, "/invented/shops/mine").await;
    assert_eq!(mine.body["data"]["name"], "Mine");
    sandbox.store("shops", json!({ "id": "mine", "name": "Yours" }));
    assert_eq!(sandbox.stored("shops").len(), 2);
    assert_eq!(sandbox.stored("shops")[1]["name"], "Yours");
}

#[tokio::test]
async fn ids_that_a_test_gives_are_given_to_nothing_else() {
    let sandbox = serve(&shops()).await;
    for id in ["shop_2", "shop_9", "shop_99999999999999999999", "other"] {
        sandbox.store("shops", json!({ "id": id }));
    }
    for _ in 0..2 {
        post(&sandbox, "/invented/shops", json!({ "name": "Corner" })).await;
    }
    let mut ids: Vec<_> = sandbox
        .stored("shops")
        .iter()
        .map(|shop| shop["id"].to_string())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 6);
}

#[tokio::test]
#[should_panic(expected = "the sandbox has no collection `shop`; it has: shops")]
async fn nothing_can_be_put_into_an_unknown_collection() {
    serve(&shops()).await.store("shop", json!({}));
}

#[tokio::test]
async fn an_id_that_the_path_does_not_have_is_told() {
    let mut shops = shops();
    let get = &mut shops["paths"]["/invented/shops/{shopId}"]["get"];
    get["operationId"] = json!("getShop");
    get["x-kind"]["id"] = json!("id");
    assert_eq!(
        unserved(&shops).await,
        [(
            "getShop".to_owned(),
            "its path has no parameter `id`".to_owned()
        )]
    );
}
