//! One client that acts for many users.

use std::time::Duration;

use tight_api::{Client, Credentials};

use crate::by_hand::Error;
use crate::server::Server;

/// How many users there are.
pub const USERS: usize = 10_000;

/// What clients for all of them may take.
pub const TIME: Duration = Duration::from_millis(200);

/// What clients for all of them may take, in bytes.
pub const BYTES: u64 = 16 * 1024 * 1024;

/// A client of the partner's.
///
/// # Errors
///
/// If the server or the client cannot be set up.
pub fn partner() -> Result<Client, Error> {
    let server = Server::start("", Duration::ZERO)?;
    let client = Client::builder()
        .base_url(server.base_url())
        .credentials(Credentials::client("a-client", "a-client-secret"))
        .token_capacity(USERS)
        .build()?;
    Ok(client)
}

/// A client for each user.
pub fn derived(partner: &Client) -> Vec<Client> {
    (0..USERS)
        .map(|user| partner.for_user(format!("user_{user}")))
        .collect()
}
