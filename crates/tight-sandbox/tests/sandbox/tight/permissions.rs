//! What the tokens of users reach, what a read-only token refuses, and what needs the partner level.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use crate::support::{
    Answer, CONVERSATIONS, MESSAGES, anonymous, each, get, post_to, saved, saved_with, send,
    send_unchecked, token_for, token_request,
};

const COMPANIES: &str = "/v6/company";

/// Creates a company with this owner, and returns its id and a token for the owner.
async fn company(sandbox: &Sandbox, owner: &str) -> (String, String) {
    let company = json!({ "name": owner, "entityType": "LLC", "owners": [{ "userId": owner }] });
    let answer = post_to(sandbox, COMPANIES, company).await;
    assert_eq!(answer.status, StatusCode::OK, "{:#}", answer.body);
    let id = answer.body["data"]["id"].as_str().unwrap().to_owned();
    (id, token_for(sandbox, owner).await)
}

async fn with(sandbox: &Sandbox, token: &str, method: Method, path: &str, body: Value) -> Answer {
    let request = anonymous(sandbox, method, path).bearer_auth(token);
    send(if body.is_null() {
        request
    } else {
        request.json(&body)
    })
    .await
}

async fn status(sandbox: &Sandbox, token: &str, path: &str) -> u16 {
    let answer = with(sandbox, token, Method::GET, path, Value::Null).await;
    answer.status.as_u16()
}

/// The ids that a query for conversations returns.
async fn conversations(sandbox: &Sandbox, token: &str) -> Vec<Value> {
    let path = format!("{CONVERSATIONS}/query");
    let answer = with(sandbox, token, Method::POST, &path, json!({})).await;
    each(&answer.body["data"], "id")
        .into_iter()
        .cloned()
        .collect()
}

fn conversation(subject: &str) -> Value {
    json!({ "subject": subject, "message": { "text": "Hi" } })
}

#[tokio::test]
async fn the_token_of_an_owner_reaches_the_owners_company_alone() {
    let sandbox = Sandbox::start().await.unwrap();
    let (_, anna) = company(&sandbox, "anna").await;
    let (_, bert) = company(&sandbox, "bert").await;
    let of_anna = saved_with(&sandbox, &anna, CONVERSATIONS, conversation("Anna's")).await;
    let of_bert = saved_with(&sandbox, &bert, CONVERSATIONS, conversation("Bert's")).await;
    let (in_anna, in_bert) = (
        format!("{CONVERSATIONS}/{}", of_anna["id"].as_str().unwrap()),
        format!("{CONVERSATIONS}/{}", of_bert["id"].as_str().unwrap()),
    );

    // By id, in lists, and in what belongs to them.
    assert_eq!(status(&sandbox, &anna, &in_anna).await, 200);
    assert_eq!(status(&sandbox, &anna, &in_bert).await, 404);
    assert_eq!(
        status(&sandbox, &anna, &format!("{in_bert}/messages")).await,
        404
    );
    assert_eq!(
        conversations(&sandbox, &anna).await,
        [of_anna["id"].clone()]
    );
    assert_eq!(
        conversations(&sandbox, &bert).await,
        [of_bert["id"].clone()]
    );
    // What cannot be read cannot be changed.
    let update = json!({ "data": [{ "id": of_bert["id"], "subject": "Mine" }] });
    let answer = with(&sandbox, &anna, Method::POST, CONVERSATIONS, update).await;
    assert_eq!(
        answer.body["data"][0]["statusCode"], 404,
        "{:#}",
        answer.body
    );
    assert_eq!(sandbox.stored("conversations")[1]["subject"], "Bert's");
    // A message that names the conversation of another company does not get into it.
    let message = json!({ "conversationId": of_bert["id"], "text": "Hello" });
    saved_with(&sandbox, &anna, MESSAGES, message).await;
    let answer = with(
        &sandbox,
        &bert,
        Method::GET,
        &format!("{in_bert}/messages"),
        Value::Null,
    )
    .await;
    assert_eq!(answer.body["data"].as_array().unwrap().len(), 1);

    // The partner level, and the test, see all.
    assert_eq!(
        conversations(&sandbox, sandbox.access_token()).await.len(),
        2
    );
    assert_eq!(get(&sandbox, &in_bert).await.status, 200);
    assert_eq!(sandbox.stored("conversations").len(), 2);
}

#[tokio::test]
async fn owners_share_their_company_and_see_only_their_companies_in_the_list() {
    let sandbox = Sandbox::start().await.unwrap();
    let owners = json!([{ "userId": "anna" }, { "userId": "carl" }]);
    let both = json!({ "name": "Both", "entityType": "LLC", "owners": owners });
    let both = post_to(&sandbox, COMPANIES, both).await.body["data"]["id"].clone();
    let (_, bert) = company(&sandbox, "bert").await;
    let (anna, carl) = (
        token_for(&sandbox, "anna").await,
        token_for(&sandbox, "carl").await,
    );
    let saved = saved_with(&sandbox, &anna, CONVERSATIONS, conversation("Ours")).await;

    assert_eq!(conversations(&sandbox, &carl).await, [saved["id"].clone()]);
    assert!(conversations(&sandbox, &bert).await.is_empty());
    let path = format!("{COMPANIES}/query");
    let answer = with(&sandbox, &carl, Method::POST, &path, json!({})).await;
    assert_eq!(each(&answer.body["data"], "id"), [&both]);
}

#[tokio::test]
async fn what_refers_to_a_companys_data_belongs_to_that_company() {
    let sandbox = Sandbox::start().await.unwrap();
    let (_, anna) = company(&sandbox, "anna").await;
    let (_, bert) = company(&sandbox, "bert").await;
    let of_anna = saved_with(&sandbox, &anna, CONVERSATIONS, conversation("Anna's")).await;
    // By the partner level.
    let message = json!({ "conversationId": of_anna["id"], "text": "Hello" });
    let message = saved(&sandbox, MESSAGES, message).await;

    let path = format!("{MESSAGES}/{}", message["id"].as_str().unwrap());
    assert_eq!(status(&sandbox, &anna, &path).await, 200);
    assert_eq!(status(&sandbox, &bert, &path).await, 404);
    // What belongs to no company, everyone sees, also who owns none.
    let free = saved(&sandbox, CONVERSATIONS, conversation("Free")).await;
    let path = format!("{CONVERSATIONS}/{}", free["id"].as_str().unwrap());
    let stranger = token_for(&sandbox, "stranger").await;
    for token in [&anna, &bert, &stranger] {
        assert_eq!(status(&sandbox, token, &path).await, 200);
    }
    assert_eq!(
        conversations(&sandbox, &stranger).await,
        [free["id"].clone()]
    );
}

#[tokio::test]
async fn each_company_has_its_own_settings() {
    let sandbox = Sandbox::start().await.unwrap();
    let (_, anna) = company(&sandbox, "anna").await;
    let (_, bert) = company(&sandbox, "bert").await;
    let path = "/v6/invoicing/setup";
    let is_example = async |token: &str| {
        let request = anonymous(&sandbox, Method::GET, path).bearer_auth(token);
        request
            .send()
            .await
            .unwrap()
            .headers()
            .contains_key("x-sandbox")
    };
    let answer = with(&sandbox, &anna, Method::POST, path, json!({})).await;
    assert_eq!(answer.status, 200, "{:#}", answer.body);
    assert!(!is_example(&anna).await);
    assert!(is_example(&bert).await);
}

#[tokio::test]
async fn a_read_only_token_refuses_what_writes() {
    let sandbox = Sandbox::start().await.unwrap();
    let answer = send(token_request(
        &sandbox,
        &[("scope", "read"), ("userId", "anna")],
    ))
    .await;
    let token = answer.body["access_token"].as_str().unwrap();
    let message = json!({ "data": [{ "conversationId": "con_1", "text": "Hi" }] });
    for (method, path, body) in [
        (Method::POST, MESSAGES, message),
        (Method::DELETE, "/v6/customers/cus_1", Value::Null),
        (Method::POST, "/v6/invoicing/setup", json!({})),
    ] {
        let answer = with(&sandbox, token, method, path, body).await;
        assert_eq!(answer.status, 403, "{path}");
        assert_eq!(
            answer.body["error"][0]["message"],
            "The access token is read-only"
        );
    }
    assert_eq!(sandbox.snapshot(), json!({}));
    assert!(conversations(&sandbox, token).await.is_empty());
    assert_eq!(status(&sandbox, token, "/v6/categories").await, 200);
    let report = anonymous(&sandbox, Method::GET, "/v6/customers/cus_1").bearer_auth(token);
    assert_eq!(send_unchecked(report).await.status, 404);
}

#[tokio::test]
async fn some_operations_need_the_partner_level() {
    let sandbox = Sandbox::start().await.unwrap();
    let (id, anna) = company(&sandbox, "anna").await;
    let path = format!("{COMPANIES}/{id}");
    for (method, path, body) in [
        (Method::GET, path.as_str(), Value::Null),
        (Method::DELETE, path.as_str(), json!({})),
        (Method::POST, COMPANIES, json!({ "name": "A" })),
        (Method::GET, "/v6/templates/chartOfAccounts", Value::Null),
        (Method::POST, "/v6/templates/rules/query", json!({})),
    ] {
        let answer = with(&sandbox, &anna, method, path, body).await;
        assert_eq!(answer.status, 403, "{path}");
        let message = "This operation needs a partner-level access token, which is for no user";
        assert_eq!(answer.body["error"][0]["message"], message);
    }
    assert_eq!(get(&sandbox, &path).await.status, 200);
    let answer = send(token_request(&sandbox, &[])).await;
    let partner = answer.body["access_token"].as_str().unwrap();
    assert_eq!(status(&sandbox, partner, &path).await, 200);
}
