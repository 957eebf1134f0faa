//! A bank takes on a company: it creates it with its owner, calls Tight in the owner's name, and reads it back.
//!
//! The bank's own tokens reach all companies, which creating one takes; tokens for the owner reach this one alone. They are
//! asked for with the id that the bank has for the owner, so nothing of Tight's need be kept to get them.
//!
//! ```sh
//! cargo run -p tight-api --example onboard_company
//! ```
//!
//! It runs in an embedded sandbox. That has no permissions: any token reaches everything there.
#![allow(
    clippy::print_stdout,
    reason = "an example speaks to the person who runs it"
)]

use std::error::Error;

use futures_util::TryStreamExt;
use tight_api::types::{
    BankAccountUpsert, CompanyEntityType, CompanyQuery, NewCompany, NewCompanyOwner,
};
use tight_api::{Client, Credentials};
use tight_sandbox::Sandbox;

// What the bank calls the company and its owner.
const COMPANY: &str = "bank-company-17";
const OWNER: &str = "bank-user-42";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let tight = Client::builder().base_url(sandbox.url());
    let credentials = Credentials::client(sandbox.client_id(), sandbox.client_secret());
    let bank = tight.clone().credentials(credentials.clone()).build()?;

    // A company that is created twice may be two, so the bank looks for it: by name, as queries know no id of the bank's.
    let same_name = bank
        .companies()
        .query(CompanyQuery::new().name("Rise Bakery"));
    let same_name: Vec<_> = same_name.items().try_collect().await?;
    let is_ours = |id: &Option<String>| id.as_deref() == Some(COMPANY);
    assert!(
        !same_name
            .iter()
            .any(|company| is_ours(&company.api_company_id))
    );

    let owner = NewCompanyOwner::new()
        .user_id(OWNER)
        .email("owner@rise.example");
    let company = NewCompany::new()
        .name("Rise Bakery")
        .api_company_id(COMPANY)
        .entity_type(CompanyEntityType::Llc)
        .owners([owner]);
    let company = bank.companies().create(company).await?;
    let id = company.id.as_deref().ok_or("no id")?;
    println!("created    {id} for {COMPANY}");
    // Where the company can be launched, going by its name: the documentation at hand ends before its value.
    let url = company
        .extras()
        .ready_to_launch_url
        .as_deref()
        .unwrap_or_default();
    println!("launch at  {url:?}, which the sandbox has made up");

    // The client gets tokens for the owner, and renews them. Who made a change is in the audit trail.
    let owner = tight.credentials(credentials.for_user(OWNER)).build()?;
    let account = BankAccountUpsert::new()
        .name("Business Checking")
        .mask("1687");
    let account = owner.bank_accounts().save_one(account).await?;
    let account_id = account.id.as_deref().ok_or("no id")?;
    let changes: Vec<_> = owner
        .audit_trail()
        .entity(account_id)
        .items()
        .try_collect()
        .await?;
    let editor = changes
        .into_iter()
        .find_map(|change| change.editor?.user_id);
    assert_eq!(editor.as_deref(), Some(OWNER));
    println!("opened     {account_id}, by {OWNER}");

    let company = bank.companies().get(id).await?;
    assert!(is_ours(&company.api_company_id));
    let owners = company
        .owners
        .iter()
        .filter_map(|owner| owner.email.as_deref());
    println!(
        "read back  {id} of {}",
        owners.collect::<Vec<_>>().join(", ")
    );
    Ok(())
}
