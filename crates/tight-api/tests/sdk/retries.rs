//! What is tried again, and what is not.

use std::time::Duration;

use tight_api::types::{Message, NewMessage};
use tight_api::{BatchOutcome, CallOptions, ErrorKind, RetryPolicy};

use crate::clock::ManualClock;
use crate::server::{Reply, Server, nobody};

const SAVED: &str = r#"{"data":[{"result":"SUCCESS","statusCode":200,"data":{"id":"msg_1"}}]}"#;
const REJECTED: &str =
    r#"{"data":[{"result":"FAILURE","statusCode":400,"error":[{"type":"DUPLICATE"}]}]}"#;

fn saved() -> Reply {
    Reply::json("200 OK", SAVED)
}

fn limited(retry_after: &str) -> Reply {
    Reply::Bytes(format!(
        "HTTP/1.1 429 Too Many Requests\r\nretry-after: {retry_after}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    ))
}

fn failed() -> Reply {
    Reply::new("503 Service Unavailable", "text/plain", "")
}

/// What saving a message comes to, how many requests it took, and how long was waited between them.
async fn save(
    policy: RetryPolicy,
    replies: impl IntoIterator<Item = Reply>,
) -> (BatchOutcome<NewMessage, Message>, usize, Vec<Duration>) {
    let clock = ManualClock::new();
    let server = Server::replying(replies).await;
    let client = server
        .client_builder()
        .clock(clock.clone())
        .retry(policy)
        .build()
        .unwrap();
    let outcome = client
        .messages()
        .save([NewMessage::new("con_1").text("Hello")])
        .await;
    (outcome, server.requests().len(), clock.slept())
}

#[tokio::test]
async fn a_rate_limit_is_waited_for_as_the_server_asks() {
    for retry_after in ["7", "Sun, 06 Nov 1994 08:49:44 GMT"] {
        let (outcome, requests, waits) =
            save(RetryPolicy::default(), [limited(retry_after), saved()]).await;
        assert_eq!((outcome.to_string().as_str(), requests), ("1 saved", 2));
        assert_eq!(waits, [Duration::from_secs(7)]);
    }
}

#[tokio::test]
async fn a_rate_limit_that_says_nothing_is_backed_off_from() {
    let reply = || Reply::new("429 Too Many Requests", "text/plain", "");
    let (outcome, requests, waits) =
        save(RetryPolicy::default(), [reply(), reply(), saved()]).await;
    assert_eq!((outcome.to_string().as_str(), requests), ("1 saved", 3));
    assert!(
        waits[0] <= Duration::from_millis(500) && waits[1] <= Duration::from_secs(1),
        "{waits:?}"
    );
}

#[tokio::test]
async fn a_server_that_asks_for_too_long_a_wait_is_not_waited_for() {
    let (outcome, requests, waits) = save(RetryPolicy::default(), [limited("3600"), saved()]).await;
    let error = outcome.not_saved().next().unwrap().error;
    assert_eq!((requests, waits.len()), (1, 0));
    assert_eq!(error.headers().unwrap()["retry-after"], "3600");
    assert!(error.is_retryable(), "the caller may wait");
}

#[tokio::test]
async fn a_wait_that_is_too_long_or_cannot_even_be_counted_is_not_waited_for() {
    for retry_after in [
        "61",
        &"9".repeat(30),
        "1e300",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        let (outcome, requests, waits) =
            save(RetryPolicy::default(), [limited(retry_after), saved()]).await;
        let error = outcome.not_saved().next().unwrap().error;
        assert_eq!((requests, waits.len()), (1, 0), "{retry_after}");
        assert_eq!(error.status().unwrap(), 429);
        assert!(error.is_retryable() && !error.may_have_taken_effect());
    }
}

#[tokio::test]
async fn a_save_is_in_doubt_after_every_fault_of_a_server_and_not_sent_again_when_it_says() {
    for status in [
        408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529, 530,
    ] {
        let fault = format!(
            "HTTP/1.1 {status} Fault\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        );
        let (outcome, requests, waits) =
            save(RetryPolicy::default(), [Reply::Bytes(fault), saved()]).await;
        assert_eq!(
            (outcome.to_string().as_str(), requests, waits.len()),
            ("0 saved, 1 unknown", 1, 0),
            "{status}"
        );
    }
}

#[tokio::test]
async fn a_save_that_may_have_taken_effect_is_not_sent_again() {
    for reply in [
        failed(),
        Reply::HangUp,
        Reply::new("502 Bad Gateway", "text/html", "<html>"),
    ] {
        let (outcome, requests, _) = save(RetryPolicy::default(), [reply, saved()]).await;
        assert_eq!(
            (outcome.to_string().as_str(), requests),
            ("0 saved, 1 unknown", 1)
        );
    }
}

#[tokio::test]
async fn a_save_that_may_have_taken_effect_is_sent_again_if_the_caller_says_so() {
    let daring = || RetryPolicy::default().resend_in_doubt(true);
    for reply in [failed(), Reply::HangUp] {
        let (outcome, requests, _) = save(daring(), [reply, saved()]).await;
        assert_eq!((outcome.to_string().as_str(), requests), ("1 saved", 2));
    }
}

#[tokio::test]
async fn a_rejection_after_an_attempt_in_doubt_says_nothing_about_that_attempt() {
    let daring = || RetryPolicy::default().resend_in_doubt(true);
    let refused = || Reply::json("400 Bad Request", r#"{"error":[{"type":"BAD_REQUEST"}]}"#);
    for last in [Reply::json("200 OK", REJECTED), refused()] {
        let (outcome, requests, _) = save(daring(), [Reply::HangUp, last]).await;
        assert_eq!(
            (outcome.to_string().as_str(), requests),
            ("0 saved, 1 unknown", 2)
        );
        assert!(
            !outcome.unknown().next().unwrap().error.errors().is_empty(),
            "what Tight said is lost"
        );
    }
    // Without the attempt in doubt, the same answers are verdicts.
    let (outcome, ..) = save(daring(), [Reply::json("200 OK", REJECTED)]).await;
    assert_eq!(outcome.to_string(), "0 saved, 1 rejected");
    let (outcome, ..) = save(daring(), [refused()]).await;
    assert_eq!(outcome.to_string(), "0 saved, 1 not saved");
}

#[tokio::test]
async fn attempts_end_with_the_policy() {
    let (outcome, requests, waits) = save(
        RetryPolicy::default().attempts(4),
        (0..9).map(|_| limited("1")),
    )
    .await;
    let error = outcome.not_saved().next().unwrap().error;
    assert_eq!(error.status().unwrap(), 429);
    assert_eq!((requests, waits.len()), (4, 3));
    let (_, requests, _) = save(RetryPolicy::never(), [limited("1"), saved()]).await;
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn attempts_end_with_the_budget_of_the_call() {
    let clock = ManualClock::new();
    let server = Server::replying((0..100).map(|_| limited("60"))).await;
    let policy = RetryPolicy::default().attempts(100);
    let client = server
        .client_builder()
        .clock(clock.clone())
        .retry(policy)
        .build()
        .unwrap();
    let hour = client.with(CallOptions::new().total_timeout(Duration::from_secs(3600)));
    let error = hour
        .messages()
        .save_one(NewMessage::new("con_1"))
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 429);
    assert_eq!(server.requests().len(), 60, "an hour has sixty minutes");
    assert_eq!(clock.slept().len(), 59);
}

#[tokio::test]
async fn a_connection_that_cannot_be_made_is_tried_again_for_saves_too() {
    let url = nobody();
    let clock = ManualClock::new();
    let hours = RetryPolicy::default()
        .attempts(10)
        .backoff(Duration::from_secs(3600), Duration::from_secs(3600));
    let client = tight_api::Client::builder()
        .base_url(url)
        .credentials(tight_api::Credentials::access_token("token"))
        .clock(clock.clone())
        .retry(hours)
        .total_timeout(Duration::from_secs(100 * 3600))
        .build()
        .unwrap();
    let error = client
        .messages()
        .save_one(NewMessage::new("con_1"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!(clock.slept().len(), 9, "hours of backoff, in no time");
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_ends_in_doubt() {
    let server = Server::replying([Reply::Stall]).await;
    let client = server
        .client()
        .with(CallOptions::new().attempt_timeout(Duration::from_millis(50)));
    let outcome = client.messages().save([NewMessage::new("con_1")]).await;
    let error = outcome.unknown().next().unwrap().error;
    assert_eq!(error.kind(), ErrorKind::Timeout);
    insta::assert_snapshot!(error, @"saveMessages: no response was received in time (it may have taken effect)");
}

#[tokio::test]
async fn the_policy_of_a_call_does_not_change_that_of_its_client() {
    let server = Server::replying([limited("0"), limited("0"), saved()]).await;
    let client = server.client();
    let once = client.with(CallOptions::new().retry(RetryPolicy::never()));
    once.messages()
        .save_one(NewMessage::new("con_1"))
        .await
        .unwrap_err();
    let outcome = client.messages().save([NewMessage::new("con_1")]).await;
    assert!(outcome.is_complete());
}

#[tokio::test]
async fn nothing_is_sent_when_there_is_no_time_left() {
    let server = Server::replying([saved()]).await;
    let client = server
        .client()
        .with(CallOptions::new().total_timeout(Duration::ZERO));
    let error = client
        .messages()
        .save_one(NewMessage::new("con_1"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(!error.may_have_taken_effect() && server.requests().is_empty());
    insta::assert_snapshot!(error, @"saveMessages: the total timeout ended before the request was sent");
}
