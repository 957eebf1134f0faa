//! Issued access tokens. They are valid in this sandbox only.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, SystemTime},
};

/// The access token that is always valid.
pub(crate) const ACCESS_TOKEN: &str = "sandbox-access-token";
pub(crate) const CLIENT_ID: &str = "sandbox-client-id";
pub(crate) const CLIENT_SECRET: &str = "sandbox-client-secret";

/// The access tokens of a sandbox.
pub(crate) struct Tokens {
    lifetime: Duration,
    issued: usize,
    /// Those that were not revoked.
    known: HashMap<String, Issued>,
    /// Those that a fault let expire.
    expired: HashSet<String>,
}

struct Issued {
    /// When it expires; never, if the clock cannot express that time.
    end: Option<SystemTime>,
    user: Option<String>,
}

/// The status of a token.
#[derive(Debug)]
pub(crate) enum TokenStatus {
    /// Valid, and for this user if any.
    Valid(Option<String>),
    Expired,
    /// Never issued, or revoked.
    Unknown,
}

impl Tokens {
    /// `lifetime` is rounded down to whole seconds.
    pub(crate) fn new(lifetime: Duration) -> Self {
        Self {
            lifetime: Duration::from_secs(lifetime.as_secs()),
            issued: 0,
            known: HashMap::new(),
            expired: HashSet::new(),
        }
    }

    pub(crate) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// How many tokens were issued.
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
            _ if self.expired.contains(token) => TokenStatus::Expired,
            _ if token == ACCESS_TOKEN => TokenStatus::Valid(None),
            Some(Issued { end: Some(end), .. }) if *end <= now => TokenStatus::Expired,
            Some(issued) => TokenStatus::Valid(issued.user.clone()),
            None => TokenStatus::Unknown,
        }
    }

    /// Lets a token expire at once.
    pub(crate) fn expire(&mut self, token: &str) {
        self.expired.insert(token.to_owned());
    }

    /// Revokes all issued tokens.
    pub(crate) fn revoke(&mut self) {
        self.known.clear();
        self.expired.retain(|token| token == ACCESS_TOKEN);
    }
}
