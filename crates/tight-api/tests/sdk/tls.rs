//! Servers with certificates that nobody but a test trusts.

use std::sync::Arc;

use rcgen::{CertificateParams, DnType, KeyPair};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{RootCertStore, ServerConfig, SupportedProtocolVersion};
use tokio_rustls::server::TlsStream;

/// A certificate that its own key signs.
pub(crate) struct Certificate {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Certificate {
    /// That of a name or an address, by an issuer of that name.
    pub(crate) fn of(name: &str) -> Self {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self { certificate, key }
    }

    pub(crate) fn pem(&self) -> String {
        self.certificate.pem()
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        self.certificate.der().to_vec()
    }

    /// Its key, in PEM.
    pub(crate) fn key(&self) -> String {
        self.key.serialize_pem()
    }

    /// What speaks TLS with it, and these protocols above.
    pub(crate) fn acceptor(&self, protocols: &[&str]) -> Acceptor {
        self.acceptor_of(protocols, &[&TLS13, &TLS12], None)
    }

    /// What speaks a version of TLS with it, and demands this certificate of its clients.
    pub(crate) fn demanding(
        &self,
        protocols: &[&str],
        version: &'static SupportedProtocolVersion,
        client: &Self,
    ) -> Acceptor {
        let mut roots = RootCertStore::empty();
        roots.add(client.certificate.der().clone()).unwrap();
        let provider = Arc::new(default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        self.acceptor_of(protocols, &[version], Some(verifier.build().unwrap()))
    }

    fn acceptor_of(
        &self,
        protocols: &[&str],
        versions: &[&'static SupportedProtocolVersion],
        clients: Option<Arc<dyn ClientCertVerifier>>,
    ) -> Acceptor {
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).unwrap();
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_client_cert_verifier(clients.unwrap_or_else(WebPkiClientVerifier::no_client_auth))
            .with_single_cert(vec![self.certificate.der().clone()], key)
            .unwrap();
        config.alpn_protocols = protocols
            .iter()
            .map(|name| name.as_bytes().to_vec())
            .collect();
        Acceptor(TlsAcceptor::from(Arc::new(config)))
    }
}

#[derive(Clone)]
pub(crate) struct Acceptor(TlsAcceptor);

impl Acceptor {
    /// The connection, if the client has come to trust the server.
    pub(crate) async fn accept(&self, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
        self.0.accept(stream).await.ok()
    }
}
