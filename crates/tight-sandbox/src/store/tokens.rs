//! Issued access tokens. They are valid in this sandbox only.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, SystemTime},
};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

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
    /// Those that do not expire, in the order of issue.
    lasting: Vec<String>,
    /// Those that a fault let expire.
    expired: HashSet<String>,
}

struct Issued {
    /// When it expires; never, if the clock cannot express that time.
    end: Option<SystemTime>,
    grant: Grant,
}

/// What a token allows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grant {
    /// Whose token it is; without a user, it is of the partner level.
    pub(crate) user: Option<String>,
    /// Whether it allows nothing but to read.
    pub(crate) is_read_only: bool,
}

/// The status of a token.
#[derive(Debug)]
pub(crate) enum TokenStatus {
    Valid(Grant),
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
            lasting: Vec::new(),
            expired: HashSet::new(),
        }
    }

    pub(crate) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// Issues a token that does not expire, always the same for the same grant. It does not count as issued.
    pub(crate) fn issue_lasting(&mut self, grant: Grant) -> String {
        let token = match (&grant.user, grant.is_read_only) {
            (None, false) => ACCESS_TOKEN.to_owned(),
            (None, true) => format!("{ACCESS_TOKEN}-read"),
            (Some(user), is_read_only) => {
                let user = utf8_percent_encode(user, NON_ALPHANUMERIC);
                let scope = if is_read_only { "-read" } else { "" };
                format!("{ACCESS_TOKEN}-{user}{scope}")
            }
        };
        self.expired.remove(&token);
        if token != ACCESS_TOKEN {
            self.lasting.retain(|known| *known != token);
            self.lasting.push(token.clone());
            let issued = Issued { end: None, grant };
            self.known.insert(token.clone(), issued);
        }
        token
    }

    /// The tokens that do not expire, with what they allow.
    pub(crate) fn lasting(&self) -> impl Iterator<Item = (&str, Grant)> {
        let access = (ACCESS_TOKEN, Grant::default());
        let lasting = self.lasting.iter().filter_map(|token| {
            let issued = self.known.get(token)?;
            Some((token.as_str(), issued.grant.clone()))
        });
        let all = std::iter::once(access).chain(lasting);
        all.filter(|(token, _)| !self.expired.contains(*token))
    }

    /// How many tokens were issued.
    pub(crate) fn issued(&self) -> usize {
        self.issued
    }

    pub(crate) fn issue(&mut self, grant: Grant, now: SystemTime) -> String {
        self.issued += 1;
        let token = format!("sandbox-token-{}", self.issued);
        let issued = Issued {
            end: now.checked_add(self.lifetime),
            grant,
        };
        self.known.insert(token.clone(), issued);
        token
    }

    pub(crate) fn status(&self, token: &str, now: SystemTime) -> TokenStatus {
        match self.known.get(token) {
            _ if self.expired.contains(token) => TokenStatus::Expired,
            _ if token == ACCESS_TOKEN => TokenStatus::Valid(Grant::default()),
            Some(Issued { end: Some(end), .. }) if *end <= now => TokenStatus::Expired,
            Some(issued) => TokenStatus::Valid(issued.grant.clone()),
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
        self.lasting.clear();
        self.expired.retain(|token| token == ACCESS_TOKEN);
    }
}
