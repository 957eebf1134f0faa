//! Answers that a stock client loses: every one is accounted for, and none is guessed at.

use tight_api::types::{Message, NewMessage};
use tight_api::{BatchOutcome, CallOptions, Error, ErrorKind, RetryPolicy};

use crate::server::{Reply, Server, nobody};

const SAVED: &str = r#"{"result":"SUCCESS","statusCode":200,"data":{"id":"msg_1"},"error":[]}"#;

/// What saving two messages comes to if this is the answer.
async fn saving_two(reply: Reply) -> BatchOutcome<NewMessage, Message> {
    let server = Server::replying([reply]).await;
    let messages = [
        NewMessage::new("con_1").text("one"),
        NewMessage::new("con_2").text("two"),
    ];
    // What is tried again is tested elsewhere.
    server
        .client()
        .with(CallOptions::new().retry(RetryPolicy::never()))
        .messages()
        .save(messages)
        .await
}

/// What saving two messages comes to if the second result is this.
async fn second(result: &str) -> String {
    let outcome = saving_two(Reply::json(
        "200 OK",
        &format!(r#"{{"data":[{SAVED},{result}]}}"#),
    ))
    .await;
    assert!(
        outcome.saved().any(|saved| saved.index == 0),
        "its sibling is lost: {outcome:?}"
    );
    let unknown = outcome.unknown().next();
    if let Some(unknown) = &unknown {
        assert_eq!(
            unknown.received.unwrap(),
            result,
            "what was received is lost"
        );
    }
    unknown.map_or_else(|| outcome.to_string(), |unknown| unknown.error.to_string())
}

#[tokio::test]
async fn the_parts_of_a_result_decide_together() {
    insta::assert_snapshot!(second(r#"{"data":{"id":"msg_2"}}"#).await, @"2 saved");
    insta::assert_snapshot!(second(r#"{"result":"SUCCESS","data":{}}"#).await, @"2 saved");
    insta::assert_snapshot!(second(r#"{"result":"SUCCESS","data":{},"error":[{"type":"DUPLICATE"}]}"#).await, @"2 saved");
    insta::assert_snapshot!(second(r#"{"result":"FAILURE","data":null,"error":[{"type":"REQUIRED"}]}"#).await, @"1 saved, 1 rejected");
    insta::assert_snapshot!(second(r#"{"error":[{"type":"REQUIRED"}]}"#).await, @"1 saved, 1 rejected");
}

#[tokio::test]
async fn a_result_that_is_no_verdict_leaves_its_item_in_doubt() {
    insta::assert_snapshot!(second("null").await, @"saveMessages: the response (200 OK) has no result for the item at data[1] (it may have taken effect)");
    insta::assert_snapshot!(second("{}").await, @"saveMessages: the response (200 OK) has neither an entity nor an error for the item at data[1] (it may have taken effect)");
    insta::assert_snapshot!(second(r#"{"result":"SUCCESS","data":null}"#).await, @"saveMessages: the response (200 OK) has neither an entity nor an error for the item at data[1] (it may have taken effect)");
    insta::assert_snapshot!(second(r#"{"result":"FAILURE","error":[]}"#).await, @"saveMessages: the response (200 OK) has neither an entity nor an error for the item at data[1] (it may have taken effect)");
    insta::assert_snapshot!(second(r#"{"result":"PENDING","data":{"id":"msg_2"}}"#).await, @"saveMessages: the response (200 OK) has an undocumented result for the item at data[1] (it may have taken effect)");
    insta::assert_snapshot!(second(r#"{"result":"SUCCESS","statusCode":500,"data":{"id":"msg_2"}}"#).await, @"saveMessages: the response (200 OK) contradicts itself about the item at data[1] (it may have taken effect)");
    insta::assert_snapshot!(second(r#"{"result":"FAILURE","statusCode":500,"error":[{"type":"UNKNOWN_ERROR"}]}"#).await, @"saveMessages: the response (200 OK) reports a failure of the item that is not a rejection at data[1]: UNKNOWN_ERROR (it may have taken effect)");
    insta::assert_snapshot!(second(r#"{"data":{"id":"msg_2"},"error":[{"type":"DUPLICATE"}]}"#).await, @"saveMessages: the response (200 OK) contradicts itself about the item at data[1]: DUPLICATE (it may have taken effect)");
}

#[tokio::test]
async fn a_result_of_the_wrong_type_costs_its_item_alone_and_nobodys_words() {
    insta::assert_snapshot!(second(r#""a secret""#).await, @"saveMessages: the response (200 OK) cannot be decoded: invalid type: string, expected an object at data[1] (it may have taken effect)");
    insta::assert_snapshot!(second(r#"{"result":"SUCCESS","data":"a \"secret\", expected"}"#).await, @"saveMessages: the response (200 OK) cannot be decoded: invalid type: string, expected an object at data[1].data (it may have taken effect)");
    // Within an entity, it costs nothing.
    insta::assert_snapshot!(second(r#"{"result":"SUCCESS","data":{"reactions":[{"authorInfo":[5]},"a secret"]}}"#).await, @"2 saved");
}

#[tokio::test]
async fn results_that_do_not_add_up_leave_all_items_in_doubt() {
    for body in [
        format!(r#"{{"data":[{SAVED}]}}"#),
        format!(r#"{{"data":[{SAVED},{SAVED},{SAVED}]}}"#),
        "{}".to_owned(),
    ] {
        let outcome = saving_two(Reply::json("200 OK", &body)).await;
        assert_eq!(outcome.to_string(), "0 saved, 2 unknown", "{body}");
        let unknown = outcome.unknown().next().unwrap();
        assert_eq!(unknown.received.is_some(), body.contains("msg_1"));
        assert_eq!(unknown.error.body_text(), body);
    }
}

#[tokio::test]
async fn a_request_in_doubt_ends_the_batch() {
    let replies = [
        Reply::json("200 OK", &format!(r#"{{"data":[{SAVED}]}}"#)),
        Reply::HangUp,
    ];
    let server = Server::replying(replies).await;
    let client = server.client_builder().request_size(1).build().unwrap();
    let messages = (0..4).map(|index| NewMessage::new(format!("con_{index}")).text("Hello"));
    let outcome = client.messages().save(messages).await;
    assert_eq!(outcome.to_string(), "1 saved, 2 not saved, 1 unknown");
    let not_saved: Vec<_> = outcome
        .not_saved()
        .map(|item| (item.index, item.item.conversation_id.as_str()))
        .collect();
    assert_eq!(not_saved, [(2, "con_2"), (3, "con_3")]);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn an_item_without_a_verdict_does_not_end_the_batch() {
    let one = |result: &str| Reply::json("200 OK", &format!(r#"{{"data":[{result}]}}"#));
    let server = Server::replying([one(&format!("null,{SAVED}")), one(SAVED)]).await;
    let client = server.client_builder().request_size(2).build().unwrap();
    let messages = ["con_1", "con_2", "con_3"].map(|id| NewMessage::new(id).text("Hello"));
    let outcome = client.messages().save(messages).await;
    assert_eq!(outcome.to_string(), "2 saved, 1 unknown");
}

#[tokio::test]
async fn a_400_that_lists_results_refuses_every_item_or_contradicts_itself() {
    let failed = r#"{"result":"FAILURE","statusCode":400,"error":[{"type":"REQUIRED"}]}"#;
    let bad = |data: &str| {
        Reply::json(
            "400 Bad Request",
            &format!(r#"{{"result":"FAILURE","data":{data}}}"#),
        )
    };
    let outcome = saving_two(bad(&format!("[{failed},{failed}]"))).await;
    assert_eq!(outcome.to_string(), "0 saved, 2 rejected");
    let outcome = saving_two(bad(&format!("[{failed},{SAVED}]"))).await;
    assert_eq!(outcome.to_string(), "0 saved, 1 rejected, 1 unknown");
}

#[tokio::test]
async fn a_207_that_says_failure_and_nothing_more_is_not_taken_for_a_refusal() {
    let reply = Reply::json(
        "207 Multi-Status",
        r#"{"result":"FAILURE","data":null,"error":[{"type":"REQUIRED"}]}"#,
    );
    let outcome = saving_two(reply).await;
    assert_eq!(outcome.to_string(), "0 saved, 2 unknown");
    assert_eq!(
        outcome.unknown().next().unwrap().error.errors().len(),
        1,
        "what Tight said is lost"
    );
}

#[tokio::test]
async fn a_refusal_of_a_request_saves_none_of_its_items_and_ends_the_batch() {
    let refusal = r#"{"result":"FAILURE","error":[{"type":"EXPIRED_TOKEN"}]}"#;
    let replies = [
        Reply::json("200 OK", &format!(r#"{{"data":[{SAVED}]}}"#)),
        Reply::json("401 Unauthorized", refusal),
    ];
    let server = Server::replying(replies).await;
    let client = server.client_builder().request_size(1).build().unwrap();
    let messages = (0..3).map(|index| NewMessage::new(format!("con_{index}")).text("Hello"));
    let outcome = client.messages().save(messages).await;
    assert_eq!(outcome.to_string(), "1 saved, 2 not saved");
    let items: Vec<_> = outcome.not_saved().collect();
    let [refused, not_sent] = items.as_slice() else {
        panic!("{outcome:?}")
    };
    assert_eq!(refused.error.kind(), ErrorKind::Status);
    assert_eq!(not_sent.error.kind(), ErrorKind::NotSent);
    for item in [refused, not_sent] {
        assert_eq!(item.error.status().unwrap(), 401);
        assert_eq!(
            item.error.errors()[0].type_.as_ref().unwrap().as_str(),
            "EXPIRED_TOKEN"
        );
        assert!(!item.error.is_retryable() && !item.error.may_have_taken_effect());
    }
}

/// What saving two messages comes to if the answer is about the whole request: the state, and the error of both items.
async fn whole(reply: Reply) -> (String, String) {
    let outcome = saving_two(reply).await;
    let refused = outcome.not_saved().map(|item| item.error);
    let error = refused
        .chain(outcome.unknown().map(|item| item.error))
        .next();
    let error = error.unwrap_or_else(|| panic!("{outcome:?}"));
    (outcome.to_string(), format!("{:?}: {error}", error.kind()))
}

macro_rules! assert_refused {
    ($reply:expr, @$snapshot:literal) => {{
        let (outcome, said) = whole($reply).await;
        assert_eq!(outcome, "0 saved, 2 not saved", "{said}");
        insta::assert_snapshot!(said, @$snapshot);
    }};
}

macro_rules! assert_in_doubt {
    ($reply:expr, @$snapshot:literal) => {{
        let (outcome, said) = whole($reply).await;
        assert_eq!(outcome, "0 saved, 2 unknown", "{said}");
        insta::assert_snapshot!(said, @$snapshot);
    }};
}

#[tokio::test]
async fn a_refusal_of_the_whole_request_saves_none_of_its_items() {
    let envelope = r#"{"result":"FAILURE","data":null,"error":[{"type":"REQUIRED","message":"data is required","param":"data"},{"type":"NEW_TYPE"}]}"#;
    assert_refused!(Reply::json("400 Bad Request", envelope), @"Status: saveMessages: Tight responded with 400 Bad Request: REQUIRED data: data is required; NEW_TYPE");
    assert_refused!(Reply::json("401 Unauthorized", r#"{"error":[{"type":"INVALID_TOKEN","message":"Invalid access token"}]}"#), @"Status: saveMessages: Tight responded with 401 Unauthorized: INVALID_TOKEN: Invalid access token");
    assert_refused!(Reply::json("403 Forbidden", "{}"), @"Status: saveMessages: Tight responded with 403 Forbidden");
    assert_refused!(Reply::new("404 Not Found", "text/html", "<h1>not here</h1>"), @"Status: saveMessages: Tight responded with 404 Not Found");
    assert_refused!(Reply::new("429 Too Many Requests", "text/plain", "slow down"), @"Status: saveMessages: Tight responded with 429 Too Many Requests");
    assert_refused!(Reply::json("400 Bad Request", r#"{"data":{},"error":[{"type":"BAD_REQUEST"}]}"#), @"Status: saveMessages: Tight responded with 400 Bad Request: BAD_REQUEST");
    assert_refused!(Reply::json("400 Bad Request", "not even JSON"), @"Status: saveMessages: Tight responded with 400 Bad Request");
    assert_refused!(Reply::json("200 OK", envelope), @"Failure: saveMessages: Tight responded with 200 OK with the result FAILURE: REQUIRED data: data is required; NEW_TYPE");
}

#[tokio::test]
async fn an_answer_that_says_nothing_certain_leaves_all_items_in_doubt() {
    assert_in_doubt!(Reply::HangUp, @"Connection: saveMessages: the connection was lost before a response was received (it may have taken effect)");
    assert_in_doubt!(Reply::new("500 Internal Server Error", "application/json", r#"{"error":[{"type":"UNKNOWN_ERROR"}]}"#), @"Status: saveMessages: Tight responded with 500 Internal Server Error: UNKNOWN_ERROR (it may have taken effect)");
    assert_in_doubt!(Reply::new("502 Bad Gateway", "text/html", "<html>bad gateway</html>"), @"Status: saveMessages: Tight responded with 502 Bad Gateway (it may have taken effect)");
    assert_in_doubt!(Reply::new("503 Service Unavailable", "text/plain", ""), @"Status: saveMessages: Tight responded with 503 Service Unavailable (it may have taken effect)");
    assert_in_doubt!(Reply::Bytes("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".to_owned()), @"Status: saveMessages: Tight responded with 302 Found (it may have taken effect)");
    assert_in_doubt!(Reply::new("200 OK", "text/html", "<html>please log in</html>"), @"Decode: saveMessages: the response (200 OK) cannot be decoded: expected value (it may have taken effect)");
    assert_in_doubt!(Reply::json("200 OK", r#"{"data":{"a":"secret"}}"#), @"Decode: saveMessages: the response (200 OK) cannot be decoded: invalid type: map, expected a sequence at data (it may have taken effect)");
    assert_in_doubt!(Reply::json("200 OK", r#"{"data":[{"result":"SUCC"#), @"Decode: saveMessages: the response (200 OK) cannot be decoded: EOF while parsing a string at data[0].result (it may have taken effect)");
    assert_in_doubt!(Reply::json("200 OK", "null"), @"Decode: saveMessages: the response (200 OK) cannot be decoded: invalid type: null, expected an object (it may have taken effect)");
    assert_in_doubt!(Reply::json("200 OK", "{} {}"), @"Decode: saveMessages: the response (200 OK) cannot be decoded: trailing characters (it may have taken effect)");
    assert_in_doubt!(Reply::json("204 No Content", ""), @"Decode: saveMessages: the response (204 No Content) cannot be decoded: EOF while parsing a value (it may have taken effect)");
    assert_in_doubt!(Reply::Bytes("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"data\":[".to_owned()), @"Connection: saveMessages: the response (200 OK) was cut off with the connection (it may have taken effect)");
}

#[tokio::test]
async fn an_error_keeps_status_headers_and_body() {
    let reply =
        "HTTP/1.1 502 Bad Gateway\r\nretry-after: 30\r\ncontent-length: 5\r\n\r\nsorry".to_owned();
    let outcome = saving_two(Reply::Bytes(reply)).await;
    let error = outcome.unknown().next().unwrap().error;
    assert_eq!(error.status().unwrap(), 502);
    assert_eq!(error.headers().unwrap()["retry-after"], "30");
    assert_eq!(error.body(), b"sorry");
    assert_eq!(error.operation(), Some("saveMessages"));
    assert!(error.may_have_taken_effect() && !error.is_retryable());
    assert!(!format!("{error:?}").contains("sorry"));
}

#[tokio::test]
async fn the_body_that_an_error_keeps_is_bounded() {
    let outcome = saving_two(Reply::new("500 Oops", "text/plain", &"x".repeat(100_000))).await;
    let error = outcome.unknown().next().unwrap().error;
    assert_eq!(
        (error.body().len(), error.body_is_truncated()),
        (65_536, true)
    );
}

#[tokio::test]
async fn a_connection_that_cannot_be_made_is_an_error_that_is_safe_to_retry() {
    let url = nobody();
    let credentials = tight_api::Credentials::access_token("token");
    let client = tight_api::Client::builder()
        .base_url(url)
        .credentials(credentials)
        .build()
        .unwrap();
    let error = client
        .messages()
        .save_one(NewMessage::new("con_1"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.is_retryable() && !error.may_have_taken_effect());
    insta::assert_snapshot!(error, @"saveMessages: the connection was refused: no server listens at the address");
}

#[tokio::test]
async fn what_tight_says_cannot_break_the_line_or_fill_the_log() {
    let message = format!("first\\nsecond\\u001b[31m {}", "x".repeat(1000));
    let body = format!(r#"{{"error":[{{"type":"BAD_REQUEST","message":"{message}"}}]}}"#);
    let outcome = saving_two(Reply::json("403 Forbidden", &body)).await;
    let error = outcome.not_saved().next().unwrap().error;
    let shown = error.to_string();
    assert!(
        shown.contains(r"first\nsecond\u{1b}[31m") && shown.len() < 500,
        "{shown}"
    );
}

#[tokio::test]
async fn a_token_that_comes_back_in_a_body_is_taken_out() {
    let page = "<h1>401</h1> Authorization: Bearer a-secret-token, a-secret-token";
    let server = Server::replying([Reply::new("403 Forbidden", "text/html", page)]).await;
    let credentials = tight_api::Credentials::access_token("a-secret-token");
    let client = server
        .client_builder()
        .credentials(credentials)
        .build()
        .unwrap();
    let error = client
        .messages()
        .save_one(NewMessage::new("con_1"))
        .await
        .unwrap_err();
    assert_eq!(error.body_text(), "<h1>401</h1> Authorization: Bearer …, …");
}

#[tokio::test]
async fn a_failure_that_is_cut_short_says_so() {
    let reply = "HTTP/1.1 403 Forbidden\r\ncontent-length: 100\r\n\r\n<h1>".to_owned();
    let outcome = saving_two(Reply::Bytes(reply)).await;
    let error = outcome.not_saved().next().unwrap().error;
    assert_eq!(
        (error.body(), error.body_is_truncated()),
        (&b"<h1>"[..], true)
    );
    assert!(std::error::Error::source(error).is_some());
}

#[tokio::test]
async fn outcomes_can_be_made_for_the_tests_of_those_who_handle_them() {
    use tight_api::{ItemOutcome, ItemState, Rejection};
    let rejection = ItemState::<Message>::Rejected(Rejection::new(Vec::new(), Some(400)));
    let mut outcome = BatchOutcome::from_items(vec![ItemOutcome::new(0, "an item", rejection)]);
    assert_eq!(outcome.to_string(), "0 saved, 1 rejected");
    assert_eq!(outcome.take_rejected(), ["an item"]);
    assert!(outcome.is_empty());
}

#[test]
fn what_users_hold_can_cross_threads() {
    fn crosses<T: Send + Sync + 'static>() {}
    crosses::<Error>();
    crosses::<tight_api::Client>();
    crosses::<tight_api::Credentials>();
    crosses::<BatchOutcome<NewMessage, Message>>();
    crosses::<tight_api::Incomplete<NewMessage, Message>>();
}

#[tokio::test]
async fn an_incomplete_batch_becomes_an_error_that_says_what_is_wrong() {
    async fn save_all(reply: Reply) -> Result<Vec<Message>, Error> {
        Ok(saving_two(reply).await.into_result()?)
    }
    let failed =
        r#"{"result":"FAILURE","statusCode":400,"error":[{"type":"REQUIRED","param":"text"}]}"#;
    let reply = Reply::json(
        "207 Multi-Status",
        &format!(r#"{{"data":[{SAVED},{failed}]}}"#),
    );
    let error = save_all(reply).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.errors().len()),
        (ErrorKind::Incomplete, 1)
    );
    assert!(error.may_have_taken_effect());
    insta::assert_snapshot!(error, @"a batch came to 1 saved, 1 rejected: REQUIRED text (it may have taken effect)");
    insta::assert_snapshot!(std::error::Error::source(&error).unwrap(), @"not every item was saved: 1 saved, 1 rejected; item 1: REQUIRED text");
}

#[test]
fn many_errors_are_one_short_line() {
    let many: Vec<_> = (0..1000)
        .map(|_| tight_api::types::ApiError::default())
        .collect();
    insta::assert_snapshot!(tight_api::ApiErrors::from(many), @"an error without a type; an error without a type; an error without a type; an error without a type; an error without a type; and 995 more");
}
