//! The smallest program that saves a message through the SDK. Only its size is measured.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use tight_api::types::NewMessage;
use tight_api::{Client, Credentials};

type Error = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let client = Client::builder()
        .base_url(std::env::var("TIGHT_BASE_URL")?)
        .credentials(Credentials::access_token(std::env::var(
            "TIGHT_ACCESS_TOKEN",
        )?))
        .build()?;
    let message = NewMessage::new("con_12345").text("Hello");
    let saved = runtime.block_on(async { client.messages().save_one(message).await })?;
    println!("{:?}", saved.id);
    Ok(())
}
