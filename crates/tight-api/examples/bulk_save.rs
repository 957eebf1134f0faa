//! Saves many messages at once, of which some are rejected; mends those, and saves them again.
//!
//! ```sh
//! cargo run -p tight-api --example bulk_save
//! ```
//!
//! It runs in an embedded sandbox, or against Tight if the environment says who is calling.
#![allow(
    clippy::print_stdout,
    reason = "an example speaks to the person who runs it"
)]

mod support;

use std::error::Error;

use tight_api::types::{ConversationUpsert, FirstMessage, NewMessage};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, _sandbox) = support::connect().await?;
    let conversation = ConversationUpsert::new()
        .subject("Receipts of January")
        .message(FirstMessage::new().text("These are missing:"));
    let conversation = client.conversations().save_one(conversation).await?;
    let id = conversation.id.clone().ok_or("no id")?;

    // Every fiftieth says nothing, so it will be rejected. The others of its request are saved all the same.
    let messages = (1..=250).map(|number| {
        let message = NewMessage::new(&id);
        if number % 50 == 0 {
            message
        } else {
            message.text(format!("Receipt {number}"))
        }
    });
    let mut outcome = client
        .messages()
        .save(messages)
        .request_size(50)
        .in_flight(2)
        .on_progress(|progress| println!("  {} of {} saved", progress.saved, progress.taken))
        .await;
    println!("{outcome}");
    for rejected in outcome.rejected() {
        println!("  item {:>3}: {}", rejected.index, rejected.errors);
    }
    for unknown in outcome.unknown() {
        println!(
            "  item {:>3} must be looked up before it is sent again: {}",
            unknown.index, unknown.error
        );
    }

    // What was rejected is certainly not saved, so it can be mended and sent again.
    let mended: Vec<_> = outcome
        .take_rejected()
        .into_iter()
        .map(|message| message.text("A receipt without a number"))
        .collect();
    println!("sending {} again", mended.len());
    let outcome = client.messages().save(mended).await;
    println!("{outcome}");
    outcome.into_result()?;
    Ok(())
}
