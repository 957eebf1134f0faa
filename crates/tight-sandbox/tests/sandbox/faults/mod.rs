//! Faults, as a client meets with them: on the wire, where it matters what arrives and what does not.

mod aimed;
mod more;
mod pending;
mod protocols;
mod stubs;

use std::{io::ErrorKind, sync::Arc};

use flate2::read::GzDecoder;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tight_sandbox::{Fault, Reply, Sandbox};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    task::yield_now,
    time::timeout,
};

use crate::support::{
    MESSAGES, SOON, TOKEN, address, anonymous, each, noon, post, request, save, send,
    send_unchecked, token_request,
};

fn items(number: usize) -> Value {
    (0..number)
        .map(|index| json!({ "conversationId": "con_1", "text": format!("{index}") }))
        .collect()
}

/// A request that saves `items`, as it travels.
fn on_the_wire(sandbox: &Sandbox, items: &Value) -> String {
    let body = json!({ "data": items }).to_string();
    format!(
        "POST {MESSAGES} HTTP/1.1\r\nhost: sandbox\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        sandbox.access_token(),
        body.len(),
    )
}

async fn connect(sandbox: &Sandbox, request: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    // Small enough that the sandbox cannot write a long answer at one go.
    socket.set_recv_buffer_size(4096).unwrap();
    let address = address(sandbox).parse().unwrap();
    let mut connection = socket.connect(address).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    connection
}

/// The body of one answer, from a connection that stays open.
async fn read_answer(connection: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(connection.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let (_, length) = head.split_once("content-length: ").unwrap();
    let length = length.split_once('\r').unwrap().0.parse().unwrap();
    let mut body = vec![0; length];
    connection.read_exact(&mut body).await.unwrap();
    String::from_utf8(body).unwrap()
}

/// Everything that arrives until the sandbox closes the connection.
async fn read_to_end(connection: &mut TcpStream) -> String {
    let mut received = String::new();
    timeout(SOON, connection.read_to_string(&mut received))
        .await
        .expect("the connection is still open")
        .unwrap();
    received
}

async fn eventually(what: impl Fn() -> bool) {
    let wait = async {
        while !what() {
            yield_now().await;
        }
    };
    timeout(SOON, wait).await.expect("it never happened");
}

fn stored(sandbox: &Sandbox) -> usize {
    sandbox.stored("messages").len()
}

fn envelope(kind: &str) -> Value {
    json!({ "result": "FAILURE", "error": [{ "type": kind, "message": "No" }] })
}

type Headers = &'static [(&'static str, &'static str)];
/// Its media type and content.
type Body = Option<(&'static str, String)>;

fn replies() -> Vec<(u16, Headers, Body)> {
    let json = |body: Value| Some(("application/json", body.to_string()));
    let html = || {
        Some((
            "text/html; charset=utf-8",
            "<h1>Bad gateway</h1>".to_owned(),
        ))
    };
    vec![
        (500, &[], json(envelope("UNKNOWN_ERROR"))),
        (502, &[], html()),
        (503, &[], None),
        (504, &[("x-proxy", "a"), ("x-proxy", "b")], html()),
        (429, &[("retry-after", "30")], json(envelope("BAD_REQUEST"))),
        (
            429,
            &[("retry-after", "Thu, 29 Feb 2024 12:35:56 GMT")],
            None,
        ),
        (400, &[], json(envelope("JSON_ERROR"))),
        (401, &[], json(envelope("EXPIRED_TOKEN"))),
        (403, &[], json(envelope("BAD_REQUEST"))),
        (404, &[], json(envelope("BAD_REQUEST"))),
        (302, &[("location", "http://elsewhere.example/")], None),
        (202, &[], None),
        (204, &[], None),
        (200, &[], html()),
        (
            200,
            &[],
            Some(("application/json", "{\"result\":".to_owned())),
        ),
        (
            200,
            &[],
            json(json!({ "result": "FAILURE", "data": null, "error": [] })),
        ),
        (999, &[], None),
    ]
}

async fn assert_answered_by(make: fn(Reply) -> Fault, stored_by_each: usize) {
    let sandbox = Sandbox::start().await.unwrap();
    for (number, (status, headers, body)) in replies().into_iter().enumerate() {
        let mut reply = Reply::status(status);
        for (name, value) in headers {
            reply = reply.header(name, value);
        }
        if let Some((content_type, body)) = &body {
            reply = reply.body(content_type, body.as_str());
        }
        sandbox.inject(make(reply));

        let request = request(&sandbox, Method::POST, MESSAGES).json(&json!({ "data": items(1) }));
        let response = request.send().await.unwrap();

        assert_eq!(stored(&sandbox), (number + 1) * stored_by_each);
        assert_eq!(response.status().as_u16(), status);
        for (name, _) in headers {
            let sent: Vec<_> = headers.iter().filter(|(other, _)| other == name).collect();
            let received = response.headers().get_all(*name);
            assert!(received.iter().eq(sent.iter().map(|(_, value)| value)));
        }
        let content_type = response.headers().get("content-type").cloned();
        let received = response.text().await.unwrap();
        match body {
            Some((expected, body)) => {
                assert_eq!(content_type.unwrap(), expected);
                assert_eq!(received, body);
            }
            None => assert_eq!((content_type, received.as_str()), (None, "")),
        }
    }
}

#[tokio::test]
async fn any_answer_can_come_before_the_request_has_its_effect() {
    assert_answered_by(Fault::RespondBefore, 0).await;
}

#[tokio::test]
async fn any_answer_can_come_after_the_request_has_had_its_effect() {
    assert_answered_by(Fault::RespondAfter, 1).await;
}

#[tokio::test]
async fn an_answer_that_may_have_no_body_is_sent_without_it() {
    let sandbox = Sandbox::start().await.unwrap();
    for status in [204, 304] {
        sandbox.inject(Fault::RespondBefore(
            Reply::status(status).body("text/plain", "none"),
        ));
        let mut connection = connect(&sandbox, &on_the_wire(&sandbox, &items(1))).await;
        connection.shutdown().await.unwrap();
        let received = read_to_end(&mut connection).await;
        assert!(received.ends_with("\r\n\r\n"), "{received}");
    }
}

#[tokio::test]
async fn a_dropped_connection_carries_no_byte_of_an_answer() {
    let sandbox = Sandbox::start().await.unwrap();
    for (fault, stored_then) in [(Fault::DropBefore, 0), (Fault::DropAfter, 2)] {
        sandbox.inject(fault);

        let mut connection = connect(&sandbox, &on_the_wire(&sandbox, &items(2))).await;
        assert_eq!(read_to_end(&mut connection).await, "");
        assert_eq!(stored(&sandbox), stored_then);
    }

    sandbox.inject(Fault::DropAfter);
    let request = request(&sandbox, Method::POST, MESSAGES).json(&json!({ "data": items(1) }));
    let error = request.send().await.unwrap_err();
    assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    assert_eq!(stored(&sandbox), 3);
}

#[tokio::test]
async fn a_connection_that_was_in_use_can_be_dropped_too() {
    let sandbox = Sandbox::start().await.unwrap();
    let request = on_the_wire(&sandbox, &items(1));
    let mut connection = connect(&sandbox, &request).await;
    assert!(read_answer(&mut connection).await.contains("msg_1"));

    sandbox.inject(Fault::DropAfter);
    connection.write_all(request.as_bytes()).await.unwrap();

    assert_eq!(read_to_end(&mut connection).await, "");
    assert_eq!(stored(&sandbox), 2);
}

/// Has the answer to a message with `text` truncated after each of the lengths that `choose` gives for it.
async fn assert_truncated<const N: usize>(text: &str, choose: fn(usize) -> [usize; N]) {
    let items = json!([{ "conversationId": "con_1", "text": text }]);
    let start = || Sandbox::builder().clock(noon).start();
    let sandbox = start().await.unwrap();
    let whole = save(&sandbox, items.clone()).await.body.to_string();
    for length in choose(whole.len()) {
        let sandbox = start().await.unwrap();
        sandbox.inject(Fault::Truncate(length));

        let mut connection = connect(&sandbox, &on_the_wire(&sandbox, &items)).await;
        let received = read_to_end(&mut connection).await;

        let (head, body) = received.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        assert!(head.contains(&format!("content-length: {}", whole.len())));
        assert_eq!(body.len(), length.min(whole.len()));
        assert!(whole.starts_with(body));
        assert_eq!(stored(&sandbox), 1);
    }
}

#[tokio::test]
async fn an_answer_can_be_truncated_anywhere_in_its_body() {
    let lengths = |whole| [0, 1, whole / 2, whole - 1, whole, whole + 1, usize::MAX];
    assert_truncated("Hi", lengths).await;
}

#[tokio::test]
async fn an_answer_that_takes_several_writes_can_be_truncated() {
    assert_truncated(&"a".repeat(5_000_000), |whole| [whole - 1]).await;
}

#[tokio::test]
async fn a_client_can_tell_that_an_answer_is_truncated() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.inject(Fault::Truncate(20));

    let request = request(&sandbox, Method::POST, MESSAGES).json(&json!({ "data": items(1) }));
    let response = request.send().await.unwrap();

    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.bytes().await.is_err());
}

/// What the answer to a batch of three tells of each: an id, or what stands there instead.
async fn told(sandbox: &Sandbox, fault: Fault) -> Vec<Value> {
    sandbox.inject(fault);
    let body = json!({ "data": items(3) });
    let answer = send_unchecked(request(sandbox, Method::POST, MESSAGES).json(&body)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body["result"], "SUCCESS");
    let results = answer.body["data"].as_array().unwrap();
    results
        .iter()
        .map(|result| match &result["data"]["id"] {
            Value::Null => result.clone(),
            id => id.clone(),
        })
        .collect()
}

#[tokio::test]
async fn the_results_of_a_batch_can_be_altered() {
    for (fault, expected) in [
        (Fault::RemoveResult(0), json!(["msg_2", "msg_3"])),
        (Fault::RemoveResult(1), json!(["msg_1", "msg_3"])),
        (Fault::RemoveResult(2), json!(["msg_1", "msg_2"])),
        (
            Fault::RepeatResult(0),
            json!(["msg_1", "msg_1", "msg_2", "msg_3"]),
        ),
        (
            Fault::RepeatResult(2),
            json!(["msg_1", "msg_2", "msg_3", "msg_3"]),
        ),
        (
            Fault::ReplaceResult(1, Value::Null),
            json!(["msg_1", null, "msg_3"]),
        ),
        (
            Fault::ReplaceResult(2, json!("msg_3!")),
            json!(["msg_1", "msg_2", "msg_3!"]),
        ),
        (
            Fault::ReplaceResult(0, json!({ "result": "SUCCESS", "data": 5 })),
            json!([{ "result": "SUCCESS", "data": 5 }, "msg_2", "msg_3"]),
        ),
        (Fault::RemoveResult(3), json!(["msg_1", "msg_2", "msg_3"])),
        (Fault::RepeatResult(3), json!(["msg_1", "msg_2", "msg_3"])),
        (
            Fault::ReplaceResult(usize::MAX, Value::Null),
            json!(["msg_1", "msg_2", "msg_3"]),
        ),
        (Fault::SwapResults(0, 2), json!(["msg_3", "msg_2", "msg_1"])),
        (Fault::SwapResults(2, 1), json!(["msg_1", "msg_3", "msg_2"])),
        (Fault::SwapResults(1, 1), json!(["msg_1", "msg_2", "msg_3"])),
        (Fault::SwapResults(0, 3), json!(["msg_1", "msg_2", "msg_3"])),
        (
            Fault::SwapResults(usize::MAX, 0),
            json!(["msg_1", "msg_2", "msg_3"]),
        ),
        (Fault::ReverseResults, json!(["msg_3", "msg_2", "msg_1"])),
        (
            Fault::AlterResult(1, json!({ "data": { "id": "msg_9" } })),
            json!(["msg_1", "msg_9", "msg_3"]),
        ),
        (
            Fault::AlterResult(2, json!("nothing like it")),
            json!(["msg_1", "msg_2", "nothing like it"]),
        ),
        (
            Fault::AlterResult(3, json!({ "data": null })),
            json!(["msg_1", "msg_2", "msg_3"]),
        ),
        (Fault::Several(vec![]), json!(["msg_1", "msg_2", "msg_3"])),
        (
            Fault::Several(vec![
                Fault::ReverseResults,
                Fault::RemoveResult(0),
                Fault::Several(vec![Fault::ReplaceResult(1, Value::Null)]),
                Fault::SwapResults(0, 1),
            ]),
            json!([null, "msg_2"]),
        ),
    ] {
        let sandbox = Sandbox::start().await.unwrap();
        let shown = format!("{fault:?}");
        assert_eq!(
            Value::Array(told(&sandbox, fault).await),
            expected,
            "{shown}"
        );
        let ids: Vec<_> = sandbox
            .stored("messages")
            .iter()
            .map(|message| message["id"].clone())
            .collect();
        assert_eq!(ids, ["msg_1", "msg_2", "msg_3"], "{shown}");
    }
}

#[tokio::test]
async fn an_answer_without_results_cannot_be_altered() {
    let sandbox = Sandbox::start().await.unwrap();
    for fault in [
        Fault::RemoveResult(0),
        Fault::RepeatResult(0),
        Fault::ReplaceResult(0, Value::Null),
        Fault::AlterResult(0, json!({ "data": 5 })),
        Fault::SwapResults(0, 0),
        Fault::ReverseResults,
    ] {
        sandbox.inject(fault);
        let answer = post(&sandbox, json!({})).await;
        assert_eq!(answer.body["data"], Value::Null);
        assert_eq!(answer.body["error"][0]["type"], "REQUIRED");
    }
}

#[tokio::test]
async fn a_stalled_request_hangs_until_the_client_goes_away() {
    let sandbox = Sandbox::start().await.unwrap();
    for (number, (fault, stored_then)) in [(Fault::StallBefore, 0), (Fault::StallAfter, 3)]
        .into_iter()
        .enumerate()
    {
        sandbox.inject(fault);
        let mut connection = connect(&sandbox, &on_the_wire(&sandbox, &items(3))).await;
        // As soon as the request counts, it has stored what it ever will.
        eventually(|| sandbox.requests() == 2 * number + 1).await;
        assert_eq!(stored(&sandbox), stored_then);

        // Meanwhile, others are served.
        assert_eq!(save(&sandbox, json!([])).await.status, StatusCode::OK);
        let nothing = connection.try_read(&mut [0]).unwrap_err();
        assert_eq!(nothing.kind(), ErrorKind::WouldBlock);

        // What tells the server that the client has gone away.
        connection.shutdown().await.unwrap();
        assert_eq!(read_to_end(&mut connection).await, "");
        assert_eq!(stored(&sandbox), stored_then);
    }
}

#[tokio::test]
async fn dropping_a_sandbox_ends_stalled_requests_and_leaves_nothing_behind() {
    let witness = Arc::new(());
    let seen = Arc::downgrade(&witness);
    let sandbox = Sandbox::builder()
        .clock(move || {
            let _ = &witness;
            noon()
        })
        .start()
        .await
        .unwrap();
    sandbox.inject(Fault::StallBefore);
    sandbox.inject(Fault::StallAfter);
    let mut first = connect(&sandbox, &on_the_wire(&sandbox, &items(1))).await;
    let mut second = connect(&sandbox, &on_the_wire(&sandbox, &items(1))).await;
    eventually(|| sandbox.requests() == 2).await;

    drop(sandbox);

    assert_eq!(read_to_end(&mut first).await, "");
    assert_eq!(read_to_end(&mut second).await, "");
    eventually(|| seen.upgrade().is_none()).await;
}

#[tokio::test]
async fn each_fault_is_for_one_request_and_they_keep_their_order() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.inject(Fault::RespondAfter(Reply::status(503)));
    sandbox.inject(Fault::RespondBefore(Reply::status(429)));
    sandbox.inject(Fault::RespondAfter(Reply::status(500)));

    let mut statuses = Vec::new();
    for _ in 0..4 {
        let request = request(&sandbox, Method::POST, MESSAGES).json(&json!({ "data": items(1) }));
        statuses.push(request.send().await.unwrap().status().as_u16());
    }

    assert_eq!(statuses, [503, 429, 500, 200]);
    assert_eq!((stored(&sandbox), sandbox.requests()), (3, 4));
}

#[tokio::test]
async fn a_fault_waits_for_a_request_that_is_let_through() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.inject(Fault::RespondBefore(Reply::status(500)));

    let good = json!({ "data": items(1) });
    let lost = send(anonymous(&sandbox, Method::POST, "/").json(&good)).await;
    let unknown = send(anonymous(&sandbox, Method::POST, MESSAGES).json(&good)).await;
    let token = send(token_request(&sandbox, &[])).await;
    assert_eq!([lost.status, unknown.status, token.status], [404, 401, 200]);

    // What the operation itself would refuse has been let through to it.
    let bad = request(&sandbox, Method::POST, MESSAGES).body("not JSON");
    assert_eq!(bad.send().await.unwrap().status(), 500);
    assert_eq!(save(&sandbox, items(1)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn requests_are_counted_where_there_is_an_operation() {
    let sandbox = Sandbox::start().await.unwrap();
    let good = json!({ "data": items(1) });

    send(request(&sandbox, Method::POST, "/").json(&good)).await;
    send(request(&sandbox, Method::GET, MESSAGES)).await;
    assert_eq!((sandbox.requests(), sandbox.token_requests()), (0, 0));

    send(anonymous(&sandbox, Method::POST, MESSAGES).json(&good)).await;
    post(&sandbox, json!({})).await;
    post(&sandbox, good).await;
    assert_eq!((sandbox.requests(), sandbox.token_requests()), (3, 0));

    send(token_request(&sandbox, &[])).await;
    send(token_request(&sandbox, &[("scope", "admin")])).await;
    assert_eq!((sandbox.requests(), sandbox.token_requests()), (3, 2));
}

#[tokio::test]
async fn requests_for_tokens_have_faults_of_their_own() {
    let sandbox = Sandbox::start().await.unwrap();
    let unavailable = Reply::status(503).body("application/json", "{}");
    sandbox.inject_token_fault(Fault::RespondBefore(unavailable));
    sandbox.inject_token_fault(Fault::DropAfter);
    sandbox.inject_token_fault(Fault::Truncate(5));
    sandbox.inject_token_fault(Fault::RemoveResult(0));

    assert_eq!(save(&sandbox, items(1)).await.status, StatusCode::OK);
    let wrong = anonymous(&sandbox, Method::POST, TOKEN).basic_auth("somebody", Some("else"));
    assert_eq!(send(wrong).await.status, 401);
    let first = token_request(&sandbox, &[]).send().await.unwrap();
    assert_eq!((first.status().as_u16(), sandbox.tokens_issued()), (503, 0));
    assert!(token_request(&sandbox, &[]).send().await.is_err());
    assert_eq!(sandbox.tokens_issued(), 1);
    let third = token_request(&sandbox, &[]).send().await.unwrap();
    assert!(third.text().await.is_err());
    let fourth = send(token_request(&sandbox, &[])).await;
    assert_eq!(fourth.body["access_token"], "sandbox-token-3");
    assert_eq!(sandbox.token_requests(), 5);
}

#[test]
#[should_panic(expected = "100 is not the status of a final response: use 200 to 999")]
fn an_answer_with_an_interim_status_panics() {
    let _ = Reply::status(100);
}

#[test]
#[should_panic(expected = "1000 is not the status of a final response: use 200 to 999")]
fn an_answer_with_an_impossible_status_panics() {
    let _ = Reply::status(1000);
}

#[test]
#[should_panic(expected = "the sandbox sets the header `Content-Length` itself")]
fn a_header_that_would_break_the_answer_panics() {
    let _ = Reply::status(200).header("Content-Length", "7");
}

#[test]
#[should_panic(expected = "`x y` is not a valid header name")]
fn an_impossible_header_name_panics() {
    let _ = Reply::status(200).header("x y", "z");
}

#[test]
#[should_panic(expected = r#""a\nb" is not a valid header value"#)]
fn an_impossible_header_value_panics() {
    let _ = Reply::status(200).header("x", "a\nb");
}

#[tokio::test]
async fn the_entities_of_a_page_can_be_altered() {
    let sandbox = Sandbox::start().await.unwrap();
    save(&sandbox, items(3)).await;
    for (fault, expected) in [
        (Fault::RemoveResult(0), json!(["msg_2", "msg_3"])),
        (
            Fault::RepeatResult(1),
            json!(["msg_1", "msg_2", "msg_2", "msg_3"]),
        ),
        (
            Fault::ReplaceResult(2, json!({ "id": 5 })),
            json!(["msg_1", "msg_2", 5]),
        ),
        (
            Fault::AlterResult(1, json!({ "id": 5 })),
            json!(["msg_1", 5, "msg_3"]),
        ),
        (Fault::SwapResults(0, 1), json!(["msg_2", "msg_1", "msg_3"])),
        (Fault::ReverseResults, json!(["msg_3", "msg_2", "msg_1"])),
    ] {
        sandbox.inject(fault);
        let list = request(&sandbox, Method::GET, "/v6/conversations/con_1/messages");
        let answer = send_unchecked(list).await;
        let ids = each(&answer.body["data"], "id").into_iter().cloned();
        assert_eq!(ids.collect::<Value>(), expected);
    }
    // The answer about one message has no list.
    sandbox.inject(Fault::RemoveResult(0));
    let answer = send(request(&sandbox, Method::GET, "/v6/messages/msg_1")).await;
    assert_eq!(answer.body["data"]["id"], "msg_1");
}

/// The status and the body of the answer to a batch of two, of which the second item is refused.
async fn answered(sandbox: &Sandbox, fault: Fault) -> (u16, Value) {
    sandbox.inject(fault);
    let body = json!({ "data": [{ "conversationId": "con_1", "text": "Hi" }, {}] });
    let answer = send_unchecked(request(sandbox, Method::POST, MESSAGES).json(&body)).await;
    (answer.status.as_u16(), answer.body)
}

/// A sandbox whose answers do not depend on when it is asked, and what it truly answers at first.
async fn with_the_truth() -> (Sandbox, Value) {
    let start = || Sandbox::builder().clock(noon).start();
    let (status, truth) = answered(&start().await.unwrap(), Fault::Several(vec![])).await;
    assert_eq!((status, &truth["result"]), (207, &json!("SUCCESS")));
    (start().await.unwrap(), truth)
}

#[tokio::test]
async fn a_result_can_be_altered_in_part() {
    let (sandbox, mut expected) = with_the_truth().await;
    let patch = json!({
        "statusCode": 201,
        "error": null,
        "data": { "text": "H", "conversationId": null, "unknown": { "list": [1, null], "none": null } },
    });
    let (status, body) = answered(&sandbox, Fault::AlterResult(0, patch)).await;

    let result = expected["data"][0].as_object_mut().unwrap();
    result["statusCode"] = json!(201);
    result.remove("error").unwrap();
    let entity = result["data"].as_object_mut().unwrap();
    entity["text"] = json!("H");
    entity.remove("conversationId").unwrap();
    entity.insert("unknown".to_owned(), json!({ "list": [1, null] }));
    assert_eq!((status, body), (207, expected));
    assert_eq!(sandbox.stored("messages")[0]["text"], "Hi");
}

#[tokio::test]
async fn the_envelope_can_be_altered() {
    let (sandbox, mut expected) = with_the_truth().await;
    let patch = json!({ "result": "PERHAPS", "error": null, "data": [] });
    let (status, body) = answered(&sandbox, Fault::AlterResponse(patch)).await;

    expected["result"] = json!("PERHAPS");
    expected["data"] = json!([]);
    expected.as_object_mut().unwrap().remove("error").unwrap();
    assert_eq!((status, body), (207, expected));
    assert_eq!(stored(&sandbox), 1);

    let (_, body) = answered(&sandbox, Fault::AlterResponse(json!([]))).await;
    assert_eq!(body, json!([]));
}

#[tokio::test]
async fn an_answer_can_say_that_the_request_failed_around_the_true_results() {
    let (sandbox, mut expected) = with_the_truth().await;
    let error = json!({ "type": "UNKNOWN_ERROR", "message": "No" });
    let (status, body) = answered(&sandbox, Fault::ReportFailure(vec![error.clone()])).await;

    expected["result"] = json!("FAILURE");
    expected["error"] = json!([error]);
    assert_eq!((status, body), (207, expected));
    assert_eq!(stored(&sandbox), 1);

    // What an access token comes in has no envelope.
    sandbox.inject_token_fault(Fault::ReportFailure(vec![error]));
    let token = send(token_request(&sandbox, &[])).await;
    assert_eq!(
        (token.status.as_u16(), &token.body["error"]),
        (200, &Value::Null)
    );
}

#[tokio::test]
async fn an_answer_can_have_another_status() {
    for status in [200, 400, 401, 404, 409, 422, 429, 500, 503] {
        let (sandbox, truth) = with_the_truth().await;
        assert_eq!(
            answered(&sandbox, Fault::SetStatus(status)).await,
            (status, truth)
        );
        assert_eq!(stored(&sandbox), 1);
    }
}

#[tokio::test]
async fn an_answer_can_lose_its_body_to_its_status() {
    let sandbox = Sandbox::start().await.unwrap();
    for fault in [
        Fault::SetStatus(204),
        Fault::Several(vec![Fault::Truncate(5), Fault::SetStatus(204)]),
    ] {
        sandbox.inject(fault);
        let mut connection = connect(&sandbox, &on_the_wire(&sandbox, &items(1))).await;
        connection.shutdown().await.unwrap();
        let received = read_to_end(&mut connection).await;
        assert!(received.starts_with("HTTP/1.1 204 "), "{received}");
        assert!(received.ends_with("\r\n\r\n"), "{received}");
    }
    assert_eq!(stored(&sandbox), 2);
}

#[tokio::test]
async fn an_answer_can_be_compressed_for_a_client_that_has_not_asked() {
    let (sandbox, truth) = with_the_truth().await;
    sandbox.inject(Fault::Several(vec![
        Fault::AlterResponse(json!({ "result": "ODD" })),
        Fault::Gzip,
        // Nobody can read it any more.
        Fault::AlterResponse(json!({ "result": "ODDER" })),
    ]));
    let body = json!({ "data": [{ "conversationId": "con_1", "text": "Hi" }, {}] });
    let request = request(&sandbox, Method::POST, MESSAGES).json(&body);
    let response = request.send().await.unwrap();

    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let compressed = response.bytes().await.unwrap();
    let body: Value = serde_json::from_reader(GzDecoder::new(compressed.as_ref())).unwrap();
    assert_eq!(body["result"], "ODD");
    assert_eq!(body["data"], truth["data"]);
    assert_eq!(stored(&sandbox), 1);
}

#[tokio::test]
async fn several_faults_end_a_request_in_one_way() {
    let reply = |status| Reply::status(status).body("application/json", r#"{"data":[1,2]}"#);
    let sandbox = Sandbox::start().await.unwrap();
    // What keeps a request from having an effect does so wherever it stands.
    let fault = Fault::Several(vec![
        Fault::ReverseResults,
        Fault::RespondBefore(reply(500)),
        Fault::ReverseResults,
        Fault::SetStatus(502),
    ]);
    assert_eq!(
        answered(&sandbox, fault).await,
        (502, json!({ "data": [2, 1] }))
    );
    assert_eq!(stored(&sandbox), 0);

    let fault = Fault::Several(vec![
        Fault::StallBefore,
        Fault::DropAfter,
        Fault::RespondAfter(reply(503)),
    ]);
    assert_eq!(
        answered(&sandbox, fault).await,
        (503, json!({ "data": [1, 2] }))
    );
    assert_eq!(stored(&sandbox), 0);

    sandbox.inject(Fault::Several(vec![
        Fault::SetStatus(500),
        Fault::DropAfter,
        Fault::Gzip,
    ]));
    let mut connection = connect(&sandbox, &on_the_wire(&sandbox, &items(1))).await;
    assert_eq!(read_to_end(&mut connection).await, "");
    assert_eq!(stored(&sandbox), 1);

    sandbox.inject(Fault::Several(vec![
        Fault::AlterResponse(json!("a short one")),
        Fault::Truncate(3),
        Fault::SetStatus(500),
    ]));
    let mut connection = connect(&sandbox, &on_the_wire(&sandbox, &items(1))).await;
    let received = read_to_end(&mut connection).await;
    assert!(received.starts_with("HTTP/1.1 500 "), "{received}");
    assert!(received.ends_with("\r\n\r\n\"a "), "{received}");
    assert_eq!(stored(&sandbox), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_in_flight_take_their_faults_in_the_order_of_their_effects() {
    let sandbox = Arc::new(Sandbox::start().await.unwrap());
    let statuses: Vec<u16> = (500..580).collect();
    for status in &statuses {
        sandbox.inject(Fault::SetStatus(*status));
    }
    let saved = statuses.iter().map(|status| {
        let sandbox = Arc::clone(&sandbox);
        // Some take long to be checked, which gives others the time to overtake them.
        let mut items = vec![json!({ "conversationId": "con_1", "text": "Hi" })];
        items.resize(if status % 2 == 0 { 1 } else { 200 }, json!({}));
        tokio::spawn(async move {
            let save = request(&sandbox, Method::POST, MESSAGES).json(&json!({ "data": items }));
            let answer = send_unchecked(save).await;
            let id = answer.body["data"][0]["data"]["id"].clone();
            (answer.status.as_u16(), id)
        })
    });
    let saved: Vec<_> = saved.collect();
    let mut told = Vec::new();
    for saved in saved {
        told.push(saved.await.unwrap());
    }
    told.sort_by_key(|(status, _)| *status);

    let expected = statuses.iter().zip(1..);
    let expected = expected.map(|(status, number)| (*status, json!(format!("msg_{number}"))));
    assert_eq!(told, expected.collect::<Vec<_>>());
}

#[tokio::test]
async fn requests_are_counted_by_their_operation() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.inject(Fault::DropBefore);
    let save = request(&sandbox, Method::POST, MESSAGES).json(&json!({ "data": items(1) }));
    save.send().await.unwrap_err();
    save_twice_and_get(&sandbox).await;

    assert_eq!(sandbox.requests_to("POST", MESSAGES), 3);
    assert_eq!(sandbox.requests_to("GET", "/v6/messages/{id}"), 2);
    assert_eq!(sandbox.requests_to("GET", "/v6/messages/msg_1"), 2);
    assert_eq!(sandbox.requests_to("POST", TOKEN), 1);
    assert_eq!(sandbox.requests_to("POST", "/v6/conversations"), 0);
    assert_eq!(sandbox.requests(), 5);
}

async fn save_twice_and_get(sandbox: &Sandbox) {
    save(sandbox, items(1)).await;
    save(sandbox, json!([])).await;
    send(request(sandbox, Method::GET, "/v6/messages/msg_1")).await;
    send(anonymous(sandbox, Method::GET, "/v6/messages/msg_2")).await;
    send(token_request(sandbox, &[])).await;
}

#[tokio::test]
#[should_panic(expected = "the sandbox has no operation `POST /v6/mesages`")]
async fn counting_requests_to_an_unknown_operation_panics() {
    let _ = Sandbox::start()
        .await
        .unwrap()
        .requests_to("POST", "/v6/mesages");
}

#[tokio::test]
#[should_panic(expected = "199 is not the status of a final response: use 200 to 999")]
async fn a_fault_with_an_impossible_status_panics() {
    let fault = Fault::Several(vec![Fault::Gzip, Fault::SetStatus(199)]);
    Sandbox::start().await.unwrap().inject(fault);
}

#[tokio::test]
#[should_panic(expected = "1000 is not the status of a final response: use 200 to 999")]
async fn a_token_fault_with_an_impossible_status_panics() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.inject_token_fault(Fault::SetStatus(1000));
}
