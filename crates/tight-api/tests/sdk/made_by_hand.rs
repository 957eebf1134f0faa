//! Models, responses and errors that tests of an application make by hand.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::json;
use tight_api::types::{
    ApiError, ApiErrorType, Author, BankTransaction, BankTransactionQuery, Category, Conversation,
    InvoicingSetup, Message, MessageStatus, Reaction,
};
use tight_api::{
    ApiErrors, Date, Error, ErrorKind, HeaderMap, List, Number, Page, Response, StatusCode,
    UnknownFields,
};

#[test]
fn what_answers_carry_is_made_in_one_expression() {
    let message = Message::new()
        .id("msg_1")
        .author(Author::new())
        .status(MessageStatus::Active)
        .created_date_time("2024-01-15T08:00:00Z")
        .reactions([Reaction::new()])
        .unknown_fields([("pinned", true)]);
    assert_eq!(
        serde_json::to_value(&message).unwrap(),
        json!({
            "id": "msg_1",
            "author": {},
            "status": "ACTIVE",
            "createdDateTime": "2024-01-15T08:00:00Z",
            "reactions": [{}],
            "pinned": true,
        })
    );
    // What is both sent and received has setters of the same form.
    let setup = InvoicingSetup::new()
        .brand_color("000000")
        .setup_complete(true);
    assert_eq!(setup.setup_complete, Some(true));
    let transaction = BankTransaction::new().amount(-1500);
    assert_eq!(transaction.amount, Some(Number::from(-1500)));
    let category = Category::new().custom_data([("batch", json!(7))]);
    assert_eq!(category.custom_data.unwrap()["batch"], 7);
}

#[test]
fn unknown_fields_are_exact_and_the_last_of_a_name_counts() {
    let fields: UnknownFields =
        r#"{"weight":150.50,"weight":151.50,"big":12345678901234567890123}"#
            .parse()
            .unwrap();
    assert_eq!(fields.get("weight"), Some("151.50"));
    assert_eq!(fields.get("big"), Some("12345678901234567890123"));
    assert_eq!(
        UnknownFields::from([("a", 1), ("b", 2), ("a", 3)]),
        UnknownFields::from([("b", 2), ("a", 3)])
    );
    for text in ["", "[]", "5", "null", "{} {}"] {
        assert!(text.parse::<UnknownFields>().is_err(), "{text}");
    }
}

#[test]
fn models_and_queries_are_keys() {
    let january = BankTransactionQuery::new().date(Date::new(2024, 1, 1)..=Date::new(2024, 1, 31));
    let mut cache = HashMap::from([(january.clone(), 1)]);
    assert_eq!(cache.insert(january, 2), Some(1));
    let transaction = BankTransaction::new()
        .id("txn_1")
        .unknown_fields([("new", "thing")]);
    let known = HashMap::from([(transaction.clone(), ())]);
    assert!(known.contains_key(&transaction));
    assert!(!known.contains_key(&transaction.unknown_fields([("new", "other")])));
}

#[test]
fn an_error_has_what_an_answer_has() {
    let headers = HeaderMap::try_from(&HashMap::from([(
        "x-request-id".to_owned(),
        "r1".to_owned(),
    )]))
    .unwrap();
    let error = Error::new(
        ErrorKind::Status,
        "Tight responded with 429 Too Many Requests",
    )
    .with_operation("saveMessages")
    .with_status(StatusCode::TOO_MANY_REQUESTS)
    .with_headers(headers)
    .with_retry_after(Duration::from_secs(7))
    .with_errors([ApiError::new().type_("RATE_LIMIT").param("messages")])
    .with_body(r#"{"result":"FAILURE"}"#)
    .with_path("error[0]");
    assert_eq!(error.operation(), Some("saveMessages"));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(error.headers().unwrap()["x-request-id"], "r1");
    assert_eq!(
        (error.body_text().as_ref(), error.path()),
        (r#"{"result":"FAILURE"}"#, Some("error[0]"))
    );
    assert!(error.is_retryable());
    assert!(!error.clone().with_effect(true).is_retryable());
    assert!(error.errors().has("RATE_LIMIT") && !error.errors().has(ApiErrorType::Required));
    assert_eq!(error.errors().about("messages").count(), 1);
    assert_eq!(error.errors().about("text").count(), 0);
}

#[test]
fn responses_and_pages_are_as_those_that_came() {
    let response = Response::from_value(Message::new().id("msg_1"))
        .with_extras(UnknownFields::from([("warning", "soon gone")]))
        .with_errors(ApiErrors::from(ApiError::new().message("odd")));
    assert_eq!(
        (response.status(), response.headers().len()),
        (StatusCode::OK, 0)
    );
    assert_eq!(response.extras().get("warning"), Some(r#""soon gone""#));
    assert_eq!(response.errors().len(), 1);
    assert_eq!(response.into_inner(), Message::new().id("msg_1"));

    let unreadable = Error::new(ErrorKind::Item, "not an object")
        .with_path("data[1]")
        .with_body("5");
    let list = List::from(vec![Ok(Conversation::new().id("con_1")), Err(unreadable)]);
    let page = Page::from_list(list)
        .with_next_cursor("b")
        .with_previous_cursor("a");
    assert_eq!(page.next_cursor().unwrap(), Some("b"));
    assert_eq!(page.previous_cursor().unwrap(), Some("a"));
    assert_eq!((page.readable().count(), page.unreadable().count()), (1, 1));
    assert_eq!(page.into_result().unwrap_err().path(), Some("data[1]"));

    let last = Page::from_list(List::from_items([Conversation::new()]));
    assert_eq!(last.next_cursor().unwrap(), None);
    assert_eq!(last.into_result().unwrap(), [Conversation::new()]);
}

#[test]
fn predicates_classify_errors_by_kind_and_status() {
    let of = |kind| Error::new(kind, "it failed");
    let with = |status| of(ErrorKind::Status).with_status(StatusCode::from_u16(status).unwrap());
    let names = |error: &Error| {
        let predicates = [
            ("rate limited", error.is_rate_limited()),
            ("timeout", error.is_timeout()),
            ("connection", error.is_connection()),
            ("not found", error.is_not_found()),
            ("auth", error.is_auth()),
            ("configuration", error.is_configuration()),
            ("invalid", error.is_invalid()),
        ];
        let names = predicates.into_iter().filter(|(_, holds)| *holds);
        names.map(|(name, _)| name).collect::<Vec<_>>().join(", ")
    };
    for (error, expected) in [
        (with(429), "rate limited"),
        (of(ErrorKind::RateLimited), "rate limited"),
        (of(ErrorKind::Timeout), "timeout"),
        (of(ErrorKind::Connect), "connection"),
        (of(ErrorKind::Connection), "connection"),
        (of(ErrorKind::NotProcessed), "connection"),
        (with(404), "not found"),
        (with(401), "auth"),
        (with(403), "auth"),
        (of(ErrorKind::Credentials), "auth"),
        (of(ErrorKind::Configuration), "configuration"),
        (of(ErrorKind::Tls), "configuration"),
        (of(ErrorKind::Proxy), "configuration"),
        (of(ErrorKind::InvalidRequest), "invalid"),
        (of(ErrorKind::Rejected), "invalid"),
        (with(400), "invalid"),
        (with(409), "invalid"),
        (with(422), "invalid"),
        (with(500), ""),
        (of(ErrorKind::Decode), ""),
    ] {
        assert_eq!(names(&error), expected, "{error:?}");
    }
}

#[test]
fn a_response_with_a_page_is_iterated_over_like_the_page() {
    let page = Page::from_list(List::from_items(["a", "b"]));
    let items: Vec<_> = Response::from_value(page)
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(items, ["a", "b"]);
}

#[test]
fn a_call_that_was_held_back_says_for_how_long() {
    let wait = Duration::from_secs(7);
    let error = Error::new(ErrorKind::RateLimited, "held back").with_retry_after(wait);
    assert_eq!(error.retry_after(), Some(wait));
}
