//! Which requests a fault is for.

use reqwest::{Method, StatusCode};
use serde_json::json;
use tight_sandbox::{Fault, Reply, Sandbox};

use crate::support::{
    CONVERSATIONS, MESSAGES, TOKEN, post_to, request, send_unchecked, token_request,
};

/// The status of a request that gets a message.
async fn get(sandbox: &Sandbox, id: &str) -> u16 {
    let request = request(sandbox, Method::GET, &format!("{MESSAGES}/{id}"));
    request.send().await.unwrap().status().as_u16()
}

/// The status of a request that saves a message.
async fn save(sandbox: &Sandbox, text: &str) -> u16 {
    let body = json!({ "data": [{ "conversationId": "con_1", "text": text }] });
    let request = request(sandbox, Method::POST, MESSAGES).json(&body);
    request.send().await.unwrap().status().as_u16()
}

async fn saves(sandbox: &Sandbox, requests: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..requests {
        statuses.push(save(sandbox, "Hi").await);
    }
    statuses
}

#[tokio::test]
async fn a_fault_waits_for_a_request_for_its_operation() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.next("saveConversations").fails(Reply::status(503));

    assert_eq!(saves(&sandbox, 2).await, [200, 200]);
    let conversation = json!({ "data": [{ "subject": "Rent", "message": { "text": "Hi" } }] });
    let save = || request(&sandbox, Method::POST, CONVERSATIONS).json(&conversation);
    assert_eq!(save().send().await.unwrap().status(), 503);
    assert!(
        sandbox
            .stored("conversations")
            .iter()
            .all(|found| found["subject"] != "Rent")
    );
    post_to(&sandbox, CONVERSATIONS, conversation.clone()).await;
}

#[tokio::test]
async fn a_token_request_is_an_operation_too() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.next("requestAccessToken").fails(Reply::status(503));
    sandbox.next_request().fails(Reply::status(500));

    assert_eq!(
        token_request(&sandbox, &[]).send().await.unwrap().status(),
        503
    );
    assert_eq!(
        token_request(&sandbox, &[]).send().await.unwrap().status(),
        200
    );
    assert_eq!(saves(&sandbox, 2).await, [500, 200]);
    assert_eq!(sandbox.requests_to("POST", TOKEN), 2);
}

#[tokio::test]
async fn a_misspelt_operation_is_an_error_that_names_similar_ones() {
    let sandbox = Sandbox::start().await.unwrap();
    let ask =
        std::panic::AssertUnwindSafe(|| sandbox.next("saveConversation").fails(Reply::status(503)));
    let error = std::panic::catch_unwind(ask).unwrap_err();
    assert_eq!(
        error.downcast_ref::<String>().unwrap(),
        "the sandbox has no operation `saveConversation`; similar ones are: saveConversations, getConversation, \
         saveIntegration"
    );
}

#[tokio::test]
async fn a_condition_sees_everything_of_the_request_but_secrets() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox
        .next("saveMessages")
        .matching(|request| request.json()["data"][0]["text"] == "Thank you")
        .fails(Reply::status(503));
    sandbox
        .next_request()
        .matching(|request| request.method == "GET" && request.path == "/v6/messages/msg_2")
        .fails(Reply::status(418));
    let token = sandbox.access_token().to_owned();
    sandbox
        .next_request()
        .matching(|request| request.query == "limit=1")
        .matching(|request| request.header("X-Trace") == Some("7"))
        .matching(move |request| {
            request.header("authorization") == Some("Bearer [secret]")
                && !format!("{request:?}").contains(&token)
        })
        .fails(Reply::status(504));

    assert_eq!(save(&sandbox, "Hi").await, 200);
    assert_eq!(save(&sandbox, "Thank you").await, 503);
    assert_eq!(save(&sandbox, "Thank you").await, 200);
    assert_eq!(
        (get(&sandbox, "msg_1").await, get(&sandbox, "msg_2").await),
        (200, 418)
    );
    let list = || {
        request(
            &sandbox,
            Method::GET,
            "/v6/conversations/con_1/messages?limit=1",
        )
    };
    assert_eq!(list().send().await.unwrap().status(), 200);
    assert_eq!(
        list().header("x-trace", "7").send().await.unwrap().status(),
        504
    );
}

#[tokio::test]
async fn requests_can_pass_before_some_or_all_fail() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox
        .next("saveMessages")
        .pass(2)
        .times(2)
        .fails(Reply::status(503));
    assert_eq!(saves(&sandbox, 5).await, [200, 200, 503, 503, 200]);

    sandbox
        .next("saveMessages")
        .times(0)
        .fails(Reply::status(500));
    sandbox
        .next("saveMessages")
        .pass(1)
        .always()
        .fails(Reply::status(503));
    assert_eq!(saves(&sandbox, 4).await, [200, 503, 503, 503]);
    sandbox.clear_faults();
    assert_eq!(saves(&sandbox, 2).await, [200, 200]);
}

#[tokio::test]
async fn older_orders_go_first_and_hide_what_they_take() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.next("saveMessages").fails(Reply::status(501));
    sandbox.next_request().pass(1).fails(Reply::status(502));
    sandbox.inject(Fault::RespondBefore(Reply::status(503)));
    // The first is taken; the second passes the second order and is taken by the third.
    assert_eq!(saves(&sandbox, 4).await, [501, 503, 502, 200]);
}

#[tokio::test]
async fn chance_strikes_the_same_requests_in_every_run() {
    let run = async |seed| {
        let sandbox = Sandbox::start().await.unwrap();
        let chance = sandbox.next("saveMessages").with_probability(0.25, seed);
        chance.fails(Reply::status(503));
        saves(&sandbox, 40).await
    };
    let first = run(1).await;
    let failed = first.iter().filter(|status| **status == 503).count();
    assert!((4..=18).contains(&failed), "{first:?}");
    assert_eq!(run(1).await, first);
    assert_ne!(run(2).await, first);

    let sandbox = Sandbox::start().await.unwrap();
    sandbox
        .next_request()
        .with_probability(0.0, 1)
        .fails(Reply::status(500));
    sandbox
        .next_request()
        .with_probability(1.0, 1)
        .times(2)
        .fails(Reply::status(503));
    assert_eq!(saves(&sandbox, 3).await, [503, 503, 200]);
}

#[tokio::test]
async fn chance_strikes_as_many_requests_with_several_in_flight() {
    let fail = async |in_flight: bool| {
        let sandbox = Sandbox::start().await.unwrap();
        let chance = sandbox.next_request().with_probability(0.5, 7);
        chance.fails(Reply::status(503));
        let one = || request(&sandbox, Method::GET, "/v6/messages/msg_1").send();
        let mut statuses = Vec::new();
        if in_flight {
            let tasks: Vec<_> = (0..24).map(|_| tokio::spawn(one())).collect();
            for task in tasks {
                statuses.push(task.await.unwrap().unwrap().status());
            }
        } else {
            for _ in 0..24 {
                statuses.push(one().await.unwrap().status());
            }
        }
        let is_hit = |status: &&StatusCode| **status == 503;
        statuses.iter().filter(is_hit).count()
    };
    let expected = fail(false).await;
    assert!((1..24).contains(&expected));
    assert_eq!(fail(true).await, expected);
}

#[tokio::test]
async fn requests_without_a_valid_token_are_not_counted() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.next_request().fails(Reply::status(503));
    let stranger = crate::support::anonymous(&sandbox, Method::GET, "/v6/messages/msg_1");
    assert_eq!(send_unchecked(stranger).await.status, 401);
    assert_eq!(get(&sandbox, "msg_1").await, 503);
}
