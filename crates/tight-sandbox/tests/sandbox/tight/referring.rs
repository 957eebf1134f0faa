//! What answers show of other entities, and what can be asked for by the ids that they show.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use crate::support::{get, request, saved, send};

#[tokio::test]
async fn the_categories_that_are_listed_can_be_asked_for_one_by_one() {
    let sandbox = Sandbox::start().await.unwrap();
    let groups = get(&sandbox, "/v6/categories").await.body["data"].clone();
    let parent = &groups["expense"][0];
    assert_eq!(parent["name"], "Wages");
    let child = &parent["children"][0];
    for category in [parent, child] {
        let path = format!("/v6/categories/{}", category["id"].as_str().unwrap());
        let found = send(request(&sandbox, Method::GET, &path)).await;
        assert_eq!(found.status, StatusCode::OK);
        assert_eq!(found.body["data"]["name"], category["name"]);
        let response = request(&sandbox, Method::GET, &path).send().await.unwrap();
        assert_eq!(response.headers()["x-sandbox"], "documented-example");
    }
    let none = get(&sandbox, "/v6/categories/gla_0").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);

    // A test may say which categories there are, one by one or all of them.
    sandbox.store("categories", json!({ "id": "gla_7", "name": "Fuel" }));
    let fuel = get(&sandbox, "/v6/categories/gla_7").await;
    assert_eq!(fuel.body["data"]["name"], "Fuel");
    let rent = json!({ "expense": [{ "id": "gla_8", "name": "Rent" }] });
    sandbox.store("categories", rent.clone());
    assert_eq!(get(&sandbox, "/v6/categories").await.body["data"], rent);
    let rent = get(&sandbox, "/v6/categories/gla_8").await;
    assert_eq!(rent.body["data"]["name"], "Rent");
    let gone = format!("/v6/categories/{}", parent["id"].as_str().unwrap());
    assert_eq!(get(&sandbox, &gone).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_lines_refer_to_is_shown() {
    let sandbox = Sandbox::start().await.unwrap();
    let entry = json!({
        "description": "Accrual",
        "children": [
            { "glAccountId": "gla_1", "drAmount": 5_000, "crAmount": 0 },
            { "glAccountId": "gla_2", "drAmount": 0, "crAmount": 5_000 },
        ],
    });
    let saved = saved(&sandbox, "/v6/accounting/manualJournalEntries", entry).await;
    let accounts = saved["children"].as_array().unwrap().iter();
    let accounts: Vec<_> = accounts.map(|line| &line["glAccount"]["id"]).collect();
    assert_eq!(accounts, ["gla_1", "gla_2"]);
    assert_eq!(saved["children"][1]["crAmount"], 5_000);
}

#[tokio::test]
async fn ids_are_one_part_of_a_path() {
    let sandbox = Sandbox::start().await.unwrap();
    let account = saved(
        &sandbox,
        "/v6/banks/accounts",
        json!({ "name": "Checking" }),
    )
    .await;
    assert_eq!(account["id"], "accounts_1");
    let path = format!("/v6/banks/accounts/{}", account["id"].as_str().unwrap());
    let deleted = send(request(&sandbox, Method::DELETE, &path)).await;
    assert_eq!(deleted.status, StatusCode::OK);
    assert!(sandbox.stored("banks/accounts").is_empty());
}

#[tokio::test]
async fn what_is_referred_to_and_was_saved_shows_as_it_is() {
    let sandbox = Sandbox::start().await.unwrap();
    let joe = json!({ "name": "Joe Perkins" });
    let joe = saved(&sandbox, "/v6/customers", joe).await;
    let invoice = |customer: &Value| json!({ "name": "June", "customerId": customer });
    let billed = saved(&sandbox, "/v6/invoicing/invoices", invoice(&joe["id"])).await;
    // The customer has no address, so none is shown that would be another's.
    assert_eq!(
        billed["customer"],
        json!({ "id": "cus_1", "name": "Joe Perkins" })
    );

    let stranger = json!("cus_99");
    let billed = saved(&sandbox, "/v6/invoicing/invoices", invoice(&stranger)).await;
    assert_eq!(billed["customer"]["id"], stranger);
    assert_eq!(billed["customer"]["name"], "Abigail Adams");
}
