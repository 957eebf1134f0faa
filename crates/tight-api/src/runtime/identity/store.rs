//! A bounded cache of the tokens of all subjects of a client.
//!
//! A client that is derived for a user keeps the user's tokens alive while it lives. What the store adds is that the next one
//! derived for the same user, such as in the next request of a server, finds them again.

use std::sync::Arc;

use quick_cache::sync::Cache;

use super::credentials::TokenSubject;
use super::tokens::{Issuer, Tokens};

/// Tokens by their subject, bounded.
pub(crate) struct TokenStore {
    issuer: Arc<Issuer>,
    kept: Cache<TokenSubject, Arc<Tokens>>,
}

impl TokenStore {
    /// A store with room for so many subjects.
    pub(crate) fn new(issuer: Issuer, capacity: usize) -> Self {
        Self {
            issuer: Arc::new(issuer),
            kept: Cache::new(capacity),
        }
    }

    /// The tokens of a subject: the same for all who ask, as long as they are kept.
    pub(super) fn tokens(&self, subject: &TokenSubject) -> Arc<Tokens> {
        let make = || Tokens::issued(Arc::clone(&self.issuer), subject.clone());
        let kept = self.kept.get_or_insert_with(subject, || {
            Ok::<_, std::convert::Infallible>(Arc::new(make()))
        });
        match kept {
            Ok(tokens) => tokens,
            Err(never) => match never {},
        }
    }
}
