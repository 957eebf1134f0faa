//! A resource that Tight does not have: that the sandbox serves whatever has the structure it knows, and says
//! what it cannot serve.

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tight_sandbox::{Sandbox, StartError};

use crate::support::{Answer, anonymous, each, noon, send_unchecked};

fn object(properties: Value) -> Value {
    json!({ "type": "object", "properties": properties })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn answer(data: Value, more: Value) -> Value {
    let mut properties = json!({ "result": { "type": "string" }, "data": data });
    let more = more.as_object().unwrap().clone();
    properties.as_object_mut().unwrap().extend(more);
    let content = json!({ "application/json": { "schema": object(properties) } });
    json!({ "200": { "content": content } })
}

fn operation(body: Option<Value>, responses: Value) -> Value {
    let mut operation = json!({ "responses": responses });
    if let Some(schema) = body {
        operation["requestBody"] =
            json!({ "content": { "application/json": { "schema": schema } } });
    }
    operation
}

/// Notes, and the folders that they are in.
fn notes() -> Value {
    let string = || json!({ "type": "string" });
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
    let cursor = || json!({ "cursor": object(json!({ "after": string(), "before": string() })) });
    let results = || {
        answer(
            list(object(json!({ "result": string(), "data": note.clone() }))),
            json!({}),
        )
    };
    let limit = json!({ "name": "limit", "in": "query", "schema": { "type": "integer" } });
    json!({
        "openapi": "3.0.3",
        "paths": {
            "/v6/notes": {
                "post": operation(Some(object(json!({ "data": list(item.clone()) }))), results()),
                "get": operation(None, answer(list(note.clone()), cursor())),
            },
            "/v6/notes/query": {
                "post": operation(Some(query), answer(list(note.clone()), cursor())),
            },
            "/v6/notes/{noteId}": {
                "get": operation(None, answer(note.clone(), json!({}))),
                "delete": operation(None, answer(note.clone(), json!({}))),
            },
            "/v6/folders": {
                "post": operation(
                    Some(object(json!({ "data": list(object(json!({ "name": string() }))) }))),
                    answer(list(object(json!({
                        "result": string(),
                        "data": object(json!({ "id": string(), "name": string() })),
                    }))), json!({})),
                ),
            },
            "/v6/folders/{id}/notes": {
                "parameters": [limit],
                "get": operation(None, answer(list(note.clone()), cursor())),
            },
        },
    })
}

async fn serve(document: &Value) -> Sandbox {
    let builder = Sandbox::builder()
        .clock(noon)
        .document(document.to_string());
    builder.start().await.unwrap()
}

async fn ask(request: RequestBuilder) -> Answer {
    let answer = send_unchecked(request).await;
    assert_eq!(answer.status, StatusCode::OK, "{:#}", answer.body);
    answer
}

async fn get(sandbox: &Sandbox, path: &str) -> Answer {
    ask(anonymous(sandbox, Method::GET, path)).await
}

async fn post(sandbox: &Sandbox, path: &str, body: Value) -> Answer {
    ask(anonymous(sandbox, Method::POST, path).json(&body)).await
}

#[tokio::test]
async fn an_invented_resource_is_saved_updated_and_deleted() {
    let sandbox = serve(&notes()).await;
    let item = json!({ "id": null, "title": "One", "stars": 4, "tags": ["a"], "folderId": "f" });

    let created = post(&sandbox, "/v6/notes", json!({ "data": [item] })).await;
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
    let updated = post(&sandbox, "/v6/notes", json!({ "data": [update] })).await;
    let note = &updated.body["data"][0]["data"];
    assert_eq!(
        (&note["stars"], &note["title"]),
        (&Value::Null, &json!("One"))
    );

    assert_eq!(get(&sandbox, "/v6/notes/note_1").await.body["data"], *note);
    let deleted = ask(anonymous(&sandbox, Method::DELETE, "/v6/notes/note_1")).await;
    assert_eq!(deleted.body["data"], *note);
    let gone = send_unchecked(anonymous(&sandbox, Method::GET, "/v6/notes/note_1")).await;
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
    post(&sandbox, "/v6/notes", json!({ "data": items })).await;

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
        let found = post(&sandbox, "/v6/notes/query", body.clone()).await;
        assert_eq!(each(&found.body["data"], "id"), expected, "{body}");
    }

    let all = get(&sandbox, "/v6/notes").await;
    assert_eq!(all.body["data"].as_array().unwrap().len(), 4);
    let folder = get(&sandbox, "/v6/folders/folders_1/notes?limit=2").await;
    assert_eq!(each(&folder.body["data"], "id"), ["note_1", "note_3"]);
    post(&sandbox, "/v6/folders", json!({ "data": [{}, {}, {}] })).await;
    let empty = get(&sandbox, "/v6/folders/folders_3/notes").await;
    assert_eq!(empty.body["data"], json!([]));
    let unknown = send_unchecked(anonymous(
        &sandbox,
        Method::GET,
        "/v6/folders/folders_4/notes",
    ));
    assert_eq!(unknown.await.status, StatusCode::NOT_FOUND);
}

async fn reason(change: impl FnOnce(&mut Value)) -> String {
    let mut document = notes();
    change(&mut document);
    let error = Sandbox::builder()
        .document(document.to_string())
        .start()
        .await;
    match error.unwrap_err() {
        StartError::Unsupported { operation, reason } => format!("{operation}: {reason}"),
        other => panic!("{other}"),
    }
}

/// The schema of the query's field `name`.
fn queried<'a>(document: &'a mut Value, name: &str) -> &'a mut Value {
    let body = &mut document["paths"]["/v6/notes/query"]["post"]["requestBody"];
    &mut body["content"]["application/json"]["schema"]["properties"][name]
}

/// The data that `operation` answers.
fn answered<'a>(document: &'a mut Value, path: &str, method: &str) -> &'a mut Value {
    let content = &mut document["paths"][path][method]["responses"]["200"]["content"];
    &mut content["application/json"]["schema"]["properties"]["data"]
}

#[tokio::test]
async fn a_filter_that_the_entities_cannot_answer_is_named_at_start_up() {
    let text = || json!({ "equal": { "type": "string" } });
    for (name, part, expected) in [
        (
            "colour",
            object(text()),
            "its filter asks for `colour`, which its entities do not have",
        ),
        (
            "writer",
            object(json!({ "name": object(text()) })),
            "its filter asks for `writer.name`, which its entities do not have",
        ),
        (
            "folder",
            object(json!({ "name": object(text()) })),
            "its filter asks for `folder.name`, which its entities do not have",
        ),
        (
            "folder",
            json!({ "type": "object" }),
            "its filter asks for `folder`, which its entities do not have",
        ),
        (
            "title",
            object(json!({ "like": { "type": "string" } })),
            "its filter asks for `title.like`, which its entities do not have",
        ),
        (
            "stars",
            object(text()),
            "its filter compares `stars` in a way that is not known, by `equal`",
        ),
        (
            "stars",
            object(json!({ "contain": { "type": "integer" } })),
            "its filter compares `stars` in a way that is not known, by `contain`",
        ),
        (
            "tags",
            object(text()),
            "its filter compares `tags` in a way that is not known, by `equal`",
        ),
        (
            "updatedAt",
            object(text()),
            "its filter compares `updatedAt` in a way that is not known, by `equal`",
        ),
    ] {
        let told = reason(|document| {
            queried(document, "filter")["properties"][name] = part;
        })
        .await;
        assert_eq!(told, format!("POST /v6/notes/query: {expected}"));
    }
}

#[tokio::test]
async fn a_query_of_another_kind_is_named_at_start_up() {
    let told = reason(|document| {
        queried(document, "sort")["properties"]["orderBy"]["enum"] = json!(["TITLE", "PAGE_COUNT"]);
    });
    assert_eq!(
        told.await,
        "POST /v6/notes/query: it can be sorted by PAGE_COUNT, but its entities have no field `pageCount`"
    );
    let told = reason(|document| {
        queried(document, "sort")["properties"]["start"] = json!({ "type": "string" });
    });
    assert_eq!(
        told.await,
        "POST /v6/notes/query: it can be sorted in a way that is not known, by `sort.start`"
    );
    let told = reason(|document| *queried(document, "expand") = json!({ "type": "boolean" }));
    assert_eq!(
        told.await,
        "POST /v6/notes/query: its query has the field `expand`"
    );
    for place in ["query", "header"] {
        let told = reason(|document| {
            document["paths"]["/v6/notes"]["get"]["parameters"] =
                json!([{ "name": "title", "in": place, "schema": { "type": "string" } }]);
        });
        let expected = format!("GET /v6/notes: it has the parameter `title` in its {place}");
        assert_eq!(told.await, expected);
    }
}

#[tokio::test]
async fn what_nothing_saves_is_named_at_start_up() {
    let told = reason(|document| {
        document["paths"]
            .as_object_mut()
            .unwrap()
            .remove("/v6/folders");
    });
    assert_eq!(
        told.await,
        "GET /v6/folders/{id}/notes: no operation saves anything to `folders`"
    );
    let told = reason(|document| {
        document["paths"]["/v6/notes"]
            .as_object_mut()
            .unwrap()
            .remove("post");
    });
    // Which of the operations is named depends on whether JSON objects keep their order, and that on what else is built.
    let told = told.await;
    assert!(
        told.ends_with("/notes: no operation saves anything to `notes`"),
        "{told}"
    );
    let told = reason(|document| {
        let note = &mut answered(document, "/v6/notes/{noteId}", "get")["properties"];
        note["colour"] = json!({ "type": "string" });
    });
    assert_eq!(
        told.await,
        "GET /v6/notes/{noteId}: not all operations agree on whether `colour` is a field of what is in `notes`"
    );
    let told = reason(|document| {
        let notes = document["paths"]["/v6/folders/{id}/notes"].clone();
        document["paths"]["/v6/shelves/{id}/notes"] = notes;
    });
    assert_eq!(
        told.await,
        "GET /v6/shelves/{id}/notes: its entities have no field `shelveId` that says to which of the shelves they belong"
    );
    let told = reason(|document| {
        let notes = document["paths"]["/v6/folders/{id}/notes"].clone();
        document["paths"]["/v6/notes/{id}"] = notes;
        document["paths"]
            .as_object_mut()
            .unwrap()
            .remove("/v6/notes/{noteId}");
    });
    assert_eq!(
        told.await,
        "GET /v6/notes/{id}: it is a list of something about `id` that is no audit trail"
    );
}

/// Boards, and the cards on them.
fn boards() -> Value {
    let string = || json!({ "type": "string" });
    let card = object(json!({
        "id": { "type": "string", "example": "card_5" },
        "boardId": string(),
        "title": string(),
        "by": object(json!({ "userId": string() })),
    }));
    let new_card = object(json!({ "id": string(), "boardId": string(), "title": string() }));
    let board = object(json!({
        "id": { "type": "string", "example": "brd_5" },
        "name": string(),
        "latestCard": object(json!({ "id": string(), "title": string() })),
    }));
    let new_board = object(json!({
        "name": string(),
        "card": object(json!({ "title": string() })),
    }));
    let save = |item: Value, entity: Value| {
        let results = list(object(json!({ "result": string(), "data": entity })));
        operation(
            Some(object(json!({ "data": list(item) }))),
            answer(results, json!({})),
        )
    };
    json!({
        "openapi": "3.0.3",
        "paths": {
            "/v6/boards": { "post": save(new_board, board) },
            "/v6/cards": { "post": save(new_card, card.clone()) },
            "/v6/cards/{id}": { "delete": operation(None, answer(card, json!({}))) },
        },
    })
}

#[tokio::test]
async fn an_invented_thread_shows_its_latest() {
    let sandbox = serve(&boards()).await;
    let latest = |number: usize| sandbox.stored("boards")[number].get("latestCard").cloned();
    let boards = json!([{ "name": "empty" }, { "name": "full", "card": { "title": "first" } }]);

    let saved = post(&sandbox, "/v6/boards", json!({ "data": boards })).await;
    assert_eq!(saved.body["data"][0]["data"].get("latestCard"), None);
    assert_eq!(
        saved.body["data"][1]["data"]["latestCard"],
        json!({ "id": "card_1", "title": "first" })
    );
    assert_eq!(sandbox.stored("cards")[0]["boardId"], "brd_2");

    let cards = json!([{ "boardId": "brd_1", "title": "second" }, { "boardId": "brd_2", "title": "third" }]);
    post(&sandbox, "/v6/cards", json!({ "data": cards })).await;
    assert_eq!(
        latest(0),
        Some(json!({ "id": "card_2", "title": "second" }))
    );
    assert_eq!(latest(1), Some(json!({ "id": "card_3", "title": "third" })));

    let renamed = json!({ "id": "card_3", "title": "renamed" });
    post(&sandbox, "/v6/cards", json!({ "data": [renamed] })).await;
    assert_eq!(
        latest(1),
        Some(json!({ "id": "card_3", "title": "renamed" }))
    );
    let moved = json!({ "id": "card_3", "boardId": "brd_1" });
    post(&sandbox, "/v6/cards", json!({ "data": [moved] })).await;
    assert_eq!(
        latest(0),
        Some(json!({ "id": "card_3", "title": "renamed" }))
    );
    assert_eq!(latest(1), Some(json!({ "id": "card_1", "title": "first" })));

    for card in ["card_1", "card_3"] {
        let path = format!("/v6/cards/{card}");
        ask(anonymous(&sandbox, Method::DELETE, &path)).await;
    }
    assert_eq!(
        latest(0),
        Some(json!({ "id": "card_2", "title": "second" }))
    );
    assert_eq!(latest(1), None);
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
        let query = anonymous(&sandbox, Method::POST, "/v6/notes/query").json(&body);
        let refused = send_unchecked(query).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        let message = format!("sort.{name} is no documented order");
        assert_eq!(refused.body["error"][0]["message"], message);
    }
}

#[tokio::test]
async fn what_the_path_says_is_said_of_what_is_saved_there() {
    let mut document = notes();
    let paths = document["paths"].as_object_mut().unwrap();
    let save = paths["/v6/notes"]
        .as_object_mut()
        .unwrap()
        .remove("post")
        .unwrap();
    paths.insert(
        "/v6/folders/{folderId}/notes".to_owned(),
        json!({ "post": save }),
    );
    let list = paths.remove("/v6/folders/{id}/notes").unwrap();
    paths["/v6/folders/{folderId}/notes"]["get"] = list["get"].clone();
    let sandbox = serve(&document).await;

    for folder in ["a", "b"] {
        let path = format!("/v6/folders/{folder}/notes");
        post(&sandbox, &path, json!({ "data": [{ "folderId": "c" }] })).await;
    }

    assert_eq!(
        each(&json!(sandbox.stored("notes")), "folderId"),
        ["a", "b"]
    );
    let listed = get(&sandbox, "/v6/folders/b/notes").await;
    assert_eq!(each(&listed.body["data"], "id"), ["note_2"]);
}
