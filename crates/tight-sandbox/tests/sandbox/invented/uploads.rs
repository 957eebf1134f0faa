//! Forms: parts that need not be there, and parts that are single values.

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use super::{answer, assert_told, document, integer, list, object, serve, string, unserved};
use crate::support::{Answer, anonymous, send_unchecked};

const PATH: &str = "/invented/pictures/of/album_1";

fn pictures(form: Value) -> Value {
    let picture = object(json!({
        "id": { "type": "string", "example": "pic_1" },
        "title": string(),
        "size": integer(),
        "tags": list(string()),
        "place": { "type": "string", "nullable": true },
        "albumId": string(),
    }));
    let operation = json!({
        "operationId": "addPicture",
        "x-kind": { "is": "upload", "collection": "pictures" },
        "requestBody": { "required": true, "content": { "multipart/form-data": { "schema": form } } },
        "responses": answer(picture, json!({})),
    });
    document(json!({ "/invented/pictures/of/{albumId}": { "post": operation } }))
}

fn form() -> Value {
    let mut form = object(json!({
        "picture": { "type": "string", "format": "binary" },
        "title": { "type": "string", "maxLength": 5 },
        "size": integer(),
        "tags": list(string()),
        "data": object(json!({ "place": string() })),
    }));
    form["required"] = json!(["title"]);
    form
}

async fn send(sandbox: &Sandbox, form: Form) -> Answer {
    send_unchecked(anonymous(sandbox, Method::POST, PATH).multipart(form)).await
}

#[tokio::test]
async fn parts_may_be_left_out_and_be_single_values() {
    let sandbox = serve(&pictures(form())).await;
    let bare = send(&sandbox, Form::new().text("title", "Bare")).await;
    assert_eq!(
        bare.body["data"],
        json!({ "id": "pic_1", "title": "Bare", "tags": [], "place": null, "albumId": "album_1" })
    );
    assert_eq!(sandbox.uploaded("pic_1"), None);

    let full = Form::new()
        .text("title", "Full")
        .text("size", "7")
        .text("tags", "a")
        .text("tags", "b")
        .text("data", r#"{ "place": "Oslo" }"#)
        .part(
            "picture",
            Part::bytes(b"x".as_slice()).file_name(r"C:\a\\b.png"),
        );
    let full = send(&sandbox, full).await;
    assert_eq!(
        full.body["data"],
        json!({
            "id": "pic_2", "title": "Full", "size": 7, "tags": ["a", "b"], "place": "Oslo",
            "albumId": "album_1",
        })
    );
    assert_eq!(sandbox.uploaded("pic_2").unwrap().file_name, r"C:\a\\b.png");
}

#[tokio::test]
async fn single_values_are_checked() {
    let sandbox = serve(&pictures(form())).await;
    let text =
        |name: &'static str, value: &'static str| Form::new().text("title", "ok").text(name, value);
    for (form, param, message) in [
        (Form::new().text("other", "x"), "title", "title is required"),
        (
            Form::new().text("title", "too long"),
            "title",
            "title must have 5 characters or fewer",
        ),
        (text("title", "twice"), "title", "title is repeated"),
        (text("size", "big"), "size", "size must be a whole number"),
        (
            text("size", "9223372036854775808"),
            "size",
            "size is out of range",
        ),
        (
            text("data", r#"{ "place": 1 }"#),
            "place",
            "place must be a string",
        ),
    ] {
        assert_told(&send(&sandbox, form).await, 400, param, message);
    }
    assert_eq!(sandbox.stored("pictures"), [] as [Value; 0]);
}

#[tokio::test]
async fn a_form_with_several_files_is_not_served() {
    let binary = || json!({ "type": "string", "format": "binary" });
    for form in [
        object(json!({ "one": binary(), "two": binary() })),
        object(json!({ "all": list(binary()) })),
    ] {
        let told = unserved(&pictures(form)).await;
        let reason = "its form has more than one file".to_owned();
        assert_eq!(told, [("addPicture".to_owned(), reason)]);
    }
}
