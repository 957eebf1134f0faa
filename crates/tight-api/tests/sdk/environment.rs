//! Settings from environment variables.

use tight_api::ClientBuilder;

/// The client that these variables make, or why there is none.
fn client(variables: &[(&str, &str)]) -> String {
    let get = |name: &str| {
        let value = variables.iter().find(|(known, _)| *known == name);
        value.map(|(_, value)| (*value).to_owned())
    };
    match ClientBuilder::from_variables(get).and_then(ClientBuilder::build) {
        Ok(client) => format!("{client:?}")
            .split(", options")
            .next()
            .unwrap()
            .to_owned(),
        Err(error) => {
            assert!(!error.to_string().contains("a value"), "{error}");
            error.to_string()
        }
    }
}

#[test]
fn what_is_complete_makes_a_client() {
    let id = ("TIGHT_CLIENT_ID", "a value");
    let secret = ("TIGHT_CLIENT_SECRET", "a value");
    insta::assert_snapshot!(client(&[id, secret]), @r#"Client { base_url: "https://sandbox.tight.com""#);
    insta::assert_snapshot!(client(&[id, secret, ("TIGHT_USER_ID", "a value"), ("TIGHT_ENVIRONMENT", "Production")]), @r#"Client { base_url: "https://prod.tight.com""#);
    insta::assert_snapshot!(client(&[("TIGHT_ACCESS_TOKEN", "a value"), ("TIGHT_BASE_URL", "https://tight.example.com")]), @"the access token contains white space or a line break: trim it when you read it from a file");
    insta::assert_snapshot!(client(&[("TIGHT_ACCESS_TOKEN", "a value"), ("TIGHT_CLIENT_ID", "")]), @"the access token contains white space or a line break: trim it when you read it from a file");
}

#[test]
fn what_is_missing_is_named() {
    insta::assert_snapshot!(client(&[]), @"there are no credentials: set TIGHT_CLIENT_ID and TIGHT_CLIENT_SECRET, or TIGHT_ACCESS_TOKEN");
    insta::assert_snapshot!(client(&[("TIGHT_CLIENT_ID", "a value")]), @"TIGHT_CLIENT_SECRET is not set, but TIGHT_CLIENT_ID is: both are needed");
    insta::assert_snapshot!(client(&[("TIGHT_CLIENT_SECRET", "a value")]), @"TIGHT_CLIENT_ID is not set, but TIGHT_CLIENT_SECRET is: both are needed");
    insta::assert_snapshot!(client(&[("TIGHT_USER_ID", "a value")]), @"TIGHT_CLIENT_ID is not set, but TIGHT_USER_ID is: both are needed");
}

#[test]
fn what_is_contradictory_or_wrong_is_named() {
    let token = ("TIGHT_ACCESS_TOKEN", "a value");
    insta::assert_snapshot!(client(&[token, ("TIGHT_CLIENT_ID", "a value")]), @"TIGHT_CLIENT_ID and TIGHT_ACCESS_TOKEN are both set, and contradict each other: unset one of them");
    insta::assert_snapshot!(client(&[token, ("TIGHT_CLIENT_SECRET", "a value")]), @"TIGHT_CLIENT_SECRET and TIGHT_ACCESS_TOKEN are both set, and contradict each other: unset one of them");
    insta::assert_snapshot!(client(&[token, ("TIGHT_USER_ID", "a value")]), @"TIGHT_USER_ID and TIGHT_ACCESS_TOKEN are both set, and contradict each other: unset one of them");
    insta::assert_snapshot!(client(&[token, ("TIGHT_ENVIRONMENT", "sandbox"), ("TIGHT_BASE_URL", "https://a")]), @"TIGHT_ENVIRONMENT and TIGHT_BASE_URL are both set, and contradict each other: unset one of them");
    insta::assert_snapshot!(client(&[token, ("TIGHT_ENVIRONMENT", "staging")]), @"TIGHT_ENVIRONMENT is none of sandbox, production; for another address, set TIGHT_BASE_URL");
    insta::assert_snapshot!(client(&[token, ("TIGHT_BASE_URL", "http://tight.example.com")]), @"the base URL http://tight.example.com would send credentials over plain http: use https, or, for a mock server, `ClientBuilder::allow_plain_http_to`");
}
