//! What is said of users and seeds is so.

use std::fs;

use reqwest::Method;
use serde_json::json;

use crate::program::Program;

#[tokio::test]
async fn each_user_has_a_token_for_what_belongs_to_the_user() {
    let program = Program::start(&["--user", "anna", "--user", "bert"]);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let message = json!({ "data": [{ "conversationId": "con_1", "text": "Hi" }] });
    let url = format!("{}/v6/messages", program.url());
    let saved = client
        .post(&url)
        .bearer_auth(program.said("Token of anna"))
        .json(&message)
        .send()
        .await;
    assert_eq!(saved.unwrap().status(), 200);
    for (user, status) in [
        ("Token of anna", 200),
        ("Token of bert", 404),
        ("Access token", 200),
    ] {
        let read = client
            .get(format!("{url}/msg_1"))
            .bearer_auth(program.said(user));
        assert_eq!(read.send().await.unwrap().status(), status, "{user}");
    }
    let companies = program.get("/sandbox/state?collection=company").await;
    assert_eq!(
        companies["company"][1]["owners"],
        json!([{ "userId": "bert" }])
    );
}

#[tokio::test]
async fn a_state_that_was_kept_is_served_again() {
    let first = Program::start(&["--user", "anna"]);
    let message = json!({ "data": [{ "conversationId": "con_1", "text": "Hi" }] });
    let saved = first
        .request(Method::POST, "/v6/messages")
        .json(&message)
        .send()
        .await
        .unwrap();
    assert_eq!(saved.status(), 200);
    let state = first.get("/sandbox/state").await;
    assert_eq!(state["messages"][0]["text"], "Hi");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    fs::write(&file, state.to_string()).unwrap();
    let from_file = Program::start(&["--user", "anna", "--seed", file.to_str().unwrap()]);
    assert_eq!(from_file.get("/sandbox/state").await, state);
    let from_input = Program::start_with(&["--seed", "-"], &state.to_string());
    assert_eq!(from_input.get("/sandbox/state").await, state);
}
