//! What a server says is one line in an error, of bounded length, with all of the doubt that there is.

use std::fmt::Display;

use tight_api::types::{ApiError, Message, NewMessage};
use tight_api::{ApiErrors, BatchOutcome, CallOptions, Error, ErrorKind, RetryPolicy};

use crate::server::{Reply, Server};

const DOUBT: &str = " (it may have taken effect)";

/// Line breaks, controls, and marks that reorder text.
const UNRULY: &str =
    "\r\n\u{1b}[31m\u{0}\u{7f}\u{85}\u{2028}\u{2029}\u{202e}\u{2066}\u{61c}\u{200f}\u{feff}";

#[track_caller]
fn assert_line(shown: &impl Display) -> String {
    let line = shown.to_string();
    assert!(line.chars().count() <= 500, "{line}");
    let breaks = |char: char| char.is_control() || UNRULY[5..].contains(char) && !char.is_ascii();
    assert!(!line.contains(breaks), "{line:?}");
    line
}

async fn saving(reply: Reply) -> BatchOutcome<NewMessage, Message> {
    let server = Server::replying([reply]).await;
    let client = server
        .client()
        .with(CallOptions::new().retry(RetryPolicy::never()));
    client.messages().save([NewMessage::new("con_1")]).await
}

/// The unruly text, as JSON, so that it is as long as this.
fn unruly(length: usize) -> String {
    let text = UNRULY.repeat(length / UNRULY.len() + 1);
    serde_json::to_string(&text).unwrap()
}

fn errors(count: usize, length: usize) -> String {
    let text = unruly(length);
    let error = format!(r#"{{"type":{text},"message":{text},"param":{text},{text}:{text}}}"#);
    format!("[{}]", vec![error; count].join(","))
}

#[tokio::test]
async fn a_fault_at_a_key_of_any_length_and_content_is_one_line() {
    for key in [
        unruly(100_000),
        unruly(100),
        format!("\"{}\"", "k".repeat(100_000)),
    ] {
        let body = format!(r#"{{"data":[],{key}:{{{key}:tru}}}}"#);
        let outcome = saving(Reply::json("200 OK", &body)).await;
        let unknown = outcome.unknown().next().unwrap();
        assert!(unknown.error.path().unwrap().len() >= 100);
        assert!(assert_line(unknown.error).ends_with(DOUBT));
        let incomplete = outcome.into_result().unwrap_err();
        assert!(assert_line(&incomplete).ends_with(DOUBT));
        assert!(assert_line(&format!("{incomplete:?}").replace("Incomplete", "")).contains(DOUBT));
        assert!(assert_line(&Error::from(incomplete)).ends_with(DOUBT));
    }
}

#[tokio::test]
async fn errors_of_any_number_and_length_are_one_line_that_keeps_the_doubt() {
    for (count, length) in [(1, 10), (1, 50_000), (1000, 10), (1000, 70)] {
        let body = format!(
            r#"{{"result":"FAILURE","error":{}}}"#,
            errors(count, length)
        );
        for (status, is_in_doubt) in [("500 Oops", true), ("422 No", false), ("200 OK", false)] {
            let outcome = saving(Reply::json(status, &body)).await;
            assert_line(outcome.errors());
            let items = outcome.unknown().map(|item| item.error);
            let error = items
                .chain(outcome.not_saved().map(|item| item.error))
                .next()
                .unwrap()
                .clone();
            assert_eq!(error.errors().len(), count, "{status}");
            assert_line(error.errors());
            assert_line(&error.errors()[0]);
            assert_eq!(assert_line(&error).ends_with(DOUBT), is_in_doubt);
            let incomplete = outcome.into_result().unwrap_err();
            assert_eq!(assert_line(&incomplete).ends_with(DOUBT), is_in_doubt);
            assert_eq!(
                assert_line(&Error::from(incomplete)).ends_with(DOUBT),
                is_in_doubt
            );
        }
    }
}

#[tokio::test]
async fn rejected_items_are_one_line_too() {
    let rejected = format!(
        r#"{{"data":[{{"result":"FAILURE","statusCode":400,"error":{}}}]}}"#,
        errors(1000, 500)
    );
    let outcome = saving(Reply::json("207 Multi-Status", &rejected)).await;
    let incomplete = outcome.into_result().unwrap_err();
    assert_line(&incomplete);
    assert_line(&Error::from(incomplete));
}

#[test]
fn an_error_of_ones_own_is_one_line_too() {
    for message in [UNRULY.repeat(10_000), "m".repeat(500), "m".repeat(474)] {
        let error = Error::new(ErrorKind::Timeout, message.as_str()).with_effect(true);
        assert!(assert_line(&error).ends_with(DOUBT));
        assert_line(&Error::new(ErrorKind::Timeout, message));
    }
    let error = ApiError::default();
    assert_line(&ApiErrors::from(vec![error; 1000]));
}
