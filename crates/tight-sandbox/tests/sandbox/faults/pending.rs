//! What was ordered, and no request has met.

use reqwest::Method;
use serde_json::json;
use tight_sandbox::{Fault, Reply, Sandbox};

use crate::support::{request, save, token_request};

#[tokio::test]
async fn what_requests_have_not_met_is_told_in_the_words_of_the_order() {
    let sandbox = Sandbox::start().await.unwrap();
    assert_eq!(sandbox.pending_faults(), [""; 0]);
    let saves = || sandbox.next("saveMessages");
    saves().pass(1).times(2).fails(Reply::status(503));
    saves().matching(|_| true).fails(Fault::Truncate(7));
    saves()
        .with_probability(0.25, 1)
        .times(1)
        .fails(Fault::DropAfter);
    sandbox.next_request().always().fails(Fault::Gzip);
    sandbox.next_request().times(0).fails(Fault::Gzip);
    sandbox
        .next_request()
        .with_probability(0.0, 1)
        .fails(Reply::html(502, &"é".repeat(200)));
    sandbox.inject_token_fault(Fault::StallBefore);
    let given = sandbox.pending_faults();
    let long = &given[4];
    assert!(
        long.starts_with("next_request().with_probability(0.0, …).fails(RespondBefore(Reply {")
    );
    assert!(
        long.ends_with("éé…)") && long.chars().count() < 160,
        "{long}"
    );
    assert_eq!(
        [&given[..4], &given[5..]].concat(),
        [
            r#"next("saveMessages").pass(1).times(2).fails(RespondBefore(Reply { status: 503, headers: {}, body: "" }))"#,
            r#"next("saveMessages").matching(…).fails(Truncate(7))"#,
            r#"next("saveMessages").with_probability(0.25, …).times(1).fails(DropAfter)"#,
            "next_request().always().fails(Gzip)",
            "inject_token_fault(StallBefore)",
        ]
    );
}

#[tokio::test]
async fn what_requests_have_met_is_pending_no_more() {
    let sandbox = Sandbox::start().await.unwrap();
    let pending = || sandbox.pending_faults();
    sandbox
        .next("saveMessages")
        .pass(1)
        .times(2)
        .fails(Reply::json(503, &json!({})));
    sandbox.next_request().always().fails(Fault::ReverseResults);
    let get = async || {
        let get = request(&sandbox, Method::GET, "/v6/messages/msg_1");
        get.send().await.unwrap().status()
    };
    let wanted = |rest: &str| {
        let reply = r#"RespondBefore(Reply { status: 503, headers: {"content-type": "application/json"}, body: "{}" })"#;
        let reply: String = reply.chars().take(100).collect();
        format!("next(\"saveMessages\"){rest}.fails({reply})")
    };

    assert_eq!(pending().len(), 2);
    // An order without a number is met by the first request, and stays in force.
    for _ in 0..2 {
        assert_eq!(get().await, 404);
        assert_eq!(pending(), [wanted(".pass(1).times(2)")]);
    }
    save(&sandbox, json!([])).await;
    assert_eq!(pending(), [wanted(".times(2)")]);
    for rest in [&[wanted("")][..], &[]] {
        let save = request(&sandbox, Method::POST, "/v6/messages").json(&json!({ "data": [] }));
        assert_eq!(save.send().await.unwrap().status(), 503);
        assert_eq!(pending(), rest);
    }

    sandbox.inject_token_fault(Reply::status(503));
    assert_eq!(pending().len(), 1);
    token_request(&sandbox, &[]).send().await.unwrap();
    assert_eq!(pending(), [""; 0]);
    sandbox.inject(Fault::DropBefore);
    sandbox.clear_faults();
    assert_eq!(pending(), [""; 0]);
}
