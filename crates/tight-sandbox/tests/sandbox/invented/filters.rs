//! Filters and orders: what is known of their meaning, and what is refused by its name.

use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use super::{
    assert_told, batch_save, document, list,
    notes::{notes, queried},
    object, operation, page, post, serve, string, told,
};
use crate::support::each;

const QUERY: &str = "/invented/notes/query";

fn text() -> Value {
    json!({ "equal": string() })
}

async fn with(name: &str, part: Value) -> Sandbox {
    let mut document = notes();
    queried(&mut document, "filter")["properties"][name] = part;
    serve(&document).await
}

#[tokio::test]
async fn a_filter_of_unknown_meaning_is_refused_where_it_is_asked_for() {
    let no_field = "the entities have no such field";
    let no_way = "its comparison is unknown";
    let what = "its meaning is unknown";
    for (name, part, asked, place, why) in [
        (
            "colour",
            object(text()),
            json!({ "equal": "x" }),
            "colour",
            no_field,
        ),
        (
            "writer",
            object(json!({ "name": object(text()) })),
            json!({ "name": { "equal": "x" } }),
            "writer.name",
            no_field,
        ),
        (
            "folder",
            object(json!({ "name": object(text()) })),
            json!({ "name": { "equal": "x" } }),
            "folder.name",
            no_field,
        ),
        (
            "title",
            object(json!({ "like": string() })),
            json!({ "like": "x" }),
            "title.like",
            no_field,
        ),
        (
            "stars",
            object(text()),
            json!({ "equal": "x" }),
            "stars.equal",
            no_way,
        ),
        (
            "stars",
            object(json!({ "contain": { "type": "integer" } })),
            json!({ "contain": 1 }),
            "stars.contain",
            no_way,
        ),
        (
            "tags",
            object(text()),
            json!({ "equal": "x" }),
            "tags.equal",
            no_way,
        ),
        (
            "updatedAt",
            object(text()),
            json!({ "equal": "x" }),
            "updatedAt.equal",
            no_way,
        ),
        ("search", string(), json!("x"), "search", what),
        (
            "expand",
            json!({ "type": "boolean" }),
            json!(true),
            "expand",
            what,
        ),
        (
            "since",
            json!({ "type": "string", "format": "date" }),
            json!("2024-01-01"),
            "since",
            what,
        ),
    ] {
        let sandbox = with(name, part).await;
        assert_eq!(sandbox.unserved(), [], "{name}");
        let asked = json!({ "filter": { name: asked, "writerUserId": { "equal": "a" } } });
        let answer = post(&sandbox, QUERY, asked).await;
        let param = format!("filter.{place}");
        let message = format!("The sandbox does not support {param}: {why}");
        assert_told(&answer, 501, &param, &message);
        assert_eq!(answer.body["error"][0]["type"], "UNKNOWN_ERROR");
        // Without it, the query is like any other.
        assert_eq!(post(&sandbox, QUERY, json!({})).await.status, 200);
    }
}

#[tokio::test]
async fn each_part_of_unknown_meaning_is_told() {
    let mut document = notes();
    let filter = queried(&mut document, "filter");
    filter["properties"]["search"] = string();
    filter["properties"]["colour"] = object(text());
    let sandbox = serve(&document).await;
    let asked = json!({ "filter": { "search": "x", "colour": { "equal": "red" } } });
    let (status, told) = told(&post(&sandbox, QUERY, asked).await);
    let mut params: Vec<_> = told.iter().map(|(param, _)| param.as_str()).collect();
    params.sort_unstable();
    assert_eq!(
        (status, params),
        (501, vec!["filter.colour", "filter.search"])
    );
}

#[tokio::test]
async fn an_order_of_unknown_meaning_is_refused_where_it_is_asked_for() {
    let mut document = notes();
    let sort = &mut queried(&mut document, "sort")["properties"];
    sort["orderBy"]["enum"] = json!(["TITLE", "PAGE_COUNT"]);
    sort["start"] = string();
    let sandbox = serve(&document).await;
    for (sort, param, message) in [
        (
            json!({ "orderBy": "PAGE_COUNT" }),
            "sort.orderBy",
            "The sandbox does not support this order: the entities have no comparable field pageCount",
        ),
        (
            json!({ "orderBy": "TITLE", "start": "b" }),
            "sort.start",
            "The sandbox does not support sort.start",
        ),
    ] {
        let answer = post(&sandbox, QUERY, json!({ "sort": sort })).await;
        assert_told(&answer, 501, param, message);
    }
}

#[tokio::test]
async fn further_fields_of_a_query_are_checked_and_change_nothing() {
    let mut document = notes();
    *queried(&mut document, "method") = json!({ "type": "string", "enum": ["CASH"] });
    let sandbox = serve(&document).await;
    assert_eq!(
        post(&sandbox, QUERY, json!({ "method": "CASH" }))
            .await
            .status,
        200
    );
    let flawed = post(&sandbox, QUERY, json!({ "method": "CREDIT" })).await;
    assert_told(&flawed, 400, "method", "method must be CASH");
}

/// Visits to a place, below the place.
fn visits() -> Value {
    let time = || json!({ "type": "string", "format": "date-time" });
    let place = || object(json!({ "id": string(), "name": string() }));
    let visit = object(json!({
        "id": { "type": "string", "example": "vis_1" },
        "place": place(),
        "day": { "type": "string", "format": "date" },
        "at": time(),
        "guide": object(json!({ "type": string(), "id": string() })),
    }));
    let mut sent = visit.clone();
    sent["properties"]["id"] = json!({ "type": "string", "readOnly": true });
    let times = object(json!({ "equal": time(), "greaterThan": time(), "lessThanEqual": time() }));
    let ids = || json!({ "in": list(string()), "notIn": list(string()) });
    let filter = object(json!({
        "beginDate": { "type": "string", "format": "date" },
        "endDate": { "type": "string", "format": "date" },
        "at": times,
        "place": object(json!({ "expand": { "type": "boolean" }, "id": object(ids()) })),
        "guide": object(json!({ "type": object(json!({ "in": list(string()) })) })),
        "guides": object(json!({ "expand": { "type": "boolean" } })),
    }));
    let direct = object(json!({ "place": object(ids()) }));
    let of = json!({ "collection": "places", "parameter": "id", "field": "place.id" });
    let kind = |of: Value| {
        let mut kind = json!({ "is": "page", "in": "body", "collection": "visits" });
        kind["of"] = of;
        kind
    };
    let mut page_below = page(visit.clone());
    let schema = &mut page_below["200"]["content"]["application/json"]["schema"];
    schema["properties"]["beginningBalance"] = json!({ "type": "integer", "example": 12 });
    let asked = object(json!({ "limit": { "type": "integer" }, "filter": filter }));
    let mut all = document(json!({
        "/invented/visits": { "post": batch_save("visits", sent, visit.clone()) },
        "/invented/visits/query": { "post": operation(
            kind(Value::Null),
            Some(object(json!({ "filter": direct }))),
            page(visit),
        ) },
        "/invented/places/{id}/visits": { "post": operation(kind(of), Some(asked), page_below) },
    }));
    all["x-domain"] = json!({ "filters": [
        { "collection": "visits", "asks": "beginDate", "field": "day", "by": "greaterThanEqual" },
        { "collection": "visits", "asks": "endDate", "field": "day", "by": "lessThanEqual" },
    ] });
    all
}

async fn visited() -> Sandbox {
    let sandbox = serve(&visits()).await;
    assert_eq!(sandbox.unserved(), []);
    let visit = |place: &str, day: &str, at: &str, guide: &str| json!({ "place": { "id": place, "name": "P" }, "day": day, "at": at, "guide": { "type": guide, "id": "g" } });
    let data = json!([
        visit("a", "2024-01-01", "2024-01-01T12:00:00Z", "BOOK"),
        visit("a", "2024-01-02", "2024-01-01T14:00:00+02:00", "PERSON"),
        visit("b", "2024-01-03", "2024-01-01T12:00:00.5Z", "BOOK"),
        visit("a", "2024-01-04", "2024-01-01T11:00:00-02:00", "BOOK"),
    ]);
    let saved = post(&sandbox, "/invented/visits", json!({ "data": data })).await;
    assert_eq!(saved.status, 200, "{:#}", saved.body);
    sandbox
}

#[tokio::test]
async fn a_query_below_an_entity_is_about_what_belongs_to_it() {
    let sandbox = visited().await;
    for (filter, expected) in [
        (json!({}), &["vis_1", "vis_2", "vis_4"] as &[_]),
        // Said in `x-domain`.
        (
            json!({ "beginDate": "2024-01-02", "endDate": "2024-01-03" }),
            &["vis_2"],
        ),
        (
            json!({ "guide": { "type": { "in": ["PERSON"] } } }),
            &["vis_2"],
        ),
        (
            json!({ "place": { "expand": true } }),
            &["vis_1", "vis_2", "vis_4"],
        ),
        (
            json!({ "place": { "expand": false, "id": { "notIn": ["a"] } } }),
            &[],
        ),
        // There are many ways to write a time.
        (
            json!({ "at": { "equal": "2024-01-01T13:00:00+01:00" } }),
            &["vis_1", "vis_2"],
        ),
        (
            json!({ "at": { "greaterThan": "2024-01-01T12:00:00Z" } }),
            &["vis_4"],
        ),
        (
            json!({ "at": { "lessThanEqual": "2024-01-01T12:00:00.000Z" } }),
            &["vis_1", "vis_2"],
        ),
    ] {
        let path = "/invented/places/a/visits";
        let answer = post(&sandbox, path, json!({ "filter": filter })).await;
        assert_eq!(answer.status, 200, "{filter}: {:#}", answer.body);
        assert_eq!(each(&answer.body["data"], "id"), expected, "{filter}");
        assert_eq!(answer.body["beginningBalance"], 12);
    }
    // Nothing saves places, so any may be there.
    let nowhere = post(&sandbox, "/invented/places/c/visits", json!({})).await;
    assert_eq!(nowhere.body["data"], json!([]));
    let path = "/invented/places/a/visits";
    let unknown = post(
        &sandbox,
        path,
        json!({ "filter": { "guides": { "expand": true } } }),
    )
    .await;
    assert_eq!(told(&unknown).1[0].0, "filter.guides.expand");
}

#[tokio::test]
async fn ids_may_be_asked_for_without_saying_that_they_are_ids() {
    let sandbox = visited().await;
    let filter = json!({ "place": { "in": ["b"] } });
    let answer = post(
        &sandbox,
        "/invented/visits/query",
        json!({ "filter": filter }),
    )
    .await;
    assert_eq!(each(&answer.body["data"], "id"), ["vis_3"]);
}

#[tokio::test]
async fn pages_of_a_query_below_an_entity_have_cursors() {
    let sandbox = visited().await;
    let path = "/invented/places/a/visits";
    let first = post(&sandbox, path, json!({ "limit": 2 })).await;
    assert_eq!(each(&first.body["data"], "id"), ["vis_1", "vis_2"]);
    assert!(first.body["cursor"]["after"].is_string());
}

#[tokio::test]
async fn a_path_whose_parameter_says_nothing_of_the_entities_is_not_served() {
    let mut document = visits();
    let operation = &mut document["paths"]["/invented/places/{id}/visits"]["post"];
    operation["x-kind"]["of"] = Value::Null;
    let told = super::unserved(&document).await;
    assert_eq!(
        told[0].1,
        "nothing says what its entities have to do with `id` in its path"
    );
    let operation = &mut document["paths"]["/invented/places/{id}/visits"]["post"];
    operation["x-kind"]["of"] =
        json!({ "collection": "places", "parameter": "id", "field": "placeId" });
    let told = super::unserved(&document).await;
    assert_eq!(
        told[0].1,
        "its entities have no field `placeId` that says to which of the places they belong"
    );
}
