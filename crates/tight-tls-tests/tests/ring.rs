//! rustls with a provider of one's own.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use rustls::crypto::ring::default_provider;
use rustls::{ClientConfig, RootCertStore};
use support::{Certificate, builder, save};
use tight_api::ErrorKind;

/// All of it is one test: the provider of a process is installed once.
#[tokio::test]
async fn a_provider_is_handed_over_or_installed() {
    let certificate = Certificate::of("127.0.0.1");
    let (url, _connections) = certificate.serve(None).await;

    let error = builder(&url).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let said = error.to_string();
    assert!(
        said.contains("call `install_default` on a provider"),
        "{said}"
    );

    let root = certificate.der();
    let handed_over = builder(&url).http(move |http| {
        let mut roots = RootCertStore::empty();
        roots.add(root.clone().into()).unwrap();
        let tls = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        http.tls_backend_preconfigured(tls)
    });
    save(&handed_over.build().unwrap()).await.unwrap();

    default_provider().install_default().unwrap();
    let installed = builder(&url).only_root_certificates(certificate.pem());
    save(&installed.build().unwrap()).await.unwrap();

    let other = Certificate::of("tight.invalid");
    let distrustful = builder(&url).only_root_certificates(other.pem());
    let error = save(&distrustful.build().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls);
}
