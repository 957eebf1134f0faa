//! A resource that Tight does not have: saved, updated, listed, queried and deleted.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use super::{
    batch_save, delete, document, get, list, object, operation, page, post, serve, string,
};
use crate::support::{Answer, anonymous, each};

/// Notes, and the folders that they are in.
pub(super) fn notes() -> Value {
    let note = object(json!({
        "id": { "type": "string", "example": "note_77" },
        "folderId": string(),
        "title": string(),
        "stars": { "type": "integer", "nullable": true },
        "pinned": { "type": "boolean" },
        "writer": object(json!({ "userId": string() })),
        "tags": list(string()),
        "link": { "type": "string", "example": "https://example.com/note_77/read" },
        "updatedAt": { "type": "string", "format": "date-time" },
    }));
    let item = object(json!({
        "id": { "type": "string", "nullable": true },
        "folderId": string(),
        "title": string(),
        "stars": { "type": "integer", "nullable": true },
        "tags": list(string()),
    }));
    let comparison =
        object(json!({ "equal": { "type": "integer" }, "greaterThan": { "type": "integer" } }));
    let query = object(json!({
        "cursor": { "type": "string", "nullable": true },
        "limit": { "type": "integer", "minimum": 1, "maximum": 3 },
        "sort": object(json!({
            "orderBy": { "type": "string", "enum": ["TITLE", "STARS"] },
            "direction": { "type": "string", "enum": ["ASC", "DESC"] },
        })),
        "filter": object(json!({
            "stars": comparison,
            "writerUserId": object(json!({ "equal": string() })),
            "writer": object(json!({ "userId": object(json!({ "notEqual": string() })) })),
            "folder": object(json!({ "id": object(json!({ "in": list(string()) })) })),
            "title": object(json!({ "in": list(string()) })),
        })),
    }));
    let limit = json!({ "name": "limit", "in": "query", "schema": { "type": "integer" } });
    let about_one = |does: &str| {
        let kind = json!({ "is": "entity", "does": does, "collection": "notes", "id": "noteId" });
        operation(kind, None, super::answer(note.clone(), json!({})))
    };
    let listed = |of: Value| {
        let mut kind = json!({ "is": "page", "in": "query", "collection": "notes" });
        kind["of"] = of;
        operation(kind, None, page(note.clone()))
    };
    let asked = json!({ "is": "page", "in": "body", "collection": "notes" });
    let of = json!({ "collection": "folders", "parameter": "id", "field": "folderId" });
    let folder = object(json!({ "id": string(), "name": string() }));
    let mut all = document(json!({
        "/invented/notes": {
            "post": batch_save("notes", item.clone(), note.clone()),
            "get": listed(Value::Null),
        },
        "/invented/notes/query": { "post": operation(asked, Some(query), page(note.clone())) },
        "/invented/notes/{noteId}": { "get": about_one("get"), "delete": about_one("delete") },
        "/invented/folders": {
            "post": batch_save("folders", object(json!({ "name": string() })), folder),
        },
        "/invented/folders/{id}/notes": { "parameters": [limit], "get": listed(of) },
    }));
    all["x-domain"] = json!({ "userField": "userId", "updateTimes": ["updatedAt"] });
    all
}

async fn post_ok(sandbox: &Sandbox, path: &str, body: Value) -> Answer {
    let answer = post(sandbox, path, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{:#}", answer.body);
    answer
}

#[tokio::test]
async fn an_invented_resource_is_saved_updated_and_deleted() {
    let sandbox = serve(&notes()).await;
    let item = json!({ "id": null, "title": "One", "stars": 4, "tags": ["a"], "folderId": "f" });

    let created = post_ok(&sandbox, "/invented/notes", json!({ "data": [item] })).await;
    assert_eq!(
        created.body["data"][0]["data"],
        json!({
            "id": "note_1",
            "folderId": "f",
            "title": "One",
            "stars": 4,
            "pinned": false,
            "writer": { "userId": "user_sandbox" },
            "tags": ["a"],
            "link": "https://example.com/note_1/read",
            "updatedAt": "2024-02-29T12:34:56Z",
        })
    );

    let update = json!({ "id": "note_1", "stars": null });
    let updated = post_ok(&sandbox, "/invented/notes", json!({ "data": [update] })).await;
    let note = &updated.body["data"][0]["data"];
    assert_eq!(
        (&note["stars"], &note["title"]),
        (&Value::Null, &json!("One"))
    );

    assert_eq!(
        get(&sandbox, "/invented/notes/note_1").await.body["data"],
        *note
    );
    let deleted = delete(&sandbox, "/invented/notes/note_1").await;
    assert_eq!(deleted.body["data"], *note);
    let gone = get(&sandbox, "/invented/notes/note_1").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert_eq!(gone.body["error"][0]["param"], "noteId");
}

#[tokio::test]
async fn an_invented_resource_is_listed_and_queried() {
    let sandbox = serve(&notes()).await;
    let items = json!([
        { "title": "b", "stars": 1, "folderId": "folders_1" },
        { "title": "a", "stars": 3, "folderId": "folders_2" },
        { "title": "c", "folderId": "folders_1" },
        { "title": "a", "stars": 2, "folderId": "folders_1" },
    ]);
    post_ok(&sandbox, "/invented/notes", json!({ "data": items })).await;

    for (body, expected) in [
        // The most that the document allows, where that is less than the sandbox's own number.
        (json!({}), &["note_1", "note_2", "note_3"] as &[_]),
        (
            json!({ "sort": { "orderBy": "TITLE" } }),
            &["note_2", "note_4", "note_1"],
        ),
        (
            json!({ "sort": { "orderBy": "STARS", "direction": "DESC" } }),
            &["note_2", "note_4", "note_1"],
        ),
        (
            json!({ "filter": { "stars": { "greaterThan": 1 } } }),
            &["note_2", "note_4"],
        ),
        (
            json!({ "filter": { "writerUserId": { "equal": "ada" } } }),
            &[],
        ),
        (
            json!({ "filter": { "writer": { "userId": { "notEqual": "user_sandbox" } } } }),
            &[],
        ),
        (
            json!({ "filter": { "folder": { "id": { "in": ["folders_2"] } } } }),
            &["note_2"],
        ),
        (
            json!({ "filter": { "title": { "in": ["a", "b"] } } }),
            &["note_1", "note_2", "note_4"],
        ),
    ] {
        let found = post_ok(&sandbox, "/invented/notes/query", body.clone()).await;
        assert_eq!(each(&found.body["data"], "id"), expected, "{body}");
    }

    let all = get(&sandbox, "/invented/notes").await;
    assert_eq!(all.body["data"].as_array().unwrap().len(), 4);
    let folder = get(&sandbox, "/invented/folders/folders_1/notes?limit=2").await;
    assert_eq!(each(&folder.body["data"], "id"), ["note_1", "note_3"]);
    post_ok(
        &sandbox,
        "/invented/folders",
        json!({ "data": [{}, {}, {}] }),
    )
    .await;
    let empty = get(&sandbox, "/invented/folders/folders_3/notes").await;
    assert_eq!(empty.body["data"], json!([]));
    let unknown = get(&sandbox, "/invented/folders/folders_4/notes");
    assert_eq!(unknown.await.status, StatusCode::NOT_FOUND);
}

/// The schema of the query's field `name`.
pub(super) fn queried<'a>(document: &'a mut Value, name: &str) -> &'a mut Value {
    let body = &mut document["paths"]["/invented/notes/query"]["post"]["requestBody"];
    &mut body["content"]["application/json"]["schema"]["properties"][name]
}

#[tokio::test]
async fn an_order_must_be_listed_even_where_the_list_is_open() {
    let mut document = notes();
    let sort = &mut queried(&mut document, "sort")["properties"];
    sort["orderBy"]["x-open-enum"] = json!(true);
    sort["direction"]["x-open-enum"] = json!(true);
    let sandbox = serve(&document).await;
    for (name, value) in [("orderBy", "COLOUR"), ("direction", "UP")] {
        let body = json!({ "sort": { name: value } });
        let refused = post(&sandbox, "/invented/notes/query", body).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        let message = format!("sort.{name} is no documented order");
        assert_eq!(refused.body["error"][0]["message"], message);
    }
}

#[tokio::test]
async fn what_the_path_says_is_said_of_what_is_saved_there() {
    let mut document = notes();
    let paths = document["paths"].as_object_mut().unwrap();
    let save = paths["/invented/notes"]
        .as_object_mut()
        .unwrap()
        .remove("post")
        .unwrap();
    paths.insert(
        "/invented/folders/{folderId}/notes".to_owned(),
        json!({ "post": save }),
    );
    let mut list = paths.remove("/invented/folders/{id}/notes").unwrap();
    list["get"]["x-kind"]["of"]["parameter"] = json!("folderId");
    paths["/invented/folders/{folderId}/notes"]["get"] = list["get"].take();
    let sandbox = serve(&document).await;

    for folder in ["a", "b"] {
        let path = format!("/invented/folders/{folder}/notes");
        post_ok(&sandbox, &path, json!({ "data": [{ "folderId": "c" }] })).await;
    }

    assert_eq!(
        each(&json!(sandbox.stored("notes")), "folderId"),
        ["a", "b"]
    );
    let listed = get(&sandbox, "/invented/folders/b/notes").await;
    assert_eq!(each(&listed.body["data"], "id"), ["note_2"]);
}

#[tokio::test]
#[should_panic(expected = "the sandbox has no collection `note`; it has: ")]
async fn asking_for_an_unknown_collection_panics() {
    let _ = serve(&notes()).await.stored("note");
}

#[tokio::test]
async fn a_collection_that_nothing_saves_is_an_empty_one() {
    let mut document = notes();
    let paths = document["paths"].as_object_mut().unwrap();
    paths.remove("/invented/folders");
    paths["/invented/notes"]
        .as_object_mut()
        .unwrap()
        .remove("post");
    let sandbox = serve(&document).await;
    assert_eq!(sandbox.unserved(), []);
    for path in ["/invented/notes", "/invented/folders/any/notes"] {
        let listed = get(&sandbox, path).await;
        assert_eq!(
            (listed.status, &listed.body["data"]),
            (StatusCode::OK, &json!([]))
        );
    }
    let one = get(&sandbox, "/invented/notes/note_1").await;
    assert_eq!(one.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_unknown_method_is_405_and_told_which_are_known() {
    let sandbox = serve(&notes()).await;
    for (method, path, known) in [
        ("PUT", "/invented/notes", "GET, POST"),
        ("DELETE", "/invented/notes", "GET, POST"),
        ("OPTIONS", "/invented/notes", "GET, POST"),
        ("post", "/invented/notes", "GET, POST"),
        ("POST", "/invented/notes/x", "DELETE, GET"),
    ] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = anonymous(&sandbox, method, path).json(&json!({ "data": [{}] }));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(response.headers()["allow"], known);
        let body: Value = response.json().await.unwrap();
        let message = "This path has no operation with this method";
        let error = json!({ "type": "BAD_REQUEST", "message": message });
        assert_eq!(
            body,
            json!({ "result": "FAILURE", "data": null, "error": [error] })
        );
    }
    for path in ["/invented/notes", "/invented/notes/x"] {
        let request = anonymous(&sandbox, Method::HEAD, path);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert!(response.headers().contains_key("allow"));
        assert_eq!(response.bytes().await.unwrap(), "");
    }
    assert!(sandbox.stored("notes").is_empty());
    assert_eq!(sandbox.requests(), 0);
}
