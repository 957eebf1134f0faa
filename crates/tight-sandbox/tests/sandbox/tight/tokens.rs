//! Access tokens: how they are issued, and when they are good.

use std::time::Duration;

use reqwest::{
    Method, RequestBuilder, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::json;
use tight_sandbox::Sandbox;

use crate::support::{
    Answer, Clock, MESSAGES, TOKEN, anonymous, as_client, noon, saved, send, token_request,
};

const FORM: &str = "application/x-www-form-urlencoded";

async fn issue(sandbox: &Sandbox) -> String {
    let answer = send(token_request(sandbox, &[])).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body["access_token"].as_str().unwrap().to_owned()
}

/// Saves a message with `token`, and gives the status and the type of the first error.
async fn verdict(sandbox: &Sandbox, token: &str) -> (u16, String) {
    let good = json!({ "data": [{ "conversationId": "con_1", "text": "Hi" }] });
    let request = anonymous(sandbox, Method::POST, MESSAGES).bearer_auth(token);
    let answer = send(request.json(&good)).await;
    let kind = answer.body["error"][0]["type"].as_str().unwrap_or("-");
    (answer.status.as_u16(), kind.to_owned())
}

fn good() -> (u16, String) {
    (200, "-".to_owned())
}

fn refused(kind: &str) -> (u16, String) {
    (401, kind.to_owned())
}

#[tokio::test]
async fn client_credentials_buy_a_token_that_opens_the_api() {
    let sandbox = Sandbox::start().await.unwrap();

    let first = send(token_request(
        &sandbox,
        &[("grant_type", "client_credentials")],
    ))
    .await;
    let second = send(token_request(&sandbox, &[])).await;

    assert_eq!(
        first.body,
        json!({ "access_token": "sandbox-token-1", "token_type": "Bearer", "expires_in": 3600 })
    );
    assert_eq!(second.body["access_token"], "sandbox-token-2");
    assert_eq!(sandbox.tokens_issued(), 2);
    for token in ["sandbox-token-1", "sandbox-token-2", sandbox.access_token()] {
        assert_eq!(verdict(&sandbox, token).await, good());
    }
    assert_eq!(
        verdict(&sandbox, "sandbox-token-3").await,
        refused("INVALID_TOKEN")
    );
}

#[tokio::test]
async fn tokens_are_not_to_be_stored_on_the_way() {
    let sandbox = Sandbox::start().await.unwrap();
    for request in [
        token_request(&sandbox, &[]),
        anonymous(&sandbox, Method::POST, TOKEN),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["content-type"], "application/json");
    }
}

#[tokio::test]
async fn the_documented_parameters_are_taken() {
    let sandbox = Sandbox::start().await.unwrap();
    for form in [
        [("userId", "user 1&é"), ("scope", "read")],
        [("userId", ""), ("scope", "")],
        [("grant_type", ""), ("code", "something")],
        [("unknown", "something"), ("scope", "write")],
    ] {
        let answer = send(token_request(&sandbox, &form)).await;
        assert_eq!(answer.status, StatusCode::OK, "{form:?}: {}", answer.body);
    }
    let body = as_client(&sandbox, Method::POST, TOKEN)
        .header(
            CONTENT_TYPE,
            "Application/X-WWW-Form-URLEncoded;charset=UTF-8",
        )
        .body("scope=read");
    assert_eq!(send(body).await.status, StatusCode::OK);
    assert_eq!(sandbox.tokens_issued(), 5);
}

#[tokio::test]
async fn a_token_expires_when_the_clock_is_moved_forward() {
    for builder in [Sandbox::builder(), Sandbox::builder().time(noon())] {
        let sandbox = builder.start().await.unwrap();
        let token = issue(&sandbox).await;
        // The system's clock runs meanwhile, but not for a minute.
        sandbox.advance(Duration::from_secs(3540));
        assert_eq!(verdict(&sandbox, &token).await, good());
        sandbox.advance(Duration::from_secs(60));
        assert_eq!(verdict(&sandbox, &token).await, refused("EXPIRED_TOKEN"));
        let next = issue(&sandbox).await;
        assert_eq!(verdict(&sandbox, &next).await, good());
    }
}

#[tokio::test]
async fn the_clock_stands_still_until_it_is_moved_forward() {
    let sandbox = Sandbox::builder().time(noon()).start().await.unwrap();
    let mut times = Vec::new();
    for seconds in [0, 1, 86_400, u64::MAX] {
        sandbox.advance(Duration::from_secs(seconds));
        let message = json!({ "conversationId": "con_1", "text": "Hi" });
        let saved = saved(&sandbox, MESSAGES, message).await;
        times.push(saved["createdDateTime"].as_str().unwrap().to_owned());
    }
    assert_eq!(
        times,
        [
            "2024-02-29T12:34:56Z",
            "2024-02-29T12:34:57Z",
            "2024-03-01T12:34:57Z",
            // The last time that there is.
            "9999-12-31T23:59:59Z",
        ]
    );
}

#[tokio::test]
async fn a_token_expires_by_the_clock_of_the_sandbox() {
    let clock = Clock::default();
    let sandbox = clock.settle(Sandbox::builder()).start().await.unwrap();
    let first = issue(&sandbox).await;
    clock.set(1);
    let second = issue(&sandbox).await;

    clock.set(3599);
    assert_eq!(verdict(&sandbox, &first).await, good());
    clock.set(3600);
    assert_eq!(verdict(&sandbox, &first).await, refused("EXPIRED_TOKEN"));
    assert_eq!(verdict(&sandbox, &second).await, good());
    clock.set(1_000_000);
    assert_eq!(verdict(&sandbox, &second).await, refused("EXPIRED_TOKEN"));
    assert_eq!(verdict(&sandbox, sandbox.access_token()).await, good());
    assert_eq!(verdict(&sandbox, &issue(&sandbox).await).await, good());
}

#[tokio::test]
async fn the_lifetime_of_tokens_is_a_setting() {
    let clock = Clock::default();
    let start = |lifetime| {
        clock
            .settle(Sandbox::builder())
            .token_lifetime(lifetime)
            .start()
    };

    let short = start(Duration::from_millis(2_999)).await.unwrap();
    assert_eq!(send(token_request(&short, &[])).await.body["expires_in"], 2);
    let dead = start(Duration::ZERO).await.unwrap();
    let stillborn = issue(&dead).await;
    assert_eq!(verdict(&dead, &stillborn).await, refused("EXPIRED_TOKEN"));
    let eternal = start(Duration::MAX).await.unwrap();
    let endless = issue(&eternal).await;

    clock.set(2);
    assert_eq!(
        verdict(&short, "sandbox-token-1").await,
        refused("EXPIRED_TOKEN")
    );
    clock.set(1_000_000_000);
    assert_eq!(verdict(&eternal, &endless).await, good());
}

#[tokio::test]
async fn revoked_tokens_are_good_no_more() {
    let clock = Clock::default();
    let sandbox = clock.settle(Sandbox::builder()).start().await.unwrap();
    let expired = issue(&sandbox).await;
    clock.set(3600);
    let revoked = issue(&sandbox).await;
    assert_eq!(verdict(&sandbox, &revoked).await, good());

    sandbox.revoke_tokens();

    for token in [expired, revoked] {
        assert_eq!(verdict(&sandbox, &token).await, refused("INVALID_TOKEN"));
    }
    assert_eq!(verdict(&sandbox, sandbox.access_token()).await, good());
    assert_eq!(issue(&sandbox).await, "sandbox-token-3");
    assert_eq!(verdict(&sandbox, "sandbox-token-3").await, good());
}

/// What OAuth calls the fault, once the answer is seen to have nothing else than that and a description.
#[track_caller]
fn oauth_error(answer: &Answer) -> (u16, &str) {
    let body = answer.body.as_object().unwrap();
    assert!(
        body.len() == 2 && body["error_description"].is_string(),
        "{body:?}"
    );
    (answer.status.as_u16(), body["error"].as_str().unwrap())
}

#[tokio::test]
async fn without_the_credentials_of_the_client_there_is_no_token() {
    let sandbox = Sandbox::start().await.unwrap();
    let (id, secret) = (sandbox.client_id(), sandbox.client_secret());
    let bare = || anonymous(&sandbox, Method::POST, TOKEN).form(&[("userId", "user_1")]);
    let wrong: [RequestBuilder; 9] = [
        bare(),
        bare().basic_auth(id, Some("something else")),
        bare().basic_auth(id, Some("")),
        bare().basic_auth("", Some(secret)),
        bare().basic_auth(secret, Some(id)),
        bare().basic_auth(id, Some(&secret.to_uppercase())),
        bare().bearer_auth(sandbox.access_token()),
        bare().header(AUTHORIZATION, "Basic %%%"),
        bare().form(&[("client_id", id), ("client_secret", secret)]),
    ];
    for request in wrong {
        let answer = send(request).await;
        assert_eq!(oauth_error(&answer), (401, "invalid_client"));
    }
    assert_eq!((sandbox.tokens_issued(), sandbox.token_requests()), (0, 9));

    let challenged = bare().send().await.unwrap();
    assert_eq!(
        challenged.headers()["www-authenticate"],
        "Basic realm=\"sandbox\""
    );
}

#[tokio::test]
async fn a_form_that_is_not_as_documented_gets_no_token() {
    let sandbox = Sandbox::start().await.unwrap();
    for (form, error) in [
        ("grant_type=password", "unsupported_grant_type"),
        (
            "grant_type=authorization_code&code=a",
            "unsupported_grant_type",
        ),
        (
            "grant_type=refresh_token&refresh_token=a",
            "unsupported_grant_type",
        ),
        ("grant_type=password&scope=admin", "unsupported_grant_type"),
        ("scope=admin", "invalid_scope"),
        ("scope=read+write", "invalid_scope"),
        ("userId=user_1&userId=user_1", "invalid_request"),
    ] {
        let request = token_request(&sandbox, &[]).body(form);
        let answer = send(request).await;
        assert_eq!(oauth_error(&answer), (400, error), "{form}");
    }

    let other = as_client(&sandbox, Method::POST, TOKEN)
        .header(CONTENT_TYPE, "application/json")
        .body("{}");
    let without = as_client(&sandbox, Method::POST, TOKEN);
    for request in [other, without] {
        let answer = send(request).await;
        assert_eq!(oauth_error(&answer), (400, "invalid_request"));
        let message = format!("The Content-Type must be {FORM}");
        assert_eq!(answer.body["error_description"], message);
    }
    assert_eq!(sandbox.tokens_issued(), 0);
}

#[tokio::test]
async fn refusals_do_not_repeat_what_was_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    for form in ["grant_type=hidden", "scope=hidden", "hidden=1&hidden=2"] {
        let answer = send(token_request(&sandbox, &[]).body(form)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(
            !answer.body.to_string().contains("hidden"),
            "{}",
            answer.body
        );
    }
}
