//! A client that cannot work, or would not be safe, is not built.

use tight_api::{Client, Credentials, Environment, ErrorKind};

fn refusal(base_url: &str) -> String {
    let credentials = Credentials::access_token("a-secret");
    let error = Client::builder()
        .base_url(base_url)
        .credentials(credentials)
        .build()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(!error.may_have_taken_effect());
    error.to_string()
}

#[test]
fn credentials_do_not_travel_over_plain_http_except_to_loopback() {
    insta::assert_snapshot!(refusal("http://sandbox.tight.com"), @"the base URL http://sandbox.tight.com would send credentials to Tight over plain http: use https");
    insta::assert_snapshot!(refusal("http://127.0.0.1.example.com"), @"the base URL http://127.0.0.1.example.com would send credentials over plain http: use https, or, for a mock server, `ClientBuilder::allow_plain_http_to`");
    insta::assert_snapshot!(refusal("ftp://sandbox.tight.com"), @"the base URL ftp://sandbox.tight.com has the scheme `ftp`: use https");
    for url in [
        "http://127.0.0.1:1",
        "http://[::1]:1",
        "http://localhost:1",
        "https://proxy.example.com/tight/",
        " https://proxy.example.com/tight ",
    ] {
        Client::builder()
            .base_url(url)
            .credentials(Credentials::access_token("t"))
            .build()
            .unwrap();
    }
}

#[test]
fn an_address_that_paths_cannot_follow_is_refused() {
    insta::assert_snapshot!(refusal("sandbox.tight.com"), @"the base URL is not a URL: relative URL without a base");
    insta::assert_snapshot!(refusal("https://user:secret@sandbox.tight.com"), @"the base URL contains a user name or password; set them with `ClientBuilder::credentials`");
    insta::assert_snapshot!(refusal("https://sandbox.tight.com/?a=b"), @"the base URL has a query or fragment; remove it");
}

#[test]
fn a_client_has_credentials_that_fit_into_a_header() {
    insta::assert_snapshot!(Client::builder().build().unwrap_err(), @"there are no credentials: call `ClientBuilder::credentials`");
    let broken = Credentials::access_token("a\nsecret");
    insta::assert_snapshot!(Client::builder().credentials(broken).build().unwrap_err(), @"the access token contains white space or a line break: trim it when you read it from a file");
}

#[test]
fn the_sandbox_is_the_default_environment() {
    assert_eq!(Environment::default(), Environment::Sandbox);
    let client = Client::builder()
        .credentials(Credentials::access_token("t"))
        .build()
        .unwrap();
    insta::assert_snapshot!(format!("{client:?}"), @r#"Client { base_url: "https://sandbox.tight.com", options: Options { retry: RetryPolicy { attempts: 3, first_backoff: 500ms, longest_backoff: 8s, longest_retry_after: 60s, resend_in_doubt: false }, attempt_timeout: 30s, total_timeout: 120s, request_size: 100, in_flight: 1, headers: {}, observer: None, keep_body: None }, .. }"#);
}

#[test]
fn connections_are_given_up_before_a_balancer_would() {
    let shown = format!("{:?}", Client::builder());
    assert!(
        shown.contains("connect_timeout: 10s, idle_timeout: 30s"),
        "{shown}"
    );
}

#[test]
fn a_secret_does_not_show() {
    let credentials = Credentials::access_token("a-secret");
    let builder = Client::builder().credentials(credentials.clone());
    let client = builder.clone().build().unwrap();
    for shown in [
        format!("{credentials:?}"),
        format!("{builder:?}"),
        format!("{client:#?}"),
        format!("{:?}", client.messages()),
    ] {
        assert!(!shown.contains("secret"), "{shown}");
    }
}

#[test]
fn a_user_cannot_be_set_on_a_token_that_is_already_somebodys() {
    let credentials = Credentials::access_token("a-token").for_user("user_1");
    let error = Client::builder()
        .credentials(credentials)
        .build()
        .unwrap_err();
    insta::assert_snapshot!(error, @"`Credentials::for_user` and `scope` do not apply to an access token: use `Credentials::client` or `Credentials::source`");
}
