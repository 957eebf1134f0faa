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
    /// Those that were not revoked.
    known: HashMap<String, Issued>,
}

struct Issued {
    /// Until when it is good; forever, where the clock cannot tell that time.
    end: Option<SystemTime>,
    user: Option<String>,
}

/// What a token is worth.
#[derive(Debug)]
pub(crate) enum TokenStatus {
    /// Good, and for this user if it is for one.
    Valid(Option<String>),
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
            known: HashMap::new(),
        }
    }

    pub(crate) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// How many tokens were issued so far.
    pub(crate) fn issued(&self) -> usize {
        self.issued
    }

    pub(crate) fn issue(&mut self, user: Option<&str>, now: SystemTime) -> String {
        self.issued += 1;
        let token = format!("sandbox-token-{}", self.issued);
        let issued = Issued {
            end: now.checked_add(self.lifetime),
            user: user.map(str::to_owned),
        };
        self.known.insert(token.clone(), issued);
        token
    }

    pub(crate) fn status(&self, token: &str, now: SystemTime) -> TokenStatus {
        match self.known.get(token) {
            _ if token == ACCESS_TOKEN => TokenStatus::Valid(None),
            Some(Issued { end: Some(end), .. }) if *end <= now => TokenStatus::Expired,
            Some(issued) => TokenStatus::Valid(issued.user.clone()),
            None => TokenStatus::Unknown,
        }
    }

    /// Takes back all tokens that were issued so far.
    pub(crate) fn revoke(&mut self) {
        self.known.clear();
    }
}
