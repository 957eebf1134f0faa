//! Saves messages in an embedded sandbox, and shows what became of each.
//!
//! ```sh
//! cargo run -p tight-api --example save_messages
//! ```
#![allow(
    clippy::print_stdout,
    reason = "an example speaks to the person who runs it"
)]

use std::error::Error;

use tight_api::types::NewMessage;
use tight_api::{Client, Credentials};
use tight_sandbox::Sandbox;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // Tight in memory. For Tight itself: `.environment(Environment::Sandbox)` and a token of your own.
    let sandbox = Sandbox::start().await?;
    let client = Client::builder()
        .base_url(sandbox.url())
        .credentials(Credentials::access_token(sandbox.access_token()))
        .build()?;
    println!("saving two messages at {}\n", sandbox.url());

    let outcome = client
        .messages()
        .save([
            NewMessage::new("con_12345")
                .text("Receipt attached")
                .attachment_ids(["att_1"]),
            NewMessage::new("con_67890"), // says nothing, so it will be rejected
        ])
        .await;

    for saved in outcome.saved() {
        let id = saved.entity.id.as_deref().unwrap_or("an unknown id");
        let text = saved.entity.text.as_deref().unwrap_or_default();
        println!(
            "saved     item {} to {} as {id}: {text:?}",
            saved.index, saved.item.conversation_id
        );
    }
    for rejected in outcome.rejected() {
        println!(
            "rejected  item {} to {}: {}",
            rejected.index, rejected.item.conversation_id, rejected.errors
        );
    }
    for unknown in outcome.unknown() {
        println!(
            "unknown   item {} to {}: {}",
            unknown.index, unknown.item.conversation_id, unknown.error
        );
    }
    println!("\n{outcome}");
    Ok(())
}
