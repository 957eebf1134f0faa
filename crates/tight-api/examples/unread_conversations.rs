//! Walks all unread conversations, latest first, page by page.
//!
//! ```sh
//! cargo run -p tight-api --example unread_conversations
//! ```
//!
//! It runs in an embedded sandbox, or against Tight if the environment says who is calling.
#![allow(
    clippy::print_stdout,
    reason = "an example speaks to the person who runs it"
)]

mod support;

use std::error::Error;

use futures_util::StreamExt;
use tight_api::ErrorKind;
use tight_api::types::{
    ConversationOrder, ConversationQuery, ConversationUpsert, FirstMessage, ReadStatus,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, sandbox) = support::connect().await?;
    if sandbox.is_some() {
        // A new sandbox has nothing to walk.
        let conversations = (1..=7).map(|number| {
            let is_read = number % 3 == 0;
            ConversationUpsert::new()
                .subject(format!("Question {number}"))
                .message(FirstMessage::new().text("What was this for?"))
                .read_status(if is_read {
                    ReadStatus::Read
                } else {
                    ReadStatus::Unread
                })
        });
        client
            .conversations()
            .save(conversations)
            .await
            .into_result()?;
    }

    let unread = ConversationQuery::new()
        .read_status([ReadStatus::Unread])
        .descending_by(ConversationOrder::CreatedDateTime);
    let mut conversations = client.conversations().query(unread).limit(2).items();
    let mut count = 0;
    while let Some(conversation) = conversations.next().await {
        match conversation {
            Ok(conversation) => {
                count += 1;
                let latest = conversation.latest_message.and_then(|message| message.text);
                println!(
                    "{}  {}: {:?}",
                    conversation.id.as_deref().unwrap_or("?"),
                    conversation.subject.as_deref().unwrap_or_default(),
                    latest.unwrap_or_default()
                );
            }
            // One that cannot be read costs no other.
            Err(error) if error.kind() == ErrorKind::Item => println!("{error}"),
            // A page did not come. This is where to go on, another day.
            Err(error) => println!("{error}; go on from {:?}", conversations.cursor()),
        }
    }
    println!("\n{count} unread");
    Ok(())
}
