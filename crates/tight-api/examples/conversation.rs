//! A conversation from start to finish: begun, answered with a file, read back, and settled.
//!
//! ```sh
//! cargo run -p tight-api --example conversation
//! ```
//!
//! It runs in an embedded sandbox, or against Tight if the environment says who is calling.
#![allow(
    clippy::print_stdout,
    reason = "an example speaks to the person who runs it"
)]

mod support;

use std::error::Error;

use futures_util::TryStreamExt;
use tight_api::types::{ConversationUpsert, FileDetails, FirstMessage, NewMessage, ReadStatus};
use tight_api::{Date, Upload};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, sandbox) = support::connect().await?;
    // How Tight calls a settled conversation is not documented. The sandbox in this process takes anything.
    let settled = std::env::args().nth(1);
    let settled = settled.or(sandbox.is_some().then(|| "RESOLVED".to_owned()));

    let begun = ConversationUpsert::new()
        .subject("What was this for?")
        .message(FirstMessage::new().text("There is no receipt for this transaction."));
    let conversation = client.conversations().save_one(begun).await?;
    let id = conversation.id.clone().ok_or("no id")?;
    println!("began     {id}");

    let receipt = Upload::bytes("receipt.txt", "Paid in cash: 150.00").on_progress(|progress| {
        println!("          {} of {:?} bytes", progress.sent, progress.total);
    });
    let details = FileDetails::new()
        .description("Receipt")
        .date(Date::new(2024, 1, 15))
        .amount(15_000);
    let file = client.files().upload(receipt, details).await?;
    let file_id = file.id.clone().ok_or("no id")?;
    println!("uploaded  {file_id}");

    let reply = NewMessage::new(&id)
        .text("Here it is.")
        .attachment_ids([file_id]);
    client.messages().save_one(reply).await?;
    println!("replied");

    let mut messages = client.conversations().messages(&id).items();
    while let Some(message) = messages.try_next().await? {
        let author = message.author.and_then(|author| author.user_id);
        println!(
            "read      {}: {:?}, with {} attachment(s)",
            author.as_deref().unwrap_or("somebody"),
            message.text.as_deref().unwrap_or_default(),
            message.attachments.len()
        );
    }

    let Some(settled) = settled else {
        println!("not settled: say how Tight calls that, as an argument");
        return Ok(());
    };
    let done = ConversationUpsert::new()
        .id(&id)
        .read_status(ReadStatus::Read)
        .resolution_status(settled);
    client.conversations().save_one(done).await?;
    let conversation = client.conversations().get(&id).await?;
    let state = conversation.resolution_status.as_ref();
    println!(
        "settled   {}: {}",
        conversation.subject.as_deref().unwrap_or_default(),
        state.map_or("?", |state| state.as_str())
    );
    Ok(())
}
