//! What is stored can be kept as JSON, and stored again.

use reqwest::{Method, multipart::Form, multipart::Part};
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use crate::support::{
    CONVERSATIONS, FILES, MESSAGES, anonymous, get, noon, request, save, saved, saved_with, send,
    token_for,
};

/// A sandbox in which much has happened, for users and for the partner.
async fn busy() -> Sandbox {
    let sandbox = Sandbox::builder().time(noon()).start().await.unwrap();
    let anna = sandbox.add_user("anna");
    let bert = sandbox.add_user("bert");
    let message = json!({ "conversationId": "con_1", "text": "Hi" });
    saved(&sandbox, MESSAGES, message.clone()).await;
    saved_with(&sandbox, &anna, MESSAGES, message.clone()).await;
    saved_with(&sandbox, &bert, MESSAGES, message).await;
    let customer = saved(&sandbox, "/v6/customers", json!({ "displayName": "Acme" })).await;
    let conversation = json!({ "subject": "Rent", "message": { "text": "When?" } });
    saved(&sandbox, CONVERSATIONS, conversation).await;
    let bill = json!({ "customerId": customer["id"], "date": "2024-01-31" });
    sandbox.store("bills", bill);
    let part = Part::bytes(b"1,2".as_slice()).file_name("rows.csv");
    let upload = request(&sandbox, Method::POST, &format!("{FILES}/upload"));
    send(upload.multipart(Form::new().part("file", part))).await;
    for (user, year) in [("anna", 1), ("bert", 2)] {
        let token = token_for(&sandbox, user).await;
        let setup = anonymous(&sandbox, Method::POST, "/v6/taxes/setup").bearer_auth(token);
        send(setup.json(&json!({ "businessStartYear": 2000 + year }))).await;
    }
    let updated = json!({ "id": "msg_1", "text": null });
    save(&sandbox, json!([updated])).await;
    sandbox.react("msg_1", "thumbs_up", "user_1");
    sandbox
}

#[tokio::test]
async fn what_is_stored_can_be_stored_again_elsewhere() {
    let first = busy().await;
    let snapshot = first.snapshot();
    let second = Sandbox::start().await.unwrap();
    second.seed(&snapshot).unwrap();
    assert_eq!(second.snapshot(), snapshot);

    // Also in text, and over what is there.
    second.seed_json(&snapshot.to_string()).unwrap();
    assert_eq!(second.snapshot(), snapshot);

    let entries = format!(
        "/v6/auditTrail/{}",
        snapshot["messages"][0]["id"].as_str().unwrap()
    );
    assert_eq!(
        get(&second, &entries).await.body,
        get(&first, &entries).await.body
    );
    // What one user saved, the other does not reach there either; and ids go on.
    let (anna, bert) = (second.add_user("anna"), second.add_user("bert"));
    for (token, statuses) in [(&anna, [200, 404]), (&bert, [404, 200])] {
        for (id, status) in ["msg_2", "msg_3"].iter().zip(statuses) {
            let message = anonymous(&second, Method::GET, &format!("{MESSAGES}/{id}"));
            assert_eq!(
                send(message.bearer_auth(token)).await.status,
                status,
                "{token} {id}"
            );
        }
    }
    assert_eq!(second.stored("company").len(), 2);
    let next = saved(
        &second,
        MESSAGES,
        json!({ "conversationId": "con_1", "text": "Ho" }),
    )
    .await;
    let count = snapshot["messages"].as_array().unwrap().len();
    assert_eq!(next["id"], format!("msg_{}", count + 1));
}

#[tokio::test]
async fn a_seed_by_hand_is_completed_and_belongs_to_whom_it_refers() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox
        .seed(&json!({
            "messages": [
                { "conversationId": "con_7", "text": "Hi" },
                { "id": "msg_9", "conversationId": "con_8", "text": "Ho" },
                { "conversationId": "con_8", "text": "Hu", "x-company": "com_2" },
            ],
            "conversations": [{ "id": "con_7", "x-company": "com_1" }],
            "company": [
                { "id": "com_1", "owners": [{ "userId": "anna" }] },
                { "id": "com_2", "owners": [{ "userId": "bert" }] },
            ],
        }))
        .unwrap();
    let belongs: Vec<_> = sandbox.snapshot()["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| (message["id"].clone(), message["x-company"].clone()))
        .collect();
    assert_eq!(
        belongs,
        [
            (json!("msg_1"), json!("com_1")),
            (json!("msg_9"), Value::Null),
            (json!("msg_10"), json!("com_2"))
        ]
    );
    let anna = sandbox.add_user("anna");
    assert_eq!(
        sandbox.stored("company").len(),
        2,
        "anna owns com_1 already"
    );
    // The answer is held against the document, so nothing that it requires is missing.
    let message = anonymous(&sandbox, Method::GET, "/v6/messages/msg_1").bearer_auth(&anna);
    let message = send(message).await.body["data"].clone();
    assert_eq!(
        (&message["text"], &message["status"]),
        (&json!("Hi"), &json!("ACTIVE"))
    );
    assert_eq!(message["x-company"], Value::Null);
}

#[tokio::test]
async fn a_wrong_seed_is_refused_as_a_whole_with_its_place() {
    let sandbox = Sandbox::start().await.unwrap();
    let wrong = |seed: Value| {
        let error = sandbox.seed(&seed).unwrap_err();
        assert_eq!(sandbox.snapshot(), json!({}), "{seed}");
        (error.at().to_owned(), error.to_string())
    };
    let message = json!({ "conversationId": "con_1", "text": "Hi" });
    let is = |at: &str, message: &str| (at.to_owned(), message.to_owned());
    assert_eq!(
        wrong(json!({ "messages": [message], "mesages": [] })),
        is(
            "/mesages",
            "the seed cannot be stored: /mesages: there is no collection `mesages`; similar ones are: messages, mileage, \
             files"
        )
    );
    assert_eq!(
        wrong(json!({ "messages": [message, 5] })),
        is(
            "/messages/1",
            "the seed cannot be stored: /messages/1: must be an object, but is 5"
        )
    );
    assert_eq!(
        wrong(json!({ "messages": [message, { "id": 5 }] })).0,
        "/messages/1/id"
    );
    assert_eq!(wrong(json!({ "messages": message })).0, "/messages");
    assert_eq!(
        wrong(json!([])),
        is(
            "",
            "the seed cannot be stored: must be an object, but is an array"
        )
    );

    let error = sandbox.seed_json("{\n  \"messages\": [{]\n}").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the seed cannot be stored: it is not JSON: key must be a string at line 2 column 17"
    );
    let error = sandbox
        .seed_json(r#"{"bills": [{"total": 0.12345678901234567890}]}"#)
        .unwrap_err();
    assert_eq!(error.at(), "/bills/0/total");
    assert_eq!(sandbox.snapshot(), json!({}));
}

#[tokio::test]
async fn a_reset_sandbox_is_as_at_the_start_and_tokens_stay_valid() {
    let sandbox = busy().await;
    let token = token_for(&sandbox, "anna").await;
    sandbox.inject(tight_sandbox::Fault::DropBefore);
    sandbox.reset();

    let names: Vec<_> = sandbox
        .stored("company")
        .iter()
        .map(|company| company["name"].clone())
        .collect();
    assert_eq!(names, ["anna", "bert"]);
    assert!(sandbox.received_requests().is_empty() && sandbox.pending_faults().is_empty());
    assert_eq!((sandbox.requests(), sandbox.token_requests()), (0, 0));
    assert_eq!(sandbox.requests_to("POST", MESSAGES), 0);
    let message = json!({ "conversationId": "con_1", "text": "Hi" });
    for token in [&*token, &sandbox.add_user("anna"), sandbox.access_token()] {
        saved_with(&sandbox, token, MESSAGES, message.clone()).await;
    }
    assert_eq!(sandbox.stored("messages")[0]["id"], "msg_1");
    assert_eq!(
        sandbox.snapshot()["messages"][0]["x-company"],
        sandbox.stored("company")[0]["id"]
    );
}

#[tokio::test]
async fn a_user_that_is_added_again_has_the_same_token_and_company() {
    let sandbox = Sandbox::start().await.unwrap();
    let token = sandbox.add_user("a b/ü");
    assert_eq!(token, "sandbox-access-token-a%20b%2F%C3%BC");
    assert_eq!(sandbox.add_user("a b/ü"), token);
    assert_eq!(
        (sandbox.stored("company").len(), sandbox.tokens_issued()),
        (1, 0)
    );
    let page = || anonymous(&sandbox, Method::GET, "/v6/messages/msg_1").bearer_auth(&token);
    assert_eq!(send(page()).await.status, 404);
    sandbox.revoke_tokens();
    assert_eq!(send(page()).await.status, 401);
    sandbox.add_user("a b/ü");
    assert_eq!(send(page()).await.status, 404);
}

#[tokio::test]
async fn a_sandbox_that_is_stopped_lets_requests_in_progress_finish() {
    let sandbox = Sandbox::builder()
        .sleep(|_| std::future::pending())
        .start()
        .await
        .unwrap();
    let stalled = tokio::spawn({
        sandbox.inject(tight_sandbox::Fault::StallAfter);
        request(&sandbox, Method::GET, "/v6/messages/msg_1").send()
    });
    while sandbox.requests() == 0 {
        tokio::task::yield_now().await;
    }
    let url = sandbox.url().to_owned();
    tokio::time::timeout(crate::support::SOON, sandbox.stop())
        .await
        .unwrap();
    assert!(stalled.await.unwrap().is_err());
    assert!(reqwest::get(url).await.is_err());
}
