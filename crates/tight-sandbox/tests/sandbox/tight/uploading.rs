//! Uploads: files with what is known about them, in a form with parts.

use reqwest::{Method, header::CONTENT_TYPE, multipart};
use serde_json::{Value, json};
use tight_sandbox::{Fault, Reply, Sandbox};

use crate::support::{
    Answer, MESSAGES, assert_failed, delete, get, noon, post_to, request, saved, send,
};

const UPLOAD: &str = "/v6/files/upload";
const MIB: usize = 1024 * 1024;

/// A part of a form: its head after `form-data; `, and its content.
type Part<'a> = (&'a str, &'a [u8]);

const RECEIPT: Part<'_> = (
    "name=\"file\"; filename=\"receipt.png\"\r\ncontent-type: image/png",
    b"\x89PNG\r\n--x\r\n",
);

fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (head, content) in parts {
        let head = format!("--limit\r\ncontent-disposition: form-data; {head}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--limit--\r\n");
    body
}

async fn send_form(sandbox: &Sandbox, path: &str, body: Vec<u8>) -> Answer {
    let request = request(sandbox, Method::POST, path)
        .header(CONTENT_TYPE, "multipart/form-data; boundary=limit")
        .body(body);
    send(request).await
}

async fn upload(sandbox: &Sandbox, path: &str, file: Part<'_>, data: Value) -> Answer {
    let data = data.to_string();
    send_form(
        sandbox,
        path,
        form(&[file, ("name=\"data\"", data.as_bytes())]),
    )
    .await
}

#[tokio::test]
async fn an_uploaded_file_becomes_an_entity_and_its_content_is_kept() {
    let sandbox = Sandbox::start().await.unwrap();

    let data = json!({ "description": "Receipt", "entityId": "btxn_1", "amount": 5 });
    let answer = upload(&sandbox, UPLOAD, RECEIPT, data).await;

    assert_eq!(answer.status, 200, "{:#}", answer.body);
    let file = &answer.body["data"];
    assert_eq!(
        *file,
        json!({
            "id": "fil_1",
            "entity": { "id": "btxn_1" },
            "description": "Receipt",
            "url": "https://cdn.sandbox.tight.com/files/fil_1.pdf",
            "amount": 5,
            "status": "ACTIVE",
        })
    );
    assert_eq!(get(&sandbox, "/v6/files/fil_1").await.body["data"], *file);
    let kept = sandbox.uploaded("fil_1").unwrap();
    assert_eq!(kept.file_name, "receipt.png");
    assert_eq!(kept.content_type.as_deref(), Some("image/png"));
    assert_eq!(kept.content, RECEIPT.1);
    assert_eq!(sandbox.uploaded("fil_2"), None);

    delete(&sandbox, "/v6/files/fil_1").await;
    assert_eq!(sandbox.uploaded("fil_1"), None);
}

#[tokio::test]
async fn the_entity_in_the_path_goes_before_the_one_in_the_form() {
    let sandbox = Sandbox::start().await.unwrap();
    let path = "/v6/files/upload/btxn%202";
    for data in [json!({ "entityId": "btxn_1" }), json!({})] {
        let answer = upload(&sandbox, path, RECEIPT, data).await;
        assert_eq!(answer.body["data"]["entity"], json!({ "id": "btxn 2" }));
    }
    let answer = upload(&sandbox, UPLOAD, RECEIPT, json!({})).await;
    assert_eq!(answer.body["data"]["entity"], Value::Null);
}

#[tokio::test]
async fn files_that_are_uploaded_and_files_that_are_saved_are_one_collection() {
    let sandbox = Sandbox::start().await.unwrap();
    saved(&sandbox, "/v6/files", json!({ "description": "Invoice" })).await;
    upload(
        &sandbox,
        UPLOAD,
        RECEIPT,
        json!({ "description": "Receipt" }),
    )
    .await;

    let item = json!({ "id": "fil_2", "notes": "Paid" });
    let updated = saved(&sandbox, "/v6/files", item).await;

    assert_eq!(updated["description"], "Receipt");
    let listed = post_to(&sandbox, "/v6/files/query", json!({})).await;
    assert_eq!(listed.body["data"].as_array().unwrap().len(), 2);
    assert_eq!(sandbox.uploaded("fil_1"), None);
    assert!(sandbox.uploaded("fil_2").is_some());
}

#[tokio::test]
async fn a_message_shows_what_is_known_of_the_files_attached_to_it() {
    let sandbox = Sandbox::builder().clock(noon).start().await.unwrap();
    let content = vec![0; 24 * 1024 + 100];
    upload(&sandbox, UPLOAD, (RECEIPT.0, &content), json!({})).await;
    saved(&sandbox, "/v6/files", json!({ "description": "Invoice" })).await;

    let ids = ["fil_1", "fil_2", "att_9"];
    let item = json!({ "conversationId": "con_1", "attachmentIds": ids });
    let message = saved(&sandbox, MESSAGES, item).await;

    let attached = |id: &str, name: &str, url: &str| {
        json!({
            "id": id,
            "url": url,
            "fileName": name,
            "fileSize": "24 KB",
            "createdDateTime": "2024-02-29T12:34:56Z",
            "iconUrl": "https://cdn.sandbox.tight.com/icons/attachments/pdf.svg",
        })
    };
    let example = "https://files.example.com/attachment/receipt.pdf";
    assert_eq!(
        message["attachments"],
        json!([
            attached(
                "fil_1",
                "receipt.png",
                "https://cdn.sandbox.tight.com/files/fil_1.pdf"
            ),
            // It was saved without a file, and has an address all the same.
            attached(
                "fil_2",
                "receipt.pdf",
                "https://cdn.sandbox.tight.com/files/fil_2.pdf"
            ),
            attached("att_9", "receipt.pdf", example),
        ])
    );
}

#[tokio::test]
async fn the_size_of_a_file_is_told_in_words() {
    let sandbox = Sandbox::start().await.unwrap();
    for (size, words) in [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1 KB"),
        (1535, "1 KB"),
        (1536, "2 KB"),
        (5 * MIB, "5 MB"),
    ] {
        let content = vec![0; size];
        let answer = upload(&sandbox, UPLOAD, (RECEIPT.0, &content), json!({})).await;
        let item =
            json!({ "conversationId": "con_1", "attachmentIds": [answer.body["data"]["id"]] });
        let message = saved(&sandbox, MESSAGES, item).await;
        assert_eq!(message["attachments"][0]["fileSize"], words);
    }
}

#[tokio::test]
async fn a_form_is_checked_against_the_document() {
    let sandbox = Sandbox::start().await.unwrap();
    let data: Part<'_> = ("name=\"data\"", b"{}");
    let bad: Part<'_> = ("name=\"data\"", b"{\n  \"amount\": secret }");
    let list: Part<'_> = ("name=\"data\"", b"[]");
    let flawed: Part<'_> = ("name=\"data\"", br#"{ "date": "2024-02-30" }"#);
    let nameless: Part<'_> = ("name=\"file\"", b"content");
    for (parts, kind, param, message) in [
        (&[data] as &[_], "REQUIRED", "file", "file is required"),
        (&[RECEIPT], "REQUIRED", "data", "data is required"),
        (
            &[nameless, data],
            "INVALID_VALUE",
            "file",
            "file must be a file, with a file name",
        ),
        (
            &[RECEIPT, data, RECEIPT],
            "INVALID_VALUE",
            "file",
            "file is repeated",
        ),
        (
            &[RECEIPT, data, data],
            "INVALID_VALUE",
            "data",
            "data is repeated",
        ),
        (
            &[RECEIPT, bad],
            "JSON_ERROR",
            "data",
            "data is not valid JSON (line 2, column 13)",
        ),
        (
            &[RECEIPT, flawed],
            "INVALID_FORMAT",
            "date",
            "date must be a valid date",
        ),
    ] {
        let answer = send_form(&sandbox, UPLOAD, form(parts)).await;
        assert_failed(&answer, 400, kind, param, message);
    }

    let neither = send_form(&sandbox, UPLOAD, form(&[])).await;
    assert_eq!(neither.body["error"].as_array().unwrap().len(), 2);
    let no_object = send_form(&sandbox, UPLOAD, form(&[RECEIPT, list])).await;
    assert_eq!(
        no_object.body["error"][0]["message"],
        "The JSON part must be an object"
    );
    assert!(sandbox.stored("files").is_empty());

    let other: Part<'_> = ("name=\"colour\"", b"red");
    let answer = send_form(&sandbox, UPLOAD, form(&[other, data, RECEIPT])).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let whole = form(&[RECEIPT, ("name=\"data\"", b"{}")]);
    for (content_type, body, message) in [
        (
            "application/json",
            whole.clone(),
            "The Content-Type must be multipart/form-data",
        ),
        (
            "multipart/form-data",
            whole.clone(),
            "The request body is not the multipart form that its Content-Type announces",
        ),
        (
            "multipart/form-data; boundary=limit",
            whole[..whole.len() - 20].to_vec(),
            "The request body is not the multipart form that its Content-Type announces",
        ),
        (
            "multipart/form-data; boundary=other",
            whole,
            "The request body is not the multipart form that its Content-Type announces",
        ),
    ] {
        let request = request(&sandbox, Method::POST, UPLOAD)
            .header(CONTENT_TYPE, content_type)
            .body(body);
        let answer = send(request).await;
        assert_eq!(answer.status, 400);
        assert_eq!(
            answer.body["error"],
            json!([{ "type": "BAD_REQUEST", "message": message }])
        );
    }
    assert!(sandbox.stored("files").is_empty());
}

#[tokio::test]
async fn an_upload_may_be_longer_than_other_bodies() {
    let sandbox = Sandbox::start().await.unwrap();
    let content = vec![7; 64 * MIB];
    let frame = form(&[(RECEIPT.0, b""), ("name=\"data\"", b"{}")]).len();

    let longest = (RECEIPT.0, &content[frame..]);
    assert_eq!(
        upload(&sandbox, UPLOAD, longest, json!({})).await.status,
        200
    );
    assert_eq!(
        sandbox.uploaded("fil_1").unwrap().content.len(),
        64 * MIB - frame
    );

    let longer = (RECEIPT.0, &content[frame - 1..]);
    let answer = upload(&sandbox, UPLOAD, longer, json!({})).await;
    let message = "The request body must have 67108864 bytes or fewer";
    assert_eq!(
        answer.body["error"],
        json!([{ "type": "BAD_REQUEST", "message": message }])
    );
}

#[tokio::test]
async fn uploads_meet_with_faults_like_any_other_request() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.inject(Fault::RespondBefore(Reply::status(503)));
    sandbox.inject(Fault::DropAfter);

    let send = || {
        request(&sandbox, Method::POST, UPLOAD)
            .header(CONTENT_TYPE, "multipart/form-data; boundary=limit")
            .body(form(&[RECEIPT, ("name=\"data\"", b"{}")]))
            .send()
    };
    assert_eq!(send().await.unwrap().status(), 503);
    assert!(sandbox.stored("files").is_empty());
    assert!(send().await.is_err());
    assert_eq!(sandbox.stored("files").len(), 1);
    assert_eq!(sandbox.requests(), 2);
}

#[tokio::test]
async fn the_name_of_a_file_may_be_in_any_script() {
    let sandbox = Sandbox::start().await.unwrap();
    for (number, (sent, kept)) in [
        ("\"Räkning №7; år.pdf\"", "Räkning №7; år.pdf"),
        ("\"a \\\"b\\\".pdf\"", "a \"b\".pdf"),
        ("plain.pdf", "plain.pdf"),
        ("\"\"", ""),
        // Escaped, as reqwest does.
        (r#""a\\b.txt""#, r"a\b.txt"),
        (r#""a\\\"b\\""#, r#"a\"b\"#),
        (r#""\\\\server\\b.txt""#, r"\\server\b.txt"),
        // As it is, as browsers do.
        (r#""a\b.txt""#, r"a\b.txt"),
        (r#""C:\b\år.txt""#, r"C:\b\år.txt"),
        (r#""a\""#, r"a\"),
        (r#""a\"; size="1""#, r"a\"),
        (r#""\\server\b.txt""#, r"\\server\b.txt"),
        (r#""\\server\%22b%22.txt""#, r#"\\server\"b".txt"#),
        // What is escaped is not encoded besides.
        (r#""a\\b%22.txt""#, r"a\b%22.txt"),
        ("\"a%22b%22%0D%0Ac%0d%0ad.txt\"", "a\"b\"\r\nc\r\nd.txt"),
        // Nobody encodes these.
        ("\"100%25 %41%5C%2522.txt\"", "100%25 %41%5C%2522.txt"),
        ("\"%2%22\"", "%2\""),
        ("a%22b.pdf; charset=x", "a\"b.pdf"),
    ]
    .into_iter()
    .enumerate()
    {
        let head = format!("name=\"file\"; filename={sent}");
        let answer = upload(&sandbox, UPLOAD, (&head, b""), json!({})).await;
        assert_eq!(answer.status, 200, "{sent}: {:#}", answer.body);
        let file = sandbox.uploaded(&format!("fil_{}", number + 1)).unwrap();
        assert_eq!((&*file.file_name, file.content_type), (kept, None));
    }
}

#[tokio::test]
async fn the_name_of_a_file_is_told_from_other_names() {
    let sandbox = Sandbox::start().await.unwrap();
    for (number, (head, kept)) in [
        ("filename=\"a.txt\"; name=\"file\"", "a.txt"),
        ("name=\"file\"; FileName = \"a.txt\"", "a.txt"),
        (
            "x=\"; filename=\\\"b.txt\"; name=\"file\";filename=\"a.txt\"",
            "a.txt",
        ),
        (
            "name=\"file\"; filename*=utf-8''b.txt; filename=\"a.txt\"",
            "a.txt",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = upload(&sandbox, UPLOAD, (head, b""), json!({})).await;
        assert_eq!(answer.status, 200, "{head}: {:#}", answer.body);
        let file = sandbox.uploaded(&format!("fil_{}", number + 1)).unwrap();
        assert_eq!(file.file_name, kept, "{head}");
    }
}

#[tokio::test]
async fn a_file_from_a_client_keeps_its_name() {
    let sandbox = Sandbox::start().await.unwrap();
    for (number, name) in [r"a\b.txt", r#"a"b\".txt"#, r"a\", r"\\a", "100%.txt"]
        .into_iter()
        .enumerate()
    {
        let file = multipart::Part::bytes(b"Hi".as_slice()).file_name(name);
        let form = multipart::Form::new().part("file", file).text("data", "{}");
        let answer = send(request(&sandbox, Method::POST, UPLOAD).multipart(form)).await;
        assert_eq!(answer.status, 200, "{name}: {:#}", answer.body);
        let file = sandbox.uploaded(&format!("fil_{}", number + 1)).unwrap();
        assert_eq!(file.file_name, name);
    }
}
