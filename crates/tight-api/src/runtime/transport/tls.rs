//! Certificates of connections.
//!
//! With rustls, wherever a build has it: another crate of the build may enable the operating system's TLS in the HTTP client,
//! and that must change neither whose certificates are read nor how faults are told apart.

use std::fmt;

use reqwest::{Certificate, Identity};
use secrecy::{ExposeSecret, SecretString};

/// What users set about TLS.
#[derive(Clone, Default)]
pub(crate) struct Tls {
    /// Root certificates, as they were given: PEM, with any number of them, or DER.
    pub(crate) roots: Vec<Vec<u8>>,
    /// Whether the platform's roots are not trusted.
    pub(crate) trusts_roots_alone: bool,
    pub(crate) certificate: Option<ClientCertificate>,
}

/// A client's certificate, with those of its issuers, and its key, in PEM.
#[derive(Clone)]
pub(crate) struct ClientCertificate {
    pub(crate) chain: String,
    pub(crate) key: SecretString,
}

impl Tls {
    pub(super) fn prepare(
        &self,
        http: reqwest::ClientBuilder,
        is_plain: bool,
    ) -> Result<reqwest::ClientBuilder, String> {
        let mut http = backend(http);
        let mut roots = Vec::new();
        for bytes in &self.roots {
            roots.extend(certificates(bytes)?);
        }
        // Over plain http nobody's certificate is looked at, so there need be none on this machine.
        http = if self.trusts_roots_alone || is_plain {
            http.tls_certs_only(roots)
        } else {
            http.tls_certs_merge(roots)
        };
        if let Some(certificate) = &self.certificate {
            http = http.identity(certificate.identity()?);
        }
        Ok(http)
    }
}

#[cfg(feature = "rustls")]
fn backend(http: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    http.tls_backend_rustls()
}

#[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
fn backend(http: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    if rustls::crypto::CryptoProvider::get_default().is_some() {
        return http.tls_backend_rustls();
    }
    #[cfg(feature = "native-tls")]
    return http.tls_backend_native();
    // The HTTP client panics without a provider. It reports a configuration that it does not know, unless the user's own
    // comes in its place.
    #[cfg(not(feature = "native-tls"))]
    http.tls_backend_preconfigured(NoProvider)
}

#[cfg(all(
    feature = "rustls-no-provider",
    not(any(feature = "rustls", feature = "native-tls"))
))]
struct NoProvider;

#[cfg(not(any(feature = "rustls", feature = "rustls-no-provider")))]
fn backend(http: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    http.tls_backend_native()
}

/// The certificates of one setting.
fn certificates(bytes: &[u8]) -> Result<Vec<Certificate>, String> {
    const HELP: &str = "`ClientBuilder` takes PEM (`-----BEGIN CERTIFICATE-----`) and DER";
    let unreadable = |_| format!("a root certificate cannot be read; {HELP}");
    // A DER certificate is a sequence.
    if bytes.first() == Some(&0x30) {
        return Ok(vec![Certificate::from_der(bytes).map_err(unreadable)?]);
    }
    let found = Certificate::from_pem_bundle(bytes).map_err(unreadable)?;
    if found.is_empty() {
        return Err(format!(
            "the root certificates contain no certificate; {HELP}"
        ));
    }
    Ok(found)
}

impl ClientCertificate {
    fn identity(&self) -> Result<Identity, String> {
        self.read().map_err(|_| {
            "the client's certificate or its key cannot be read; both must be PEM, and the key not encrypted".to_owned()
        })
    }

    #[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
    fn read(&self) -> reqwest::Result<Identity> {
        let both = SecretString::from(format!("{}\n{}", self.chain, self.key.expose_secret()));
        Identity::from_pem(both.expose_secret().as_bytes())
    }

    #[cfg(not(any(feature = "rustls", feature = "rustls-no-provider")))]
    fn read(&self) -> reqwest::Result<Identity> {
        Identity::from_pkcs8_pem(self.chain.as_bytes(), self.key.expose_secret().as_bytes())
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("roots", &self.roots.len())
            .field("trusts_roots_alone", &self.trusts_roots_alone)
            .field("has_client_certificate", &self.certificate.is_some())
            .finish()
    }
}
