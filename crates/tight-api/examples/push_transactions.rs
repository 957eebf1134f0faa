//! A bank pushes a day's transactions: it saves them in batches, sees what became of each, and categorises them.
//!
//! No idempotency key is documented, so the bank must know of each whether it is saved. One that is rejected is mended; a
//! duplicate is there already; one that is unknown is looked up, by the bank's own id, before it is sent again.
//!
//! ```sh
//! cargo run -p tight-api --example push_transactions
//! ```
//!
//! It runs in an embedded sandbox. That knows no duplicates and loses no connections, so it is told to; and it has the
//! categories that are put there, since no operation makes any.
#![allow(
    clippy::print_stdout,
    reason = "an example speaks to the person who runs it"
)]

use std::error::Error;

use futures_util::TryStreamExt;
use serde_json::json;
use tight_api::filter::{contains, expand};
use tight_api::types::{
    ApiErrorType, BankAccountUpsert, BankTransactionQuery, BankTransactionUpsert,
};
use tight_api::{AfterTrouble, Client, Credentials, Date, ItemState, Rejection};
use tight_sandbox::{Fault, Sandbox};

/// What was booked: the bank's id, the day, cents, what for. There is no such day as that of the third.
const BOOKED: [(&str, &str, i64, &str); 6] = [
    ("bank-1", "2025-02-24", -5_001, "Fuel, Station 12"),
    ("bank-2", "2025-02-24", -2_450, "Flour"),
    ("bank-3", "2025-02-30", -1_299, "Fuel, Station 7"),
    ("bank-4", "2025-02-24", 12_000, "Card sales"),
    ("bank-5", "2025-02-24", -7_540, "Fuel, Station 12"),
    ("bank-6", "2025-02-24", -88_000, "Rent"),
];

fn is_duplicate(rejection: &Rejection) -> bool {
    let mut types = rejection.errors.iter().map(|error| &error.type_);
    types.any(|kind| *kind == Some(ApiErrorType::Duplicate))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let fuel = json!({ "id": "gla_1", "name": "Fuel" });
    sandbox.store("categories", json!({ "expense": [fuel] }));
    let client = Client::builder()
        .base_url(sandbox.url())
        .credentials(Credentials::access_token(sandbox.access_token()))
        .build()?;
    let account = BankAccountUpsert::new().name("Business Checking");
    let account = client.bank_accounts().save_one(account).await?;
    let account = account.id.as_deref().ok_or("no id")?;

    let transactions = client.bank_transactions();
    let booked = BOOKED.map(|(id, date, amount, description)| {
        let transaction = BankTransactionUpsert::new()
            .api_source_id(id)
            .bank_account_id(account);
        transaction
            .date(date)
            .amount(amount)
            .description(description)
    });
    let duplicate = json!({ "result": "FAILURE", "error": [{ "type": "DUPLICATE" }] });
    sandbox.inject(Fault::ReplaceResult(1, duplicate)); // in the answer to the first request
    sandbox.inject(Fault::DropAfter); // of the answer to the second
    let saving = transactions.save(booked).request_size(4); // 100, if nothing is said
    let outcome = saving.after_trouble(AfterTrouble::Continue).await;
    for item in outcome.items() {
        let state = match &item.state {
            ItemState::Rejected(rejection) if is_duplicate(rejection) => "duplicate".to_owned(),
            ItemState::Rejected(rejection) => format!("rejected, {}", rejection.errors),
            ItemState::Unknown(doubt) => format!("unknown, {}", doubt.error),
            state => state.name().to_owned(),
        };
        println!("{}  {state}", BOOKED[item.index].0);
    }
    assert_eq!(outcome.to_string(), "2 saved, 2 rejected, 2 unknown");

    // What is unknown is there or not. (Give a request a minute to arrive before you look.)
    let day = BankTransactionQuery::new()
        .date(Date::new(2025, 2, 24))
        .bank_account([account]);
    let there: Vec<_> = transactions
        .query(day.clone())
        .items()
        .try_collect()
        .await?;
    let is_there = |item: &BankTransactionUpsert| {
        there
            .iter()
            .any(|found| found.api_source_id == item.api_source_id)
    };
    let lost = outcome.unknown().filter(|unknown| !is_there(unknown.item));
    let again: Vec<_> = lost.map(|unknown| unknown.item.clone()).collect();
    println!("{outcome}; {} to be sent again", again.len());
    transactions.save(again).await.into_result()?;

    // An update changes what it says, and can be sent again without harm.
    let categories = client.categories().list().await?;
    let mut expenses = categories.expense.iter();
    let fuel = expenses.find(|category| category.name.as_deref() == Some("Fuel"));
    let fuel = fuel
        .and_then(|category| category.id.as_deref())
        .ok_or("no fuel")?;
    let uncategorised = transactions.query(day.clone().description(contains("Fuel")));
    let uncategorised: Vec<_> = uncategorised.items().try_collect().await?;
    let ids = uncategorised
        .into_iter()
        .filter_map(|transaction| transaction.id);
    let updates = ids.map(|id| BankTransactionUpsert::new().id(id).category_id(fuel));
    println!("{} as fuel", transactions.save(updates).await);

    let spent = transactions
        .query(day.amount(..0).category(expand()))
        .limit(50);
    let spent: Vec<_> = spent.items().try_collect().await?;
    for transaction in &spent {
        let description = transaction.description.as_deref().unwrap_or_default();
        let category = transaction
            .category
            .as_ref()
            .and_then(|category| category.id.as_deref());
        println!("{description:<20} {}", category.unwrap_or("no category"));
    }
    let as_fuel = spent
        .iter()
        .filter(|transaction| transaction.category.is_some())
        .count();
    assert_eq!((spent.len(), as_fuel), (4, 2));
    Ok(())
}
