//! Verdicts by all the evidence there is: place, echo, status. The order of results is not documented, and neither is that each
//! item has one.

use futures_util::StreamExt;
use serde_json::json;
use tight_api::types::{ConversationUpsert, Message, NewMessage};
use tight_api::{BatchOutcome, ErrorKind, ItemState};

use crate::server::{Reply, Server};

const A: &str = r#"{"result":"SUCCESS","statusCode":200,"data":{"id":"msg_1","conversationId":"con_a","text":"a"},"error":[]}"#;
const B: &str = r#"{"result":"SUCCESS","statusCode":200,"data":{"id":"msg_2","conversationId":"con_b","text":"b"},"error":[]}"#;
const REJECTED: &str =
    r#"{"result":"FAILURE","statusCode":400,"data":null,"error":[{"type":"REQUIRED"}]}"#;

/// What saving `a` and `b` comes to, and how many requests it took.
async fn saving(replies: Vec<Reply>) -> (BatchOutcome<NewMessage, Message>, usize) {
    let server = Server::replying(replies).await;
    let messages = [
        NewMessage::new("con_a").text("a"),
        NewMessage::new("con_b").text("b"),
    ];
    let outcome = server.client().messages().save(messages).await;
    (outcome, server.requests().len())
}

/// What became of `a` and `b`, if the answer has these results.
async fn states(results: &[&str]) -> String {
    under("200 OK", "SUCCESS", results).await
}

/// The same, with another status and another envelope. An answer with results is never tried again.
async fn under(status: &str, result: &str, results: &[&str]) -> String {
    let results = results.join(",");
    let body =
        format!(r#"{{"result":"{result}","data":[{results}],"error":[{{"type":"BAD_REQUEST"}}]}}"#);
    let reply = || Reply::json(status, &body);
    let (outcome, requests) = saving(vec![reply(), reply(), reply()]).await;
    assert_eq!(requests, 1, "{status}: an account was asked for again");
    assert_eq!(
        outcome.errors()[0].type_.as_ref().unwrap().as_str(),
        "BAD_REQUEST",
        "what the envelope says is lost"
    );
    described(&outcome)
}

fn described(outcome: &BatchOutcome<NewMessage, Message>) -> String {
    let states = outcome.items().iter().map(|item| match &item.state {
        ItemState::Saved(message) => {
            format!("saved as {}", message.text.as_deref().unwrap_or("?"))
        }
        state => state.name().to_owned(),
    });
    states.collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn a_verdict_follows_the_echo_where_it_contradicts_the_place() {
    assert_eq!(states(&[A, B]).await, "saved as a, saved as b");
    assert_eq!(states(&[B, A]).await, "saved as a, saved as b");
    assert_eq!(states(&[REJECTED, A]).await, "saved as a, rejected");
    assert_eq!(states(&[B, REJECTED]).await, "rejected, saved as b");
    assert_eq!(states(&[REJECTED, B]).await, "rejected, saved as b");
}

#[tokio::test]
async fn a_result_that_stands_twice_is_nobody_elses() {
    assert_eq!(states(&[A, A]).await, "saved as a, unknown");
    assert_eq!(states(&[B, B]).await, "unknown, saved as b");
}

#[tokio::test]
async fn of_too_few_or_too_many_results_those_count_that_are_told_apart() {
    assert_eq!(states(&[A]).await, "saved as a, unknown");
    assert_eq!(states(&[B]).await, "unknown, saved as b");
    assert_eq!(states(&[REJECTED]).await, "unknown, unknown");
    assert_eq!(states(&[A, REJECTED, B]).await, "saved as a, saved as b");
}

#[tokio::test]
async fn what_is_nobodys_is_no_evidence() {
    let trimmed = A.replace(r#""a""#, r#""A normalised""#);
    assert_eq!(
        states(&[&trimmed, B]).await,
        "saved as A normalised, saved as b"
    );
    let bare = r#"{"result":"SUCCESS","data":{"id":"msg_1"}}"#;
    assert_eq!(states(&[bare, bare]).await, "saved as ?, saved as ?");
}

#[tokio::test]
async fn what_is_partly_one_items_and_partly_anothers_is_nobodys() {
    let mixed = A.replace(r#""a""#, r#""b""#);
    assert_eq!(states(&[&mixed, B]).await, "unknown, saved as b");
}

#[tokio::test]
async fn an_entity_without_a_verdict_is_evidence_all_the_same() {
    // It stands in the answer, so its item must not be offered for sending again.
    let doubtful = A.replace("200", "500");
    assert_eq!(states(&[REJECTED, &doubtful]).await, "unknown, rejected");
    let failed = A
        .replace("SUCCESS", "FAILURE")
        .replace(r#""error":[]"#, r#""error":[{"type":"DUPLICATE"}]"#);
    assert_eq!(states(&[&failed, B]).await, "unknown, saved as b");
}

#[tokio::test]
async fn items_that_are_alike_are_told_apart_by_place_alone() {
    let saved = |id: &str| A.replace("msg_1", id);
    let body = format!(
        r#"{{"data":[{},{REJECTED},{}]}}"#,
        saved("msg_1"),
        saved("msg_3")
    );
    let server = Server::replying([Reply::json("207 Multi-Status", &body)]).await;
    let alike = || NewMessage::new("con_a").text("a");
    let outcome = server
        .client()
        .messages()
        .save([alike(), alike(), alike()])
        .await;
    let ids = outcome
        .saved()
        .map(|saved| (saved.index, saved.entity.id.clone().unwrap()));
    assert_eq!(
        ids.collect::<Vec<_>>(),
        [(0, "msg_1".to_owned()), (2, "msg_3".to_owned())]
    );
    assert_eq!(outcome.rejected().next().unwrap().index, 1);
}

#[tokio::test]
async fn an_id_that_another_item_has_leaves_both_in_doubt_where_the_first_has_none() {
    for entity in [
        json!({ "id": "con_2" }),
        json!({ "id": "con_2", "subject": "Old" }),
    ] {
        check(&entity).await;
    }
}

/// Holds that an entity is the second item's.
async fn check(updated: &serde_json::Value) {
    let updated = json!({ "result": "SUCCESS", "data": updated });
    let rejected =
        json!({ "result": "FAILURE", "statusCode": 400, "error": [{ "type": "REQUIRED" }] });
    let body = json!({ "data": [updated, rejected] }).to_string();
    let server = Server::replying([Reply::json("207 Multi-Status", &body)]).await;
    let items = [
        ConversationUpsert::new().subject("New"),
        ConversationUpsert::new().id("con_2").read_status("READ"),
    ];
    let outcome = server.client().conversations().save(items).await;
    // By its place it is the first's, which has no id; by what it repeats, the second's. Neither may be sent again.
    assert_eq!(outcome.to_string(), "0 saved, 2 unknown");
}

#[tokio::test]
async fn what_a_server_fills_in_or_trims_is_not_taken_for_another_order() {
    let trimmed = |id: &str| {
        format!(
            r#"{{"result":"SUCCESS","data":{{"id":"{id}","conversationId":"con_a","text":"a"}}}}"#
        )
    };
    for (results, expected) in [
        ([trimmed("msg_1"), trimmed("msg_2")], ["saved", "saved"]),
        // The entity may be either's.
        (
            [trimmed("msg_1"), REJECTED.to_owned()],
            ["unknown", "unknown"],
        ),
    ] {
        let body = format!(r#"{{"data":[{}]}}"#, results.join(","));
        let server = Server::replying([Reply::json("200 OK", &body)]).await;
        let items = ["a ", "a"].map(|text| NewMessage::new("con_a").text(text));
        let outcome = server.client().messages().save(items).await;
        let states: Vec<_> = outcome
            .items()
            .iter()
            .map(|item| item.state.name())
            .collect();
        assert_eq!(states, expected);
    }
}

#[tokio::test]
async fn an_entity_that_stands_bare_is_evidence_and_no_verdict() {
    let bare = r#"{"id":"msg_1","conversationId":"con_a","text":"a"}"#;
    assert_eq!(states(&[REJECTED, bare]).await, "unknown, rejected");
    assert_eq!(states(&[bare, B]).await, "unknown, saved as b");
}

#[tokio::test]
async fn what_may_hold_results_is_never_asked_for_again_and_refuses_nothing() {
    let many: String = vec![format!(r#"{{"pad":"{}"}}"#, "x".repeat(1000)); 2000].join(",");
    let bodies = [
        format!(r#"{{"data":{{"0":{A},"1":{B}}}}}"#),
        format!(r#"[{A},{B}]"#),
        format!(r#"{{"data":[{A},{B}],"other":"#),
        format!("{{\"data\":[{A},{B}]}}\0"),
        format!(r#"{{"data":[{many}]}}"#),
        r#"{"data":[{"id":"msg_1"},{"id":"msg_2"}]}"#.to_owned(),
    ];
    for status in [
        "429 Too Many",
        "422 Unprocessable",
        "400 Bad Request",
        "401 Unauthorized",
    ] {
        for body in &bodies {
            let reply = || Reply::json(status, body);
            let (outcome, requests) = saving(vec![reply(), reply(), reply()]).await;
            let shown = &body[..body.len().min(80)];
            assert_eq!(
                (described(&outcome).as_str(), requests),
                ("unknown, unknown", 1),
                "{status} {shown}"
            );
        }
    }
    let cut = format!("HTTP/1.1 429 Too Many\r\ncontent-length: 5000\r\n\r\n{{\"data\":[{A},{B}");
    let (outcome, requests) = saving(vec![Reply::Bytes(cut), Reply::HangUp, Reply::HangUp]).await;
    assert_eq!(
        (described(&outcome).as_str(), requests),
        ("unknown, unknown", 1)
    );
    // Three megabytes of results are results.
    let long = |result: &str| {
        result.replace(
            r#""error":[]"#,
            &format!(r#""error":[],"pad":"{}""#, "x".repeat(1_500_000)),
        )
    };
    assert_eq!(
        under("429 Too Many", "SUCCESS", &[&long(A), &long(B)]).await,
        "saved as a, saved as b"
    );
}

#[tokio::test]
async fn an_item_that_a_rate_limit_or_a_token_kept_back_is_not_rejected() {
    for (code, is_retryable) in [("429", true), ("401", false)] {
        let kept_back = REJECTED.replace("400", code);
        let body = format!(r#"{{"data":[{A},{kept_back}]}}"#);
        let (outcome, _) = saving(vec![Reply::json("207 Multi-Status", &body)]).await;
        assert_eq!(described(&outcome), "saved as a, notSaved");
        let error = outcome.not_saved().next().unwrap().error;
        assert_eq!(error.is_retryable(), is_retryable, "{code}");
        assert!(!error.errors().is_empty() && !error.may_have_taken_effect());
    }
}

#[tokio::test]
async fn errors_with_nothing_in_them_are_none() {
    for nothing in [r#""""#, "{}", "[{}]", r#"[""]"#, "null"] {
        let failed = format!(r#"{{"result":"FAILURE","statusCode":400,"error":{nothing}}}"#);
        assert_eq!(
            states(&[&failed, B]).await,
            "unknown, saved as b",
            "{nothing}"
        );
        let saved = A
            .replace(r#""result":"SUCCESS","#, "")
            .replace("[]", nothing);
        assert_eq!(
            states(&[&saved, B]).await,
            "saved as a, saved as b",
            "{nothing}"
        );
    }
    let cut = REJECTED.replace(r#"{"type":"REQUIRED"}"#, r#""cut \ud83d""#);
    assert_eq!(states(&[&cut, B]).await, "rejected, saved as b");
}

#[tokio::test]
async fn a_request_without_any_verdict_stops_the_batch() {
    let body = format!(r#"{{"result":"FAILURE","data":[{A}],"error":[{{"type":"BAD_REQUEST"}}]}}"#);
    let server = Server::replying([Reply::json("200 OK", &body)]).await;
    let items = ["a", "b", "c"].map(|text| NewMessage::new(format!("con_{text}")).text(text));
    let outcome = server.client().messages().save(items).request_size(1).await;
    assert_eq!(outcome.to_string(), "0 saved, 2 not saved, 1 unknown");
    assert!(outcome.stopped_by().is_some());
}

#[tokio::test]
async fn results_count_whatever_the_status() {
    for status in [
        "422 Unprocessable",
        "429 Too Many",
        "401 Unauthorized",
        "503 Unavailable",
    ] {
        assert_eq!(
            under(status, "SUCCESS", &[A, REJECTED]).await,
            "saved as a, rejected",
            "{status}"
        );
    }
    let bare = r#"{"error":[{"type":"REQUIRED"}]}"#;
    assert_eq!(
        under("422 Unprocessable", "FAILURE", &[bare, bare]).await,
        "rejected, rejected"
    );
    // A status of a server's fault says nothing about what the server refused.
    assert_eq!(
        under("500 Oops", "FAILURE", &[bare, bare]).await,
        "unknown, unknown"
    );
}

#[tokio::test]
async fn an_envelope_that_contradicts_its_items_leaves_them_in_doubt() {
    assert_eq!(
        under("200 OK", "FAILURE", &[A, B]).await,
        "unknown, unknown"
    );
    assert_eq!(
        under("207 Multi-Status", "FAILURE", &[A, REJECTED]).await,
        "unknown, rejected"
    );
    let (outcome, _) = saving(vec![Reply::json(
        "200 OK",
        &format!(r#"{{"result":"FAILURE","data":[{A},{B}],"error":[{{"type":"BAD_REQUEST"}}]}}"#),
    )])
    .await;
    let unknown = outcome.unknown().next().unwrap();
    assert_eq!(unknown.error.errors().len(), 1, "what Tight said is lost");
}

#[tokio::test]
async fn the_status_of_an_item_is_read_however_it_is_written() {
    for code in ["200.0", r#""200""#, "null", "201"] {
        assert_eq!(
            states(&[&A.replace("200", code), B]).await,
            "saved as a, saved as b",
            "{code}"
        );
    }
    for code in ["500", "true", "[200]", r#""fine""#] {
        assert_eq!(
            states(&[&A.replace("200", code), B]).await,
            "unknown, saved as b",
            "{code}"
        );
    }
    for code in ["408", "425", "500", "302", "99999999999", "true", r#""no""#] {
        assert_eq!(
            states(&[&REJECTED.replace("400", code), B]).await,
            "unknown, saved as b",
            "{code}"
        );
    }
    for code in ["404.0", r#""409""#] {
        assert_eq!(
            states(&[&REJECTED.replace("400", code), B]).await,
            "rejected, saved as b",
            "{code}"
        );
    }
}

#[tokio::test]
async fn what_is_no_entity_is_no_verdict() {
    for entity in ["[]", "7", r#""saved""#, "true"] {
        let result = format!(r#"{{"result":"SUCCESS","data":{entity}}}"#);
        assert_eq!(
            states(&[&result, B]).await,
            "unknown, saved as b",
            "{entity}"
        );
    }
    let (outcome, _) = saving(vec![Reply::json(
        "200 OK",
        &format!(r#"{{"data":[null,{B}]}}"#),
    )])
    .await;
    assert_eq!(outcome.unknown().next().unwrap().received, Some("null"));
}

#[tokio::test]
async fn odd_characters_and_values_cost_no_verdict() {
    for text in [
        r#""\ud83d""#,
        r#""\udc00 a""#,
        "5",
        "null",
        r#"["a"]"#,
        r#"{"of":"what"}"#,
    ] {
        let result = A.replace(r#""a""#, text);
        let described = states(&[&result, B]).await;
        assert!(described.starts_with("saved as"), "{text}: {described}");
    }
    let rejected = REJECTED.replace(
        r#""REQUIRED""#,
        r#""REQUIRED","param":["text"],"message":7"#,
    );
    assert_eq!(states(&[&rejected, B]).await, "rejected, saved as b");
    let words = REJECTED.replace(r#"{"type":"REQUIRED"}"#, r#""text is required""#);
    assert_eq!(states(&[&words, B]).await, "rejected, saved as b");
}

#[tokio::test]
async fn a_body_is_read_with_a_byte_order_mark_and_with_bytes_that_are_no_text() {
    let body = format!("\u{feff}{{\"data\":[{A},{B}]}}");
    let (outcome, _) = saving(vec![Reply::json("200 OK", &body)]).await;
    assert_eq!(described(&outcome), "saved as a, saved as b");

    let mut body = format!("{{\"data\":[{A},{B}]}}").into_bytes();
    let text = body.windows(3).position(|bytes| bytes == b"\"a\"").unwrap();
    body[text + 1] = 0xff;
    let (outcome, _) = saving(vec![Reply::raw_json("200 OK", &body)]).await;
    assert_eq!(described(&outcome), "saved as \u{fffd}, saved as b");
}

#[tokio::test]
async fn odd_characters_cost_no_entity_and_no_page() {
    let message = r#"{"id":"msg_1","text":"cut \ud83d"}"#;
    let body = format!(r#"{{"result":"SUCCESS","data":{message}}}"#);
    let server = Server::replying([Reply::json("200 OK", &body)]).await;
    let read = server.client().messages().get("msg_1").await.unwrap();
    assert_eq!(read.text.as_deref(), Some("cut \u{fffd}"));

    let body = format!(
        r#"{{"result":"SUCCESS","data":[{message},{{"id":"msg_2","text":"?"}}],"cursor":null}}"#
    );
    let mut body = format!("\u{feff}{body}").into_bytes();
    let text = body.windows(3).position(|bytes| bytes == b"\"?\"").unwrap();
    body[text + 1] = 0xff;
    let server = Server::replying([Reply::raw_json("200 OK", &body)]).await;
    let page = server
        .client()
        .conversations()
        .messages("con_1")
        .page()
        .await
        .unwrap();
    let texts: Vec<_> = page
        .items()
        .iter()
        .map(|item| item.as_ref().unwrap().text.as_deref().unwrap())
        .collect();
    assert_eq!(texts, ["cut \u{fffd}", "\u{fffd}"]);
}

#[tokio::test]
async fn results_that_leave_an_item_in_doubt_end_the_batch() {
    for results in [format!("[{A}]"), format!("[{A},{A}]")] {
        let body = format!(r#"{{"data":{results}}}"#);
        let server = Server::replying([Reply::json("200 OK", &body)]).await;
        let items =
            ["a", "b", "c", "d"].map(|text| NewMessage::new(format!("con_{text}")).text(text));
        let outcome = server.client().messages().save(items).request_size(2).await;
        assert_eq!(outcome.to_string(), "1 saved, 2 not saved, 1 unknown");
        assert_eq!(outcome.stopped_by().unwrap().kind(), ErrorKind::Decode);
    }
}

#[tokio::test]
async fn requests_in_flight_end_when_one_of_them_is_in_doubt_and_all_are_accounted_for() {
    let saved = |id: &str| {
        Reply::json(
            "200 OK",
            &format!(r#"{{"data":[{{"result":"SUCCESS","data":{{"id":"{id}"}}}}]}}"#),
        )
    };
    let server = Server::answering([], [saved("msg_1"), Reply::HangUp, saved("msg_3")]).await;
    let items = (0..100).map(|index| NewMessage::new(format!("con_{index}")).text("Hello"));
    let mut outcomes = server
        .client()
        .messages()
        .save(items)
        .request_size(1)
        .in_flight(3)
        .outcomes();
    let states: Vec<_> = outcomes
        .by_ref()
        .map(|outcome| outcome.state.name())
        .collect()
        .await;
    assert_eq!(outcomes.stopped_by().unwrap().kind(), ErrorKind::Connection);
    let sent = server.requests().len();
    assert_eq!(
        states.len(),
        sent,
        "every item that was sent came back, and no other was taken"
    );
    assert!(sent < 10, "{sent} requests were sent after a doubt");
    assert_eq!(
        outcomes.into_source().count().await,
        100 - sent,
        "the source was drained"
    );
}
