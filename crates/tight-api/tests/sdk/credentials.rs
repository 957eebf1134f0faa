//! Access tokens: obtained, cached, renewed in time, and never by two at once.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tight_api::types::{AccessTokenRequest, NewMessage, TokenScope};
use tight_api::{
    Client, Credentials, Error, ErrorKind, RetryPolicy, Token, TokenFuture, TokenSource,
    TokenSubject,
};
use tight_sandbox::Sandbox;

use crate::clock::ManualClock;
use crate::server::{Reply, Server};

pub(crate) fn token(token: &str, expires_in: u64) -> Reply {
    Reply::json(
        "200 OK",
        &format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":{expires_in}}}"#),
    )
}

pub(crate) fn saved() -> Reply {
    Reply::json(
        "200 OK",
        r#"{"data":[{"result":"SUCCESS","data":{"id":"msg_1"}}]}"#,
    )
}

pub(crate) fn rejected() -> Reply {
    Reply::json(
        "401 Unauthorized",
        r#"{"result":"FAILURE","error":[{"type":"EXPIRED_TOKEN"}]}"#,
    )
}

pub(crate) async fn save(client: &Client) -> Result<(), Error> {
    client
        .messages()
        .save_one(NewMessage::new("con_1").text("Hello"))
        .await?;
    Ok(())
}

/// The `Authorization` of a request.
fn authorization(request: &str) -> &str {
    request
        .lines()
        .find_map(|line| line.strip_prefix("authorization: "))
        .unwrap()
}

fn in_sandbox(sandbox: &Sandbox) -> Client {
    let credentials =
        Credentials::client(sandbox.client_id(), sandbox.client_secret()).for_user("user_1");
    Client::builder()
        .base_url(sandbox.url())
        .credentials(credentials)
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_token_is_asked_for_as_documented_and_then_used() {
    let server = Server::replying([token("first", 3600), saved(), saved()]).await;
    let credentials = Credentials::client("the id", "the secret")
        .for_user("user 1")
        .scope(TokenScope::Read);
    let client = server
        .client_builder()
        .credentials(credentials)
        .build()
        .unwrap();
    save(&client).await.unwrap();
    save(&client).await.unwrap();

    let requests = server.requests();
    assert_eq!(
        requests.len(),
        3,
        "the second call uses the token of the first"
    );
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("POST /v6/auth/token HTTP/1.1\r\n"),
        "{head}"
    );
    assert_eq!(authorization(head), "Basic dGhlIGlkOnRoZSBzZWNyZXQ=");
    assert!(
        head.contains("content-type: application/x-www-form-urlencoded\r\n"),
        "{head}"
    );
    assert_eq!(
        body,
        "grant_type=client_credentials&userId=user+1&scope=read"
    );
    assert_eq!(authorization(&requests[1]), "Bearer first");
    assert_eq!(authorization(&requests[2]), "Bearer first");
}

#[tokio::test]
async fn a_token_is_renewed_a_little_before_it_expires() {
    let clock = ManualClock::new();
    let server = Server::answering(
        [token("first", 3600), token("second", 3600)],
        [saved(), saved(), saved(), saved()],
    )
    .await;
    let credentials = Credentials::client("id", "secret");
    let client = server
        .client_builder()
        .credentials(credentials)
        .clock(clock.clone())
        .build()
        .unwrap();
    save(&client).await.unwrap();
    clock.advance(Duration::from_secs(3600 - 61));
    save(&client).await.unwrap();
    assert_eq!(server.requests().len(), 3, "it is not due yet");
    clock.advance(Duration::from_secs(1));
    save(&client).await.unwrap();
    // The call went with the old one, which was still good, while the new one was asked for beside it.
    assert_eq!(server.authorizations(), ["Bearer first"; 3]);
    clock.advance(Duration::from_secs(60));
    save(&client).await.unwrap();
    assert_eq!(server.authorizations()[3], "Bearer second");
}

#[tokio::test]
async fn a_token_that_is_not_accepted_is_renewed_once_and_the_call_is_sent_again() {
    let replies = [
        token("first", 3600),
        rejected(),
        token("second", 3600),
        saved(),
    ];
    let server = Server::replying(replies).await;
    // Not even a policy of one attempt stands against it: a 401 has no effect.
    let builder = server.client_builder().retry(RetryPolicy::never());
    let client = builder
        .credentials(Credentials::client("id", "secret"))
        .build()
        .unwrap();
    save(&client).await.unwrap();
    assert_eq!(authorization(&server.requests()[3]), "Bearer second");
}

#[tokio::test]
async fn a_second_token_that_is_not_accepted_is_an_error() {
    let replies = [
        token("first", 3600),
        rejected(),
        token("second", 3600),
        rejected(),
        saved(),
    ];
    let server = Server::replying(replies).await;
    let client = server
        .client_builder()
        .credentials(Credentials::client("id", "secret"))
        .build()
        .unwrap();
    let error = save(&client).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status().unwrap().as_u16()),
        (ErrorKind::Status, 401)
    );
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_fixed_token_is_not_renewed() {
    let server = Server::replying([rejected(), saved()]).await;
    let error = save(&server.client()).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 401);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn any_number_of_waiting_calls_cause_one_renewal() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = in_sandbox(&sandbox);
    let together = || async {
        let calls: Vec<_> = (0..50)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { save(&client).await })
            })
            .collect();
        for call in calls {
            call.await.unwrap().unwrap();
        }
    };
    together().await;
    assert_eq!(sandbox.tokens_issued(), 1);
    sandbox.revoke_tokens();
    together().await;
    assert_eq!(sandbox.tokens_issued(), 2);
    assert_eq!(sandbox.stored("messages").len(), 100, "every message once");
}

#[tokio::test]
async fn a_failed_renewal_is_told_to_all_who_wait() {
    /// Fails once everybody waits for it.
    struct Failing {
        asked: Arc<AtomicUsize>,
        everybody_waits: tokio::sync::Notify,
    }
    struct Shared(Arc<Failing>);
    impl TokenSource for Shared {
        fn token<'a>(&'a self, _: &'a TokenSubject) -> TokenFuture<'a> {
            Box::pin(async {
                self.0.asked.fetch_add(1, Ordering::Relaxed);
                self.0.everybody_waits.notified().await;
                Err("the vault is sealed".into())
            })
        }
    }
    let asked = Arc::new(AtomicUsize::new(0));
    let source = Arc::new(Failing {
        asked: Arc::clone(&asked),
        everybody_waits: tokio::sync::Notify::new(),
    });
    let server = Server::replying([]).await;
    let client = server
        .client_builder()
        .credentials(Credentials::source(Shared(Arc::clone(&source))))
        .build()
        .unwrap();
    let calls = futures_util::future::join_all((0..20).map(|_| save(&client)));
    // `join_all` polls every call once before it polls what comes after it.
    let (errors, ()) = tokio::join!(calls, async { source.everybody_waits.notify_one() });
    for error in errors.into_iter().map(Result::unwrap_err) {
        assert_eq!(error.kind(), ErrorKind::Credentials);
        let cause = error.source().unwrap().source().unwrap();
        assert_eq!(cause.to_string(), "the vault is sealed");
    }
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    assert!(server.requests().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn an_error_for_want_of_a_token_has_the_answer_of_the_token_endpoint() {
    let server = Server::replying([Reply::json(
        "401 Unauthorized",
        r#"{"error":"invalid_client"}"#,
    )])
    .await;
    let client = server
        .client_builder()
        .credentials(Credentials::client("id", "secret"))
        .build()
        .unwrap();
    let error = save(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(
        (error.status().unwrap().as_u16(), &*error.body_text()),
        (401, r#"{"error":"invalid_client"}"#)
    );
    assert!(!error.may_have_taken_effect() && !error.is_retryable());
    insta::assert_snapshot!(error, @"saveMessages: no access token could be obtained: requestAccessToken: Tight responded with 401 Unauthorized: invalid_client");
}

#[tokio::test]
async fn asking_for_a_token_is_tried_again_like_a_call_that_reads() {
    let clock = ManualClock::new();
    let unavailable = || Reply::new("503 Service Unavailable", "text/plain", "");
    let server =
        Server::replying([unavailable(), Reply::HangUp, token("first", 3600), saved()]).await;
    let credentials = Credentials::client("id", "secret");
    let client = server
        .client_builder()
        .credentials(credentials)
        .clock(clock)
        .build()
        .unwrap();
    save(&client).await.unwrap();
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_token_endpoint_that_cannot_be_reached_is_worth_another_try() {
    let server = Server::replying([Reply::HangUp]).await;
    let builder = server
        .client_builder()
        .credentials(Credentials::client("id", "secret"));
    let client = builder.retry(RetryPolicy::never()).build().unwrap();
    let error = save(&client).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Credentials && error.is_retryable());
    insta::assert_snapshot!(error, @"saveMessages: no access token could be obtained: requestAccessToken: the connection was lost before a response was received");
}

#[tokio::test]
async fn a_token_can_come_from_anywhere() {
    struct Vault(AtomicUsize);
    impl TokenSource for Vault {
        fn token<'a>(&'a self, _: &'a TokenSubject) -> TokenFuture<'a> {
            let count = self.0.fetch_add(1, Ordering::Relaxed);
            Box::pin(async move {
                Ok(Token::new(format!("token-{count}")).expires_in(Duration::from_secs(60)))
            })
        }
    }
    let clock = ManualClock::new();
    let server = Server::answering([], [saved(), saved(), saved()]).await;
    let credentials = Credentials::source(Vault(AtomicUsize::new(0)));
    let client = server
        .client_builder()
        .credentials(credentials)
        .clock(clock.clone())
        .build()
        .unwrap();
    save(&client).await.unwrap();
    save(&client).await.unwrap();
    clock.advance(Duration::from_secs(60));
    save(&client).await.unwrap();
    assert_eq!(
        server.authorizations(),
        ["Bearer token-0", "Bearer token-0", "Bearer token-1"]
    );
}

#[tokio::test]
async fn a_token_can_be_asked_for_by_name() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = in_sandbox(&sandbox);
    let answer = client
        .auth()
        .request_access_token(AccessTokenRequest::new().user_id("user_2"))
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.expires_in, Some(3600.into()));
    assert!(answer.headers().contains_key("content-type"));
    assert!(!answer.access_token.as_ref().unwrap().expose().is_empty());

    let fixed = Client::builder()
        .base_url(sandbox.url())
        .credentials(Credentials::access_token("token"))
        .build()
        .unwrap();
    let error = fixed
        .auth()
        .request_access_token(AccessTokenRequest::new())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    insta::assert_snapshot!(error, @"requestAccessToken: the call needs a client id and secret: build the client with `Credentials::client`");
}

#[tokio::test]
async fn an_answer_without_a_token_is_an_error() {
    for body in [
        "{}",
        r#"{"access_token":null}"#,
        r#"{"access_token":"a\nb"}"#,
        "<html>",
    ] {
        let server = Server::replying([Reply::json("200 OK", body)]).await;
        let client = server
            .client_builder()
            .credentials(Credentials::client("id", "secret"))
            .build()
            .unwrap();
        let error = save(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials, "{body}");
    }
}

/// A source whose first token takes until it is told to fail.
struct Slow {
    asked: Arc<AtomicUsize>,
    go_on: Arc<tokio::sync::Notify>,
}

impl TokenSource for Slow {
    fn token<'a>(&'a self, _: &'a TokenSubject) -> TokenFuture<'a> {
        let count = self.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            if count == 0 {
                self.go_on.notified().await;
                return Err("too late".into());
            }
            Ok(Token::new(format!("an-access-token-{count}")))
        })
    }
}

#[tokio::test]
async fn a_call_that_is_given_up_does_not_spoil_the_renewal_for_others() {
    let (asked, go_on) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(tokio::sync::Notify::new()),
    );
    let source = Slow {
        asked: Arc::clone(&asked),
        go_on: Arc::clone(&go_on),
    };
    let server = Server::replying([saved()]).await;
    let client = server
        .client_builder()
        .credentials(Credentials::source(source))
        .build()
        .unwrap();
    // Two wait for the first renewal. The one that drives it gives up; the other takes over, and hears how it ended.
    let mut first = Box::pin(save(&client));
    let mut second = Box::pin(save(&client));
    assert!(futures_util::poll!(first.as_mut()).is_pending());
    assert!(futures_util::poll!(second.as_mut()).is_pending());
    drop(first);
    go_on.notify_one();
    assert_eq!(second.await.unwrap_err().kind(), ErrorKind::Credentials);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    // Whoever comes later asks again.
    save(&client).await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_token_source_that_panics_is_an_error_and_can_be_asked_again() {
    struct Nervous(AtomicUsize);
    impl TokenSource for Nervous {
        fn token<'a>(&'a self, _: &'a TokenSubject) -> TokenFuture<'a> {
            let first = self.0.fetch_add(1, Ordering::Relaxed) == 0;
            Box::pin(async move {
                assert!(!first, "stage fright");
                Ok(Token::new("an-access-token"))
            })
        }
    }
    let server = Server::replying([saved()]).await;
    let credentials = Credentials::source(Nervous(AtomicUsize::new(0)));
    let client = server
        .client_builder()
        .credentials(credentials)
        .build()
        .unwrap();
    assert_eq!(
        save(&client).await.unwrap_err().kind(),
        ErrorKind::Credentials
    );
    save(&client).await.unwrap();
}

#[tokio::test]
async fn a_renewal_that_everybody_gave_up_goes_on_for_those_who_come_later() {
    let (asked, go_on) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(tokio::sync::Notify::new()),
    );
    let source = Slow {
        asked: Arc::clone(&asked),
        go_on: Arc::clone(&go_on),
    };
    let server = Server::replying([saved()]).await;
    let client = server
        .client_builder()
        .credentials(Credentials::source(source))
        .build()
        .unwrap();
    let mut first = Box::pin(save(&client));
    assert!(futures_util::poll!(first.as_mut()).is_pending());
    drop(first);
    let mut second = Box::pin(save(&client));
    assert!(futures_util::poll!(second.as_mut()).is_pending());
    go_on.notify_one();
    assert_eq!(second.await.unwrap_err().kind(), ErrorKind::Credentials);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    save(&client).await.unwrap();
}

#[tokio::test]
async fn a_token_that_is_still_good_is_used_if_it_cannot_be_renewed_early() {
    let clock = ManualClock::new();
    let unavailable = || Reply::new("503 Service Unavailable", "text/plain", "");
    let server = Server::answering(
        [token("first", 3600), unavailable(), unavailable()],
        [saved(), saved()],
    )
    .await;
    let credentials = Credentials::client("id", "secret");
    let builder = server
        .client_builder()
        .credentials(credentials)
        .clock(clock.clone());
    let client = builder.retry(RetryPolicy::never()).build().unwrap();
    save(&client).await.unwrap();
    clock.advance(Duration::from_secs(3550));
    save(&client).await.unwrap();
    assert_eq!(server.authorizations(), ["Bearer first"; 2]);
    clock.advance(Duration::from_secs(50));
    let error = save(&client).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status().unwrap().as_u16()),
        (ErrorKind::Credentials, 503)
    );
}

#[tokio::test]
async fn a_token_that_does_not_come_takes_no_longer_than_the_call_may() {
    let source = Slow {
        asked: Arc::default(),
        go_on: Arc::default(),
    };
    let server = Server::replying([]).await;
    let builder = server
        .client_builder()
        .credentials(Credentials::source(source));
    let client = builder
        .total_timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    let error = save(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(error.is_retryable() && !error.may_have_taken_effect());
}

#[tokio::test]
async fn a_token_that_no_header_can_carry_is_refused() {
    for token in ["", "a b", "a\n"] {
        let error = Client::builder()
            .credentials(Credentials::access_token(token))
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{token:?}");
    }
}
