//! Remembers which access tokens are good. They open nothing but the sandbox that issued them.

use std::{
    collections::HashMap,
    time::{Duration, SystemTime},
};

/// The access token that is good from the start, and stays so.
pub(crate) const ACCESS_TOKEN: &str = "sandbox-access-token";
pub(crate) const CLIENT_ID: &str = "sandbox-client-id";
pub(crate) const CLIENT_SECRET: &str = "sandbox-client-secret";

/// The access tokens of one sandbox.
pub(crate) struct Tokens {
    lifetime: Duration,
    issued: usize,
    /// Until when each token is good that was not revoked; forever, where the clock cannot tell that time.
    ends: HashMap<String, Option<SystemTime>>,
}

/// What a token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Good,
    Expired,
    /// Never issued, or revoked.
    Unknown,
}

impl Tokens {
    /// Their `lifetime` is told in whole seconds, so what goes beyond those is dropped.
    pub(crate) fn new(lifetime: Duration) -> Self {
        Self {
            lifetime: Duration::from_secs(lifetime.as_secs()),
            issued: 0,
            ends: HashMap::new(),
        }
    }

    pub(crate) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// How many tokens were issued so far.
    pub(crate) fn issued(&self) -> usize {
        self.issued
    }

    pub(crate) fn issue(&mut self, now: SystemTime) -> String {
        self.issued += 1;
        let token = format!("sandbox-token-{}", self.issued);
        self.ends
            .insert(token.clone(), now.checked_add(self.lifetime));
        token
    }

    pub(crate) fn standing(&self, token: &str, now: SystemTime) -> Standing {
        match self.ends.get(token) {
            _ if token == ACCESS_TOKEN => Standing::Good,
            Some(Some(end)) if *end <= now => Standing::Expired,
            Some(_) => Standing::Good,
            None => Standing::Unknown,
        }
    }

    /// Takes back all tokens that were issued so far.
    pub(crate) fn revoke(&mut self) {
        self.ends.clear();
    }
}
