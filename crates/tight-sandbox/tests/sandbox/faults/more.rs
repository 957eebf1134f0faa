//! Slow and unfinished responses, tokens that expire, strange values, and who says when to try again.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use reqwest::Method;
use serde_json::{Value, json};
use tight_sandbox::{Fault, Reply, RetryAfter, Sandbox};
use tokio::{io::AsyncReadExt, sync::Semaphore, time::timeout};

use super::{connect, items, on_the_wire, read_to_end};
use crate::support::{MESSAGES, SOON, anonymous, noon, post, request, send_unchecked, token_for};

/// What the sandbox answers when one message is saved.
async fn whole() -> String {
    let sandbox = Sandbox::builder().clock(noon).start().await.unwrap();
    post(&sandbox, json!({ "data": items(1) }))
        .await
        .body
        .to_string()
}

#[tokio::test]
async fn a_body_can_arrive_piece_by_piece() {
    let whole = whole().await;
    // Each permit is the end of one pause.
    let (permits, asked) = (
        Arc::new(Semaphore::new(0)),
        Arc::new(Mutex::new(Vec::new())),
    );
    let sleep = {
        let (permits, asked) = (Arc::clone(&permits), Arc::clone(&asked));
        move |pause| {
            asked.lock().unwrap().push(pause);
            let permits = Arc::clone(&permits);
            async move { permits.acquire().await.unwrap().forget() }
        }
    };
    let sandbox = Sandbox::builder()
        .clock(noon)
        .sleep(sleep)
        .start()
        .await
        .unwrap();
    let pause = Duration::from_secs(3600);
    sandbox
        .next("saveMessages")
        .fails(Fault::Drip { bytes: 50, pause });

    let mut connection = connect(&sandbox, &on_the_wire(&sandbox, &items(1))).await;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(connection.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    assert!(
        head.contains(&format!("content-length: {}", whole.len())),
        "{head}"
    );
    let mut body = Vec::new();
    for piece in whole.as_bytes().chunks(50) {
        let mut received = vec![0; piece.len()];
        connection.read_exact(&mut received).await.unwrap();
        assert_eq!(received, piece);
        body.extend(received);
        if body.len() < whole.len() {
            // Nothing more comes before the pause ends.
            assert!(
                matches!(connection.try_read(&mut [0]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
            );
            permits.add_permits(1);
        }
    }
    assert!(asked.lock().unwrap().iter().all(|asked| *asked == pause));
    assert_eq!(sandbox.stored("messages").len(), 1);
}

#[tokio::test]
async fn a_body_can_stop_and_leave_the_connection_open() {
    let whole = whole().await;
    for length in [0, 1, 20] {
        let sandbox = Sandbox::builder().clock(noon).start().await.unwrap();
        sandbox
            .next("saveMessages")
            .fails(Fault::StallWithin(length));
        let mut connection = connect(&sandbox, &on_the_wire(&sandbox, &items(1))).await;
        let mut received = Vec::new();
        let expected = |received: &[u8]| {
            let text = String::from_utf8_lossy(received);
            text.split_once("\r\n\r\n")
                .is_some_and(|(_, body)| body.len() == length)
        };
        while !expected(&received) {
            received.push(connection.read_u8().await.unwrap());
        }
        assert!(
            String::from_utf8(received)
                .unwrap()
                .ends_with(&whole[..length])
        );

        drop(sandbox);
        let rest = timeout(SOON, connection.read_to_end(&mut Vec::new())).await;
        // Closed, and nothing more was sent.
        assert!(matches!(rest.expect("it is still open"), Ok(0) | Err(_)));
    }
    let sandbox = Sandbox::builder().clock(noon).start().await.unwrap();
    sandbox
        .next("saveMessages")
        .fails(Fault::StallWithin(usize::MAX));
    assert_eq!(
        post(&sandbox, json!({ "data": items(1) }))
            .await
            .body
            .to_string(),
        whole
    );
}

#[tokio::test]
async fn a_client_notices_a_body_that_stops() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.next("saveMessages").fails(Fault::StallWithin(10));
    let request = request(&sandbox, Method::POST, MESSAGES).json(&json!({ "data": items(1) }));
    let request = request.timeout(Duration::from_millis(50));
    let response = request.send().await.unwrap();
    assert!(response.bytes().await.unwrap_err().is_timeout());
}

/// The status and the first error of a request with `token`.
async fn verdict(sandbox: &Sandbox, token: &str) -> (u16, Value) {
    let request = anonymous(sandbox, Method::POST, MESSAGES).bearer_auth(token);
    let answer = send_unchecked(request.json(&json!({ "data": items(1) }))).await;
    (
        answer.status.as_u16(),
        answer.body["error"][0]["type"].clone(),
    )
}

#[tokio::test]
async fn a_token_can_expire_while_a_call_is_under_way() {
    let sandbox = Sandbox::start().await.unwrap();
    let (good, expired) = ((200, Value::Null), (401, json!("EXPIRED_TOKEN")));
    let other = token_for(&sandbox, "user_2").await;
    for (fault, first, stored) in [
        (Fault::ExpireTokenBefore, &expired, 0),
        (Fault::ExpireTokenAfter, &good, 1),
    ] {
        let token = token_for(&sandbox, "user_1").await;
        sandbox.next("saveMessages").fails(fault);
        let before = sandbox.stored("messages").len();
        assert_eq!(verdict(&sandbox, &token).await, *first);
        assert_eq!(sandbox.stored("messages").len(), before + stored);
        assert_eq!(verdict(&sandbox, &token).await, expired);
        assert_eq!(verdict(&sandbox, &other).await, good);
    }

    sandbox.next("saveMessages").fails(Fault::ExpireTokenAfter);
    assert_eq!(verdict(&sandbox, sandbox.access_token()).await, good);
    sandbox.revoke_tokens();
    assert_eq!(verdict(&sandbox, sandbox.access_token()).await, expired);
}

#[tokio::test]
async fn a_value_can_be_set_anywhere_in_a_response() {
    let sandbox = Sandbox::start().await.unwrap();
    for (pointer, value, seen) in [
        (
            "/data/0/data/status",
            json!("ON_HOLD"),
            "/data/0/data/status",
        ),
        ("/data/0/data/mood", json!(["good"]), "/data/0/data/mood"),
        ("/data/0/data", Value::Null, "/data/0/data"),
        ("/data/0", json!(5), "/data/0"),
        ("/data/-", json!("one more"), "/data/1"),
        ("/a~1b~0c", json!(1), "/a~1b~0c"),
        ("/result", json!("PERHAPS"), "/result"),
        ("", json!([]), ""),
    ] {
        sandbox
            .next("saveMessages")
            .fails(Fault::SetAt(pointer.to_owned(), value.clone()));
        let answer = send_unchecked(
            request(&sandbox, Method::POST, MESSAGES).json(&json!({ "data": items(1) })),
        )
        .await;
        assert_eq!(
            answer.body.pointer(seen),
            Some(&value),
            "{pointer}: {}",
            answer.body
        );
    }
    for pointer in ["/data/7", "/data/x", "/nowhere/id", "/result/id"] {
        sandbox
            .next("saveMessages")
            .fails(Fault::SetAt(pointer.to_owned(), json!(1)));
        post(&sandbox, json!({ "data": items(1) })).await;
    }
}

#[tokio::test]
#[should_panic(expected = "`data.id` is not a JSON pointer: write `/data/0/id`")]
async fn a_path_that_is_no_pointer_is_an_error() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox
        .next_request()
        .fails(Fault::SetAt("data.id".to_owned(), json!(1)));
}

#[tokio::test]
async fn when_to_try_again_comes_in_every_form() {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    let wednesday = time + Duration::from_secs(3 * 24 * 3600);
    let sandbox = Sandbox::start().await.unwrap();
    for (form, expected) in [
        (RetryAfter::Seconds(30), Some("30")),
        (
            RetryAfter::Date(time),
            Some("Sun, 06 Nov 1994 08:49:37 GMT"),
        ),
        (
            RetryAfter::Rfc850Date(time),
            Some("Sunday, 06-Nov-94 08:49:37 GMT"),
        ),
        (
            RetryAfter::Rfc850Date(wednesday),
            Some("Wednesday, 09-Nov-94 08:49:37 GMT"),
        ),
        (
            RetryAfter::AsctimeDate(time),
            Some("Sun Nov  6 08:49:37 1994"),
        ),
        (
            RetryAfter::AsctimeDate(time + Duration::from_secs(864_000)),
            Some("Wed Nov 16 08:49:37 1994"),
        ),
        (RetryAfter::Text("soon".to_owned()), Some("soon")),
        (RetryAfter::Absent, None),
    ] {
        sandbox
            .next("saveMessages")
            .fails(Reply::too_many_requests(form));
        let request = request(&sandbox, Method::POST, MESSAGES).json(&json!({ "data": items(1) }));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 429);
        let header = response.headers().get("retry-after").cloned();
        assert_eq!(
            header.as_ref().map(|value| value.to_str().unwrap()),
            expected
        );
        assert_eq!(response.json::<Value>().await.unwrap()["result"], "FAILURE");
    }
    assert!(sandbox.stored("messages").is_empty());
}

#[tokio::test]
async fn a_gateway_answers_with_a_page() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox
        .next("saveMessages")
        .fails(Reply::html(502, "<h1>Bad gateway</h1>"));
    let mut connection = connect(&sandbox, &on_the_wire(&sandbox, &items(1))).await;
    tokio::io::AsyncWriteExt::shutdown(&mut connection)
        .await
        .unwrap();
    let received = read_to_end(&mut connection).await;
    assert!(
        received.starts_with("HTTP/1.1 502 Bad Gateway\r\n"),
        "{received}"
    );
    assert!(received.contains("content-type: text/html; charset=utf-8\r\n"));
    assert!(received.ends_with("\r\n\r\n<h1>Bad gateway</h1>"));
}
