//! A bookkeeper closes January: reconciles the bank account, books what no transaction shows, and looks at the ledger.
//!
//! A reconciliation says that the books and the bank agree, up to a day and a balance. A manual journal entry moves an amount
//! between accounts of the general ledger: its lines debit what they credit. Here, a twelfth of an insurance that was paid for
//! a year becomes an expense.
//!
//! ```sh
//! cargo run -p tight-api --example close_month
//! ```
//!
//! It runs in an embedded sandbox, or against Tight if the environment says who is calling. The sandbox keeps no ledger: what
//! it shows as one is the documented example, whatever was booked.
#![allow(
    clippy::print_stdout,
    reason = "an example speaks to the person who runs it"
)]

mod support;

use std::error::Error;

use tight_api::types::{
    AccountingMethod, BankAccountUpsert, BankReconciliationUpsert, GlAccountType, GlAccountUpsert,
    GlEntryQuery, ManualJournalEntryUpsert, NewJournalLine, ReconciliationProgress,
    StatementPeriod,
};
use tight_api::{Date, Number};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, _sandbox) = support::connect().await?;
    let (first, last) = (Date::new(2025, 1, 1), Date::new(2025, 1, 31));
    let checking = BankAccountUpsert::new().name("Business Checking");
    let checking = client.bank_accounts().save_one(checking).await?;

    // This page shows a balance with a fraction, others show whole amounts. It is sent as it is written here.
    let balance: Number = "12345.67".parse()?;
    let january = StatementPeriod::new()
        .begin_date(first.clone())
        .end_date(last.clone());
    let reconciliation = BankReconciliationUpsert::new()
        .bank_account_id(checking.id.as_deref().ok_or("no id")?)
        .period(january)
        .end_balance(balance.clone())
        .reconciliation_status(ReconciliationProgress::InProgress); // others are not documented
    let reconciliation = client
        .bank_reconciliations()
        .save_one(reconciliation)
        .await?;
    let status = reconciliation
        .reconciliation_status
        .as_ref()
        .map_or("?", |status| status.as_str());
    println!("reconciling to {balance}: {status}");
    assert_eq!(reconciliation.end_balance, Some(balance));

    let prepaid = GlAccountUpsert::new()
        .account_no("14000")
        .name("Prepaid insurance");
    let insurance = GlAccountUpsert::new().account_no("60300").name("Insurance");
    let accounts = [
        prepaid.type_(GlAccountType::Asset),
        insurance.type_(GlAccountType::Expense),
    ];
    let accounts = client.gl_accounts().save(accounts).await.into_result()?;
    let [prepaid, insurance] =
        [&accounts[0].id, &accounts[1].id].map(|id| id.as_deref().unwrap_or_default());

    let lines = [
        NewJournalLine::new()
            .gl_account_id(insurance)
            .dr_amount(10_000),
        NewJournalLine::new()
            .gl_account_id(prepaid)
            .cr_amount(10_000),
    ];
    let debit: i64 = lines.iter().filter_map(|line| line.dr_amount).sum();
    let credit: i64 = lines.iter().filter_map(|line| line.cr_amount).sum();
    assert_eq!(debit, credit);
    // The page shows no date to send, though entries have one.
    let entry = ManualJournalEntryUpsert::new()
        .description("Insurance of January")
        .children(lines);
    let entry = client.manual_journal_entries().save_one(entry).await?;
    println!("booked {debit} in {} lines", entry.children.len());
    assert_eq!(entry.children.len(), 2);

    let january = GlEntryQuery::new()
        .begin_date(first)
        .end_date(last)
        .accounting_method(AccountingMethod::Accrual);
    let ledger = client.gl_entries().query(insurance, january).page().await?;
    if let Some(mark) = ledger.headers().get("x-sandbox") {
        println!("the sandbox's ledger is a {mark:?}");
    }
    let shown = |amount: &Option<Number>| amount.as_ref().map_or("?".to_owned(), Number::to_string);
    println!(
        "{:>8} at the beginning",
        shown(&ledger.extras().beginning_balance)
    );
    for entry in ledger.readable() {
        let description = entry.description.as_deref().unwrap_or_default();
        let [debit, credit] = [&entry.dr_amount, &entry.cr_amount].map(shown);
        println!(
            "{:>8} after {description}: debit {debit}, credit {credit}",
            shown(&entry.running_balance)
        );
    }
    Ok(())
}
