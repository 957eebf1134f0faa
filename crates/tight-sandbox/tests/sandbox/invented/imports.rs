//! Imports of parcels, in the form in which a carrier has them.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{batch_save, document, integer, list, object, post, serve, string, unserved};

const PATH: &str = "/invented/carriers/parcels";

fn parcels() -> Value {
    let parcel = object(json!({
        "id": { "type": "string", "example": "prc_5" },
        "sent": { "type": "string", "format": "date" },
        "weight": integer(),
        "label": string(),
        "depot": object(json!({ "id": string(), "town": { "type": "string", "example": "Ulm" } })),
        "stops": list(object(json!({
            "hours": integer(),
            "depot": object(json!({ "id": string() })),
        }))),
    }));
    let sent = object(json!({
        "id": string(),
        "sent": { "type": "string", "format": "date" },
        "weight": integer(),
        "label": string(),
        "depotId": string(),
        "stops": list(object(json!({ "hours": integer(), "depotId": string() }))),
    }));
    let carried = object(json!({
        "id": integer(), "kilos": { "type": "number" }, "at": integer(), "on": string(), "stops": integer(),
    }));
    let mut all = document(json!({
        "/invented/parcels": { "post": batch_save("parcels", sent, parcel.clone()) },
        (PATH): { "post": batch_save("carriers/parcels", carried, parcel) },
    }));
    all["x-domain"] = json!({ "imports": [{
        "collection": "carriers/parcels",
        "into": "parcels",
        "fields": [
            { "field": "sent", "from": "at", "as": "seconds" },
            { "field": "weight", "from": "kilos", "as": "units" },
            { "field": "label", "from": "id" },
        ],
    }] });
    all
}

#[tokio::test]
async fn an_imported_item_is_saved_in_the_words_of_the_collection() {
    let sandbox = serve(&parcels()).await;
    let item = json!({ "id": 7, "kilos": 1.5, "at": 86_400, "on": "a cart", "stops": 3 });
    let answer = post(&sandbox, PATH, json!({ "data": [item, item] })).await;
    assert_eq!(answer.status, StatusCode::OK, "{:#}", answer.body);
    assert_eq!(
        answer.body["data"][1]["data"],
        json!({ "id": "prc_2", "sent": "1970-01-02", "weight": 150, "label": "7", "stops": [] })
    );
    assert_eq!(sandbox.stored("parcels").len(), 2);

    let update = json!({ "id": "prc_2", "label": "fragile" });
    post(&sandbox, "/invented/parcels", json!({ "data": [update] })).await;
    assert_eq!(sandbox.stored("parcels")[1]["label"], "fragile");
}

#[tokio::test]
async fn what_an_object_on_a_list_refers_to_is_shown() {
    let sandbox = serve(&parcels()).await;
    let stops = json!([{ "hours": 2, "depotId": "dep_1" }, { "hours": 3 }]);
    let item = json!({ "depotId": "dep_9", "stops": stops });
    let answer = post(&sandbox, "/invented/parcels", json!({ "data": [item] })).await;
    let parcel = &answer.body["data"][0]["data"];
    assert_eq!(parcel["depot"], json!({ "id": "dep_9", "town": "Ulm" }));
    assert_eq!(
        parcel["stops"],
        json!([{ "hours": 2, "depot": { "id": "dep_1" } }, { "hours": 3 }])
    );
}

#[tokio::test]
async fn a_rule_that_the_document_contradicts_is_in_the_way_of_the_import_alone() {
    let what = "entities in `parcels` have no field `colour` of the right type";
    let from = "entities in `carriers/parcels` have no field `colour` of the right type";
    let cases = [
        ("/fields/0/field", json!("colour"), what),
        ("/fields/0/from", json!("colour"), from),
        (
            "/fields/0/field",
            json!("stops"),
            "entities in `parcels` have no field `stops` of the right type",
        ),
        (
            "/into",
            json!("papers"),
            "entities in `papers` have no field `sent` of the right type",
        ),
        ("/fields/0/as", json!("ounces"), "unknown variant `ounces`"),
    ];
    for (pointer, value, reason) in cases {
        let mut parcels = parcels();
        let rule = &mut parcels["x-domain"]["imports"][0];
        *rule.pointer_mut(pointer).unwrap() = value;
        let told = unserved(&parcels).await;
        let [(operation, why)] = told.as_slice() else {
            panic!("{told:?}");
        };
        assert_eq!(operation, &format!("POST {PATH}"));
        let expected = format!("`x-domain.imports`: {reason}");
        assert!(why.starts_with(&expected), "{why}");
    }
}

#[tokio::test]
async fn a_rule_about_what_is_not_imported_asks_for_nothing() {
    let mut parcels = parcels();
    parcels["x-domain"]["imports"][0]["collection"] = json!("ships/parcels");
    assert_eq!(unserved(&parcels).await, []);
}
