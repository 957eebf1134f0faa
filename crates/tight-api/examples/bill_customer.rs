//! A company bills a customer: it saves the customer and an invoice with line items, sends it, and looks at its state.
//!
//! Sending it twice may mail it twice, and no idempotency key is documented. So a call that may have taken effect is not
//! repeated before the invoice says whether it was mailed.
//!
//! ```sh
//! cargo run -p tight-api --example bill_customer
//! ```
//!
//! It runs in an embedded sandbox, which mails nothing and computes nothing: the state of the invoice stays as it was saved,
//! and its totals are those of the documented example.
#![allow(
    clippy::print_stdout,
    reason = "an example speaks to the person who runs it"
)]

use std::error::Error;

use tight_api::types::{
    CustomerUpsert, InvoiceDelivery, InvoiceLifecycleStatus, InvoiceQuery, InvoiceTerm,
    InvoiceUpsert, NewInvoiceCollectionInfo, NewInvoiceLineItem,
};
use tight_api::{Client, Credentials, Date, Number};
use tight_sandbox::{Fault, Sandbox};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let client = Client::builder()
        .base_url(sandbox.url())
        .credentials(Credentials::access_token(sandbox.access_token()))
        .build()?;

    let customer = CustomerUpsert::new()
        .name("Acme Corp")
        .email("billing@acme.example")
        .cc_emails(["office@acme.example"]);
    let customer = client.customers().save_one(customer).await?;

    // Quantities and prices are decimals that travel as texts. The sample has prices in the unit of amounts.
    let bread = NewInvoiceLineItem::new()
        .description("Bread")
        .quantity(30)
        .price("450")
        .amount(13_500);
    let cake = NewInvoiceLineItem::new()
        .description("Cake")
        .quantity("1.5")
        .price("3000")
        .amount(4_500);
    let due = InvoiceTerm::new().due_date(Date::new(2025, 7, 30));
    let invoice = InvoiceUpsert::new()
        .name("Bread of June")
        .date(Date::new(2025, 6, 30))
        .customer_id(customer.id.as_deref().ok_or("no id")?)
        .invoice_status(InvoiceLifecycleStatus::Open)
        .line_items([bread, cake])
        .collection_info(NewInvoiceCollectionInfo::new().term(due));
    let invoice = client.invoices().save_one(invoice).await?;
    let id = invoice.id.as_deref().ok_or("no id")?;
    println!("saved {id}");

    sandbox.inject(Fault::DropAfter); // the answer to the sending gets lost
    match client.invoices().send(id, InvoiceDelivery::new()).await {
        Ok(_) => println!("sent"),
        Err(error) if error.may_have_taken_effect() => println!("perhaps sent: {error}"),
        Err(error) => return Err(error.into()),
    }
    assert_eq!(
        sandbox.requests_to("POST", "/v6/invoicing/invoices/{id}/send"),
        1
    );

    // No page gets an invoice by its id.
    let open = InvoiceQuery::new()
        .name("Bread of June")
        .invoice_status([InvoiceLifecycleStatus::Open]);
    let open = client.invoices().query(open).page().await?;
    let invoice = open
        .readable()
        .find(|found| found.id.as_deref() == Some(id))
        .ok_or("not open")?;
    let shown = |value: &Option<Number>| value.as_ref().map_or("?".to_owned(), Number::to_string);
    for item in &invoice.line_items {
        println!(
            "  {:>6}  {}",
            shown(&item.amount),
            item.description.as_deref().unwrap_or("?")
        );
    }
    if let Some(totals) = &invoice.totals {
        println!(
            "  {:>6}  in total, {} unpaid (in the sandbox, of the documented example)",
            shown(&totals.total),
            shown(&totals.balance)
        );
    }
    let status = invoice
        .invoice_status
        .as_ref()
        .map(|status| status.as_str());
    let collection = invoice.collection_info.as_ref();
    let mailed = collection.is_some_and(|info| info.email_sent_datetime.is_some());
    let mailed = if mailed { "mailed" } else { "not mailed" };
    println!("it is {}, and was {mailed}", status.unwrap_or("?"));
    assert_eq!(invoice.line_items.len(), 2);
    Ok(())
}
