//! What clients that come from one builder share beside their connections: where identities are made, and tokens renewed.

use std::sync::{Arc, OnceLock};

use super::base_url::Place;
use super::builder::{ClientBuilder, configuration};
use super::grant::Grant;
use crate::runtime::call::Session;
use crate::runtime::error::Result;
use crate::runtime::identity::credentials::{Credentials, Kind, TokenSource};
use crate::runtime::identity::{Background, ClientSecret, Identity, Issuer, TokenStore, Tokens};
use crate::runtime::pace::Gate;
use crate::runtime::transport::Transport;

/// Where a client came from.
pub(super) struct Origin {
    builder: ClientBuilder,
    place: Place,
    background: Arc<Background>,
    /// Connections for token requests: they live where tokens are renewed, and not where calls are made.
    token_transport: OnceLock<Arc<Transport>>,
}

impl Origin {
    pub(super) fn new(builder: ClientBuilder, place: Place) -> Self {
        Self {
            builder,
            place,
            background: Arc::default(),
            token_transport: OnceLock::new(),
        }
    }

    /// Whoever calls with these credentials, over such a transport.
    pub(super) fn identity(
        &self,
        credentials: &Credentials,
        transport: &Transport,
    ) -> Result<Identity> {
        let subject = &credentials.subject;
        subject.check()?;
        match &credentials.kind {
            Kind::AccessToken(_) if subject != &Default::default() => Err(configuration(
                "`Credentials::for_user` and `scope` are for tokens that the client asks for, and these credentials are a token already",
            )),
            Kind::AccessToken(token) => {
                let gate = Gate::new(Arc::clone(&self.builder.clock), self.builder.pace);
                Ok(Identity::bearer(Tokens::fixed(token, gate)?))
            }
            Kind::Source(source) => {
                let store = self.store(Arc::clone(source));
                Ok(Identity::issued(None, store, subject.clone()))
            }
            Kind::Client(client) => {
                let secret = ClientSecret::new(client)?;
                let grant = Grant(Session {
                    transport: self.token_transport(transport)?,
                    identity: Identity::client(secret.clone()),
                    options: Arc::new(self.builder.options.clone()),
                });
                let store = self.store(Arc::new(grant));
                Ok(Identity::issued(Some(secret), store, subject.clone()))
            }
        }
    }

    fn store(&self, source: Arc<dyn TokenSource>) -> Arc<TokenStore> {
        let issuer = Issuer {
            source,
            clock: Arc::clone(&self.builder.clock),
            limit: self.builder.options.total_timeout,
            background: Arc::clone(&self.background),
            pace: self.builder.pace,
        };
        Arc::new(TokenStore::new(issuer, self.builder.token_capacity))
    }

    fn token_transport(&self, calls: &Transport) -> Result<Arc<Transport>> {
        if let Some(transport) = self.token_transport.get() {
            return Ok(Arc::clone(transport));
        }
        let transport = self
            .builder
            .transport(calls.base_url.clone(), &self.place)?;
        Ok(Arc::clone(self.token_transport.get_or_init(|| transport)))
    }
}
