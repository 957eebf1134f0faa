//! State that all clients from one builder share beside their connections: creates identities, and renews tokens.

use std::sync::{Arc, OnceLock};

use super::base_url::HostKind;
use super::settings::Settings;
use super::token_endpoint::TokenEndpoint;
use crate::runtime::call::Session;
use crate::runtime::error::{Error, Result};
use crate::runtime::identity::credentials::{Credentials, Kind, TokenSource};
use crate::runtime::identity::{Background, ClientSecret, Identity, Issuer, TokenStore, Tokens};
use crate::runtime::pace::Gate;
use crate::runtime::transport::Transport;

/// The shared state.
pub(super) struct Shared {
    settings: Settings,
    host_kind: HostKind,
    background: Arc<Background>,
    /// Connections for token requests, which run on the thread that renews tokens.
    token_transport: OnceLock<Arc<Transport>>,
}

impl Shared {
    pub(super) fn new(settings: Settings, host_kind: HostKind) -> Self {
        Self {
            settings,
            host_kind,
            background: Arc::default(),
            token_transport: OnceLock::new(),
        }
    }

    /// Creates the identity for these credentials.
    pub(super) fn identity(
        &self,
        credentials: &Credentials,
        transport: &Transport,
    ) -> Result<Identity> {
        let subject = &credentials.subject;
        subject.check()?;
        match &credentials.kind {
            Kind::AccessToken(_) if subject != &Default::default() => Err(Error::configuration(
                "`Credentials::for_user` and `scope` do not apply to an access token: use `Credentials::client` or `Credentials::source`",
            )),
            Kind::AccessToken(token) => {
                let gate = Gate::new(Arc::clone(&self.settings.clock), self.settings.pace);
                Ok(Identity::bearer(Tokens::fixed(token, gate)?))
            }
            Kind::Source(source) => {
                let store = self.store(Arc::clone(source));
                Ok(Identity::issued(None, store, subject.clone()))
            }
            Kind::Client(client) => {
                let secret = ClientSecret::new(client)?;
                let endpoint = TokenEndpoint(Session {
                    transport: self.token_transport(transport)?,
                    identity: Identity::client(secret.clone()),
                    options: Arc::new(self.settings.options.clone()),
                });
                let store = self.store(Arc::new(endpoint));
                Ok(Identity::issued(Some(secret), store, subject.clone()))
            }
        }
    }

    fn store(&self, source: Arc<dyn TokenSource>) -> Arc<TokenStore> {
        let issuer = Issuer {
            source,
            clock: Arc::clone(&self.settings.clock),
            limit: self.settings.options.total_timeout,
            background: Arc::clone(&self.background),
            pace: self.settings.pace,
        };
        Arc::new(TokenStore::new(issuer, self.settings.token_capacity))
    }

    fn token_transport(&self, calls: &Transport) -> Result<Arc<Transport>> {
        if let Some(transport) = self.token_transport.get() {
            return Ok(Arc::clone(transport));
        }
        let transport = self
            .settings
            .transport(calls.base_url.clone(), &self.host_kind)?;
        Ok(Arc::clone(self.token_transport.get_or_init(|| transport)))
    }
}
