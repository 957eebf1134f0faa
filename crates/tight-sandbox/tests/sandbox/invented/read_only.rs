//! Fields that are for answers alone, or for requests alone, and those that may be null.

use serde_json::json;

use super::{assert_told, batch_save, document, integer, object, post, serve, string};

fn books() -> serde_json::Value {
    let mut item = json!({
        "allOf": [
            { "$ref": "#/components/schemas/Base" },
            {
                "type": "object",
                "required": ["title", "isbn", "pages"],
                "properties": {
                    "title": string(),
                    "pages": { "type": "integer", "readOnly": true },
                    "shelf": object(json!({
                        "row": integer(),
                        "label": { "type": "string", "readOnly": true },
                    })),
                    "note": { "type": "string", "nullable": true },
                    "code": { "type": "string", "writeOnly": true },
                },
            },
        ],
    });
    let entity = item.clone();
    item["additionalProperties"] = json!(true);
    let mut document = document(json!({
        "/invented/books": { "post": batch_save("books", item, entity) },
    }));
    document["components"]["schemas"]["Base"] = object(json!({
        "id": { "type": "string", "readOnly": true, "example": "boo_1" },
        "isbn": { "type": "string", "readOnly": true, "example": "978-0" },
    }));
    document["components"]["schemas"]["Base"]["required"] = json!(["id"]);
    document
}

#[tokio::test]
async fn what_is_for_answers_alone_is_neither_demanded_nor_taken() {
    let sandbox = serve(&books()).await;
    let item = json!({
        "id": 7, "isbn": 9, "pages": "many", "title": "A",
        "shelf": { "row": 3, "label": 5 },
    });
    let saved = post(
        &sandbox,
        "/invented/books",
        json!({ "data": [{ "title": "B" }, item] }),
    )
    .await;
    assert_eq!(saved.status, 200, "{:#}", saved.body);
    assert_eq!(
        saved.body["data"][1]["data"],
        json!({ "id": "boo_2", "isbn": "978-0", "pages": 0, "title": "A", "shelf": { "row": 3 }, "note": null })
    );
    let flawed = post(&sandbox, "/invented/books", json!({ "data": [{}] })).await;
    let errors = &flawed.body["data"][0]["error"];
    assert_eq!(errors.as_array().unwrap().len(), 1);
    assert_eq!(errors[0]["message"], "title is required");
}

#[tokio::test]
async fn what_is_for_requests_alone_is_never_shown() {
    let sandbox = serve(&books()).await;
    let item = json!({ "title": "A", "code": "hidden", "note": null });
    let saved = post(&sandbox, "/invented/books", json!({ "data": [item] })).await;
    let book = &saved.body["data"][0]["data"];
    assert_eq!((book.get("code"), &book["note"]), (None, &json!(null)));
    assert_eq!(sandbox.stored("books")[0].get("code"), None);
}

#[tokio::test]
async fn an_enum_is_closed_in_a_request_unless_the_document_opens_it() {
    let state = |open: serde_json::Value| {
        object(
            json!({ "state": { "type": "string", "enum": ["NEW", "OLD"], "x-open-enum": open } }),
        )
    };
    let entity = || object(json!({ "id": string(), "state": string() }));
    let sandbox = serve(&document(json!({
        "/invented/open": { "post": batch_save("open", state(json!(true)), entity()) },
        "/invented/closed": { "post": batch_save("closed", state(json!(false)), entity()) },
    })))
    .await;
    let body = json!({ "data": [{ "state": "WORN" }] });
    assert_eq!(
        post(&sandbox, "/invented/open", body.clone()).await.status,
        200
    );
    let mut refused = post(&sandbox, "/invented/closed", body).await;
    refused.body["error"] = refused.body["data"][0]["error"].take();
    assert_told(&refused, 400, "state", "state must be NEW or OLD");
}

#[tokio::test]
async fn what_is_not_documented_is_shown_where_the_document_leaves_room_for_it() {
    let part = |more: serde_json::Value| {
        let mut part = object(json!({ "a": string() }));
        part["additionalProperties"] = more;
        part
    };
    let entity = object(json!({
        "id": string(),
        "open": part(json!(true)),
        "typed": part(integer()),
        "closed": object(json!({ "a": string() })),
        "free": { "type": "object" },
    }));
    let save = batch_save("crates", entity.clone(), entity);
    let sandbox = serve(&document(json!({ "/invented/crates": { "post": save } }))).await;
    let more = json!({ "a": "x", "more": 7 });
    let item = json!({ "open": more, "typed": more, "closed": more, "free": more });
    let saved = post(&sandbox, "/invented/crates", json!({ "data": [item] })).await;
    let shown = &saved.body["data"][0]["data"];
    for part in ["open", "typed", "free"] {
        assert_eq!(shown[part], more, "{part}");
    }
    assert_eq!(shown["closed"], json!({ "a": "x" }));
}
