//! Bank transactions in the forms of other providers.

use reqwest::StatusCode;
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use crate::support::{get, post_to, saved};

const FINICITY: &str = "/v6/imports/finicity/transactions";
const MX: &str = "/v6/imports/mx/transactions";

#[track_caller]
fn assert_shows(transaction: &Value, shown: Value) {
    for (name, value) in shown.as_object().unwrap() {
        assert_eq!(&transaction[name], value, "{name} of {transaction:#}");
    }
}

#[tokio::test]
async fn what_is_imported_is_a_bank_transaction_that_says_the_same() {
    let sandbox = Sandbox::start().await.unwrap();
    let withdrawal = json!({
        "id": 805_353, "accountId": 98_684, "amount": -828.9, "transactionDate": 1_409_094_000,
        "description": "Buy Stock", "memo": "BUY",
    });
    let imported = saved(&sandbox, FINICITY, withdrawal).await;
    assert_shows(
        &imported,
        json!({
            "id": "btxn_1",
            "date": "2014-08-26",
            "amount": -82_890,
            "description": "Buy Stock",
            "apiSourceId": "805353",
        }),
    );

    let payment = json!({
        "guid": "TRN-265abee9", "accountGuid": "ACT-06d7f44b", "amount": 61.11, "date": "2023-09-23",
        "description": "Whole Foods", "category": "Groceries", "status": "POSTED", "type": "DEBIT",
    });
    let imported = saved(&sandbox, MX, payment).await;
    assert_shows(
        &imported,
        json!({
            "id": "btxn_2",
            "date": "2023-09-23",
            "amount": 6_111,
            "description": "Whole Foods",
            "apiSourceId": "TRN-265abee9",
            // What is not said is empty, as in a transaction that was saved without it.
            "category": null,
            "vendor": null,
        }),
    );
    // The other provider's states are not those of Tight.
    assert_eq!(imported["status"], "ACTIVE");

    let listed = post_to(&sandbox, "/v6/banks/transactions/query", json!({})).await;
    assert_eq!(listed.body["data"].as_array().unwrap().len(), 2);
    assert_eq!(listed.body["data"][1]["description"], "Whole Foods");
    let found = get(&sandbox, "/v6/banks/transactions/btxn_1").await;
    assert_eq!(found.body["data"]["amount"], -82_890);
    assert_eq!(sandbox.stored("banks/transactions").len(), 2);
}

#[tokio::test]
async fn an_import_updates_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let item = json!({ "id": 1, "amount": 5, "description": "Fee" });
    for expected in ["btxn_1", "btxn_2"] {
        assert_eq!(
            saved(&sandbox, FINICITY, item.clone()).await["id"],
            expected
        );
    }
    assert_eq!(sandbox.stored("banks/transactions").len(), 2);
}

#[tokio::test]
async fn what_cannot_be_read_of_an_import_is_left_out() {
    let sandbox = Sandbox::start().await.unwrap();
    for (amount, expected) in [
        (json!(0), json!(0)),
        (json!(-0.05), json!(-5)),
        (json!(12.5), json!(1_250)),
        (json!(1e30), Value::Null),
        (json!(0.005), Value::Null),
    ] {
        let imported = saved(&sandbox, MX, json!({ "amount": amount })).await;
        assert_eq!(imported["amount"], expected, "{amount}");
    }
    for date in ["2023-02-30", "soon", "2023-09-23T12:00:00Z", ""] {
        let imported = saved(&sandbox, MX, json!({ "date": date })).await;
        assert_eq!(imported["date"], Value::Null, "{date}");
    }
    for time in [-1, i64::MAX] {
        let imported = saved(&sandbox, FINICITY, json!({ "transactionDate": time })).await;
        assert_ne!(imported["date"], "1970-01-01");
    }
}

#[tokio::test]
async fn imports_are_checked_by_the_provider_s_form() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = json!({ "data": [{ "id": "btxn_1" }, { "id": 1 }] });
    let answer = post_to(&sandbox, FINICITY, body).await;
    assert_eq!(answer.status, StatusCode::MULTI_STATUS);
    let message = &answer.body["data"][0]["error"][0]["message"];
    assert_eq!(message, "id must be a whole number");
    assert_eq!(sandbox.stored("banks/transactions").len(), 1);
}
