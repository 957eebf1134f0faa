//! A build without TLS.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use tight_api::{Client, Credentials, ErrorKind};

#[test]
fn a_client_for_https_says_what_it_needs_and_one_for_loopback_needs_nothing() {
    let build = |url: &str| {
        Client::builder()
            .base_url(url)
            .credentials(Credentials::access_token("an-access-token"))
            .build()
    };
    for url in ["https://sandbox.tight.com", "https://127.0.0.1:1"] {
        let error = build(url).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert_eq!(
            error.to_string(),
            "this build has no TLS: enable one of the features `rustls`, `native-tls` and `rustls-no-provider` of tight-api"
        );
    }
    build("http://127.0.0.1:1").unwrap();
}
