//! Pages: how a list is cut, and in which order.

use reqwest::StatusCode;
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use crate::support::{
    Answer, Clock, FILES, MESSAGES, assert_failed, delete, each, get, noon, post_to, save, saved,
};

const QUERY: &str = "/v6/files/query";

async fn query(sandbox: &Sandbox, body: Value) -> Answer {
    let answer = post_to(sandbox, QUERY, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{:#}", answer.body);
    answer
}

/// A sandbox with a file for each of these dates.
async fn with_files(dates: &[Value]) -> Sandbox {
    let sandbox = Sandbox::builder().clock(noon).start().await.unwrap();
    for date in dates {
        add(&sandbox, date).await;
    }
    sandbox
}

async fn add(sandbox: &Sandbox, date: &Value) {
    let mut item = json!({ "description": "Invoice" });
    if !date.is_null() {
        item["date"] = date.clone();
    }
    saved(sandbox, FILES, item).await;
}

fn undated(number: usize) -> Vec<Value> {
    vec![Value::Null; number]
}

fn cursors(answer: &Answer) -> (Value, Value) {
    let cursor = &answer.body["cursor"];
    (cursor["before"].clone(), cursor["after"].clone())
}

#[tokio::test]
async fn an_empty_list_is_a_page_without_cursors() {
    let sandbox = Sandbox::start().await.unwrap();
    for query in [QUERY, "/v6/conversations/query", "/v6/auditTrail/query"] {
        let answer = post_to(&sandbox, query, json!({})).await;
        assert_eq!(
            answer.body,
            json!({ "result": "SUCCESS", "data": [], "error": [],
                "cursor": { "after": null, "before": null } })
        );
    }
}

#[tokio::test]
async fn cursors_lead_through_a_list_in_both_directions() {
    let sandbox = with_files(&undated(5)).await;

    let first = query(&sandbox, json!({ "limit": 2 })).await;
    let (none, after) = cursors(&first);
    let second = query(&sandbox, json!({ "limit": 2, "cursor": after })).await;
    let (before, after) = cursors(&second);
    let third = query(&sandbox, json!({ "limit": 2, "cursor": after })).await;
    let (before_third, end) = cursors(&third);

    assert_eq!(each(&first.body["data"], "id"), ["fil_1", "fil_2"]);
    assert_eq!(each(&second.body["data"], "id"), ["fil_3", "fil_4"]);
    assert_eq!(each(&third.body["data"], "id"), ["fil_5"]);
    assert_eq!((none, end), (Value::Null, Value::Null));

    let back = query(&sandbox, json!({ "limit": 2, "cursor": before_third })).await;
    assert_eq!(back.body, second.body);
    let back = query(&sandbox, json!({ "limit": 2, "cursor": before })).await;
    assert_eq!(back.body, first.body);
    let more = query(&sandbox, json!({ "limit": 9, "cursor": cursors(&third).0 })).await;
    assert_eq!(
        each(&more.body["data"], "id"),
        ["fil_1", "fil_2", "fil_3", "fil_4"]
    );
    assert_eq!(more.body["cursor"]["before"], Value::Null);
}

#[tokio::test]
async fn a_page_that_holds_exactly_the_rest_is_the_last() {
    let sandbox = with_files(&undated(4)).await;
    let first = query(&sandbox, json!({ "limit": 2, "cursor": null })).await;
    let second = query(&sandbox, json!({ "limit": 2, "cursor": cursors(&first).1 })).await;
    assert_eq!(cursors(&second).1, Value::Null);
    assert_eq!(
        cursors(&query(&sandbox, json!({ "limit": 4 })).await),
        (Value::Null, Value::Null)
    );
}

#[tokio::test]
async fn a_page_has_fifty_entities_unless_another_number_is_asked_for() {
    let sandbox = Sandbox::start().await.unwrap();
    let items: Vec<_> = (0..260)
        .map(|_| json!({ "description": "Invoice" }))
        .collect();
    post_to(&sandbox, FILES, json!({ "data": items })).await;
    for (body, length) in [
        (json!({}), 50),
        (json!({ "limit": 250 }), 250),
        (json!({ "limit": 1 }), 1),
    ] {
        let answer = query(&sandbox, body).await;
        assert_eq!(answer.body["data"].as_array().unwrap().len(), length);
    }
}

#[tokio::test]
async fn cursors_keep_their_place_while_entities_come_and_go() {
    let dates = ["2024-01-01", "2024-01-03", "2024-01-05", "2024-01-07"].map(Value::from);
    let sandbox = with_files(&dates).await;
    let by_date = |cursor: Value| json!({ "limit": 2, "cursor": cursor, "sort": { "orderBy": "DATE", "direction": "ASC" } });
    let first = query(&sandbox, by_date(Value::Null)).await;
    assert_eq!(each(&first.body["data"], "id"), ["fil_1", "fil_2"]);
    let after = cursors(&first).1;

    // One before the place of the cursor, one behind it; and the one that the cursor was made of goes.
    add(&sandbox, &json!("2024-01-02")).await;
    add(&sandbox, &json!("2024-01-04")).await;
    delete(&sandbox, "/v6/files/fil_2").await;

    let second = query(&sandbox, by_date(after)).await;
    assert_eq!(each(&second.body["data"], "id"), ["fil_6", "fil_3"]);
    let back = query(&sandbox, by_date(cursors(&second).0)).await;
    assert_eq!(each(&back.body["data"], "id"), ["fil_1", "fil_5"]);
}

#[tokio::test]
async fn a_list_is_in_the_order_that_is_asked_for() {
    let dates = [
        json!("2024-03-01"),
        Value::Null,
        json!("2024-01-01"),
        json!("2024-03-01"),
    ];
    let sandbox = with_files(&dates).await;
    for (sort, expected) in [
        (json!({}), ["fil_1", "fil_2", "fil_3", "fil_4"]),
        (
            json!({ "direction": "DESC" }),
            ["fil_4", "fil_3", "fil_2", "fil_1"],
        ),
        (
            json!({ "orderBy": "DATE" }),
            ["fil_2", "fil_3", "fil_1", "fil_4"],
        ),
        (
            json!({ "orderBy": "DATE", "direction": "DESC" }),
            ["fil_4", "fil_1", "fil_3", "fil_2"],
        ),
    ] {
        let mut ids = Vec::new();
        let mut cursor = Value::Null;
        // One by one, so that the cursors have to tell ties apart.
        loop {
            let body = json!({ "limit": 1, "sort": sort, "cursor": cursor });
            let answer = query(&sandbox, body).await;
            ids.extend(each(&answer.body["data"], "id").into_iter().cloned());
            cursor = cursors(&answer).1;
            if cursor.is_null() {
                break;
            }
        }
        assert_eq!(ids, expected, "{sort}");
    }
}

#[tokio::test]
async fn an_update_leaves_an_entity_in_its_place() {
    let clock = Clock::default();
    let sandbox = clock.settle(Sandbox::builder()).start().await.unwrap();
    for number in 0..3 {
        clock.set(number);
        let item = json!({ "subject": "Review", "message": { "text": "Hi" } });
        saved(&sandbox, "/v6/conversations", item).await;
    }
    saved(&sandbox, "/v6/conversations", json!({ "id": "con_1" })).await;

    let sort = json!({ "orderBy": "CREATED_DATE_TIME", "direction": "DESC" });
    for (sort, expected) in [
        (json!({}), ["con_1", "con_2", "con_3"]),
        (sort, ["con_3", "con_2", "con_1"]),
    ] {
        let answer = post_to(&sandbox, "/v6/conversations/query", json!({ "sort": sort })).await;
        assert_eq!(each(&answer.body["data"], "id"), expected);
    }
}

#[tokio::test]
async fn a_query_is_checked_against_the_document() {
    let sandbox = with_files(&undated(1)).await;
    for (body, kind, param, message) in [
        (
            json!({ "limit": 251 }),
            "INVALID_VALUE",
            "limit",
            "limit must be 250 or less",
        ),
        (
            json!({ "limit": 0 }),
            "INVALID_VALUE",
            "limit",
            "limit must be 1 or more",
        ),
        (
            json!({ "limit": 1.5 }),
            "INVALID_VALUE",
            "limit",
            "limit must be a whole number",
        ),
        (
            json!({ "limit": 2.0 }),
            "INVALID_VALUE",
            "limit",
            "limit must be a whole number",
        ),
        (
            json!({ "limit": "1" }),
            "INVALID_VALUE",
            "limit",
            "limit must be a whole number",
        ),
        (
            json!({ "sort": { "orderBy": "SIZE" } }),
            "INVALID_VALUE",
            "sort.orderBy",
            "sort.orderBy must be DATE",
        ),
        (
            json!({ "sort": { "direction": "UP" } }),
            "INVALID_VALUE",
            "sort.direction",
            "sort.direction must be ASC or DESC",
        ),
        (
            json!({ "sort": [] }),
            "INVALID_VALUE",
            "sort",
            "sort must be an object",
        ),
        (
            json!({ "filter": { "amount": { "equal": "1" } } }),
            "INVALID_VALUE",
            "filter.amount.equal",
            "filter.amount.equal must be a whole number",
        ),
        (
            json!({ "filter": { "date": { "lessThan": "soon" } } }),
            "INVALID_FORMAT",
            "filter.date.lessThan",
            "filter.date.lessThan must be a valid date",
        ),
        (
            json!({ "cursor": 7 }),
            "INVALID_VALUE",
            "cursor",
            "cursor must be a string",
        ),
    ] {
        let answer = post_to(&sandbox, QUERY, body).await;
        assert_failed(&answer, 400, kind, param, message);
    }
}

#[tokio::test]
async fn a_cursor_of_something_else_is_refused() {
    let sandbox = with_files(&undated(3)).await;
    save(&sandbox, json!([{ "conversationId": "con_1", "text": "1" }, { "conversationId": "con_1", "text": "2" }]))
        .await;
    let after = cursors(&query(&sandbox, json!({ "limit": 1 })).await).1;
    let messages = get(&sandbox, "/v6/conversations/con_1/messages?limit=1").await;
    let of_messages = cursors(&messages).1;

    let by_date = json!({ "cursor": after, "sort": { "orderBy": "DATE" } });
    for body in [
        json!({ "cursor": "" }),
        json!({ "cursor": "secret" }),
        json!({ "cursor": "eyJBRlRFUiI6ImJ0bl8xNjkifQ" }),
        json!({ "cursor": of_messages }),
        json!({ "cursor": after.as_str().unwrap().to_lowercase() }),
        by_date,
    ] {
        let answer = post_to(&sandbox, QUERY, body).await;
        let message = "cursor is no cursor of this list in this order";
        assert_failed(&answer, 400, "INVALID_VALUE", "cursor", message);
    }
}

#[tokio::test]
async fn the_parameters_of_an_address_are_checked_against_the_document() {
    let sandbox = Sandbox::start().await.unwrap();
    save(
        &sandbox,
        json!([{ "conversationId": "con_1", "text": "Hi" }]),
    )
    .await;
    let path = "/v6/conversations/con_1/messages";
    for (query, param, message) in [
        ("limit=251", "limit", "limit must be 250 or less"),
        ("limit=0", "limit", "limit must be 1 or more"),
        ("limit=-1", "limit", "limit must be 1 or more"),
        (
            "limit=99999999999999999999",
            "limit",
            "limit must be 250 or less",
        ),
        ("limit=ten", "limit", "limit must be a whole number"),
        ("limit=1.5", "limit", "limit must be a whole number"),
        ("limit=", "limit", "limit must be a whole number"),
        ("limit=1&limit=1", "limit", "limit is repeated"),
        (
            "cursor=secret",
            "cursor",
            "cursor is no cursor of this list in this order",
        ),
    ] {
        let answer = get(&sandbox, &format!("{path}?{query}")).await;
        assert_failed(&answer, 400, "INVALID_VALUE", param, message);
    }
    for query in ["", "?", "?limit=1", "?colour=red&colour=blue", "?sort=DESC"] {
        let answer = get(&sandbox, &format!("{path}{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}");
    }
}

#[tokio::test]
async fn the_messages_of_a_conversation_are_a_list_of_their_own() {
    let sandbox = Sandbox::start().await.unwrap();
    let items: Vec<_> = (0..6)
        .map(|number| json!({ "conversationId": format!("con_{}", number % 2), "text": "Hi" }))
        .collect();
    save(&sandbox, Value::Array(items)).await;

    let path = "/v6/conversations/con_1/messages";
    let first = get(&sandbox, &format!("{path}?limit=2")).await;
    let after = cursors(&first).1;
    let after = after.as_str().unwrap();
    let second = get(&sandbox, &format!("{path}?limit=2&cursor={after}")).await;
    let elsewhere = format!("/v6/conversations/con_0/messages?cursor={after}");

    assert_eq!(each(&first.body["data"], "id"), ["msg_2", "msg_4"]);
    assert_eq!(each(&second.body["data"], "id"), ["msg_6"]);
    assert_eq!(
        get(&sandbox, &elsewhere).await.status,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        get(&sandbox, &format!("{MESSAGES}/msg_4")).await.body["data"],
        first.body["data"][1]
    );
}

#[tokio::test]
async fn a_conversation_that_nobody_knows_has_no_messages() {
    let sandbox = Sandbox::start().await.unwrap();
    let answer = get(&sandbox, "/v6/conversations/con_9/messages").await;
    let message = "id does not exist in conversations";
    assert_failed(&answer, 404, "INVALID_VALUE", "id", message);
}
