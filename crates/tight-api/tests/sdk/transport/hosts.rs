//! Which hosts are called, where they are, and over what.

use std::net::IpAddr;

use tight_api::{Client, ClientBuilder, Credentials, ErrorKind};

use super::{Server, builder, refused, save};
use crate::processes::is_alone;
use crate::secrets::traced;
use crate::tls::Certificate;

fn here() -> [IpAddr; 1] {
    ["127.0.0.1".parse().unwrap()]
}

#[tokio::test]
async fn a_host_is_called_at_the_addresses_that_are_given_for_it() {
    let certificate = Certificate::of("tight.invalid");
    let server = Server::with_tls(certificate.acceptor(&["http/1.1"])).await;
    let url = format!("https://tight.invalid:{}", server.port);
    let client = builder(url)
        .only_root_certificates(certificate.pem())
        .no_proxy()
        .resolve("Tight.invalid", here());
    save(&client.build().unwrap()).await.unwrap();
    // The certificate is that of the name.
    assert!(server.requests()[0].contains(&format!("host: tight.invalid:{}\r\n", server.port)));
}

#[tokio::test]
async fn a_mock_is_called_over_plain_http_if_it_is_allowed_by_name() {
    let server = Server::plain().await;
    let url = format!("http://tight-mock:{}", server.port);
    let (client, trace) = traced(async {
        builder(&url)
            // Tokens are asked for there, too.
            .credentials(Credentials::client("an-id", "a-secret"))
            .allow_plain_http_to("Tight-Mock")
            .resolve("tight-mock", here())
            .build()
            .unwrap()
    })
    .await;
    assert!(
        trace.contains("WARN") && trace.contains(r#"host="tight-mock""#),
        "{trace}"
    );
    save(&client).await.unwrap();
    let requests = server.requests();
    assert!(crate::server::asks_for_token(&requests[0]));
    assert!(requests[1].contains("authorization: Bearer a-token-of-the-server"));

    let (_, trace) = traced(async { builder(server.http()).build().unwrap() }).await;
    assert!(!trace.contains("WARN"), "{trace}");
}

#[test]
fn plain_http_goes_to_no_host_that_is_not_allowed() {
    let allowing = |host: &str, url: &str| refused(builder(url).allow_plain_http_to(host));
    insta::assert_snapshot!(allowing("tight-mock", "http://other-mock:8080"), @"the base URL http://other-mock:8080 would send credentials over plain http: use https, or, for a mock server, `ClientBuilder::allow_plain_http_to`");
    insta::assert_snapshot!(allowing("tight-mock", "http://sub.tight-mock"), @"the base URL http://sub.tight-mock would send credentials over plain http: use https, or, for a mock server, `ClientBuilder::allow_plain_http_to`");
    insta::assert_snapshot!(allowing("example.com", "http://example.com.evil.invalid"), @"the base URL http://example.com.evil.invalid would send credentials over plain http: use https, or, for a mock server, `ClientBuilder::allow_plain_http_to`");
    insta::assert_snapshot!(allowing("sandbox.tight.com", "http://sandbox.tight.com"), @"the base URL http://sandbox.tight.com would send credentials to Tight over plain http: use https");
    let with_dot = allowing("sandbox.tight.com.", "http://sandbox.tight.com.");
    assert!(
        with_dot.ends_with("over plain http: use https"),
        "{with_dot}"
    );
    for host in [
        "*",
        "",
        "tight-mock:8080",
        "http://tight-mock",
        "a/b",
        "user@tight-mock",
        "a b",
    ] {
        let refusal = allowing(host, "http://tight-mock:8080");
        let names = format!("and `{host}` is not one");
        assert!(
            refusal.contains("use https") && host == "*" || refusal.ends_with(&names),
            "{refusal}"
        );
    }
    // This is no address of the machine itself.
    let away = ["192.0.2.1".parse().unwrap()];
    let builder = builder("http://localhost:8080").resolve("localhost", away);
    insta::assert_snapshot!(refused(builder), @"the base URL http://localhost:8080 would send credentials over plain http: use https, or, for a mock server, `ClientBuilder::allow_plain_http_to`");
}

#[test]
fn the_environment_allows_plain_http_to_a_host_by_name() {
    let client = |host: &str| {
        let variables = [
            ("TIGHT_BASE_URL", "http://tight-mock:8080"),
            ("TIGHT_ACCESS_TOKEN", "a-token"),
            ("TIGHT_ALLOW_PLAIN_HTTP_TO", host),
        ];
        let get = |name: &str| {
            let variable = variables.iter().find(|(known, _)| *known == name);
            variable.map(|(_, value)| (*value).to_owned())
        };
        ClientBuilder::from_variables(get).unwrap().build()
    };
    client("tight-mock").unwrap();
    for other in ["", "other-mock"] {
        assert_eq!(client(other).unwrap_err().kind(), ErrorKind::Configuration);
    }
}

#[tokio::test]
async fn loopback_needs_no_certificates() {
    const TEST: &str = "transport::hosts::loopback_needs_no_certificates";
    let nowhere = "/nonexistent/certificates";
    let environment = [("SSL_CERT_FILE", nowhere), ("SSL_CERT_DIR", nowhere)];
    if !is_alone(TEST, &environment) {
        return;
    }
    let plain = Server::plain().await;
    save(&builder(plain.http()).build().unwrap()).await.unwrap();
    let named = builder(format!("http://tight-mock:{}", plain.port))
        .allow_plain_http_to("tight-mock")
        .resolve("tight-mock", here());
    save(&named.build().unwrap()).await.unwrap();
    // Roots of one's own are enough for https.
    let certificate = Certificate::of("127.0.0.1");
    let server = Server::with_tls(certificate.acceptor(&["http/1.1"])).await;
    let own = builder(server.https()).add_root_certificates(certificate.pem());
    save(&own.build().unwrap()).await.unwrap();
    // Without any, there is nobody to trust.
    let error = Client::builder()
        .credentials(Credentials::access_token("an-access-token"))
        .build()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}
