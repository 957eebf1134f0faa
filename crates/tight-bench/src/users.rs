//! One client that acts for many users.

use std::time::Duration;

use tight_api::{Client, Credentials};

use crate::by_hand::Error;
use crate::server::{Answer, Server};

/// The number of users.
pub const USERS: usize = 10_000;

/// The time limit for creating a client for each of them.
pub const TIME: Duration = Duration::from_millis(200);

/// The memory limit for these clients, in bytes.
pub const BYTES: u64 = 16 * 1024 * 1024;

/// Creates the partner's client.
///
/// # Errors
///
/// Returns an error if the server or the client cannot be created.
pub fn partner() -> Result<Client, Error> {
    let server = Server::start(Answer::new(""))?;
    let client = Client::builder()
        .base_url(server.base_url())
        .credentials(Credentials::client("a-client", "a-client-secret"))
        .token_capacity(USERS)
        .build()?;
    Ok(client)
}

/// Derives a client for each user.
pub fn derived(partner: &Client) -> Vec<Client> {
    (0..USERS)
        .map(|user| partner.for_user(format!("user_{user}")))
        .collect()
}
