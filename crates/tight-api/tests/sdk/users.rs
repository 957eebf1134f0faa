//! One client, acting for many users.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use tight_api::types::TokenScope;
use tight_api::{Client, Credentials, ErrorKind, Token, TokenFuture, TokenSource, TokenSubject};

use crate::server::{Reply, Server, asks_for_token};

const MESSAGE: &str = r#"{"result":"SUCCESS","data":{"id":"msg_1"}}"#;

/// A server that gives each subject a token of its own, and a client of it that has no user.
async fn issuing() -> (Server, Client) {
    let server = Server::deciding(|request| {
        if !asks_for_token(request) {
            return Reply::json("200 OK", MESSAGE);
        }
        let form = request.rsplit("\r\n\r\n").next().unwrap();
        let token = form.replace(['&', '='], ".");
        let answer =
            format!(r#"{{"access_token":"{token}","token_type":"Bearer","expires_in":3600}}"#);
        Reply::json("200 OK", &answer)
    })
    .await;
    let client = Client::builder()
        .base_url(server.url())
        .credentials(Credentials::client("a-client", "a-client-secret"))
        .build()
        .unwrap();
    (server, client)
}

#[tokio::test]
async fn each_user_is_acted_for_with_tokens_of_their_own() {
    let (server, client) = issuing().await;
    let anna = client.for_user("anna");
    for client in [
        &client,
        &anna,
        &client.for_user("ben").with_scope(TokenScope::Read),
        &anna.for_partner(),
    ] {
        client.messages().get("msg_1").await.unwrap();
    }
    assert_eq!(
        server.authorizations(),
        [
            "Bearer grant_type.client_credentials",
            "Bearer grant_type.client_credentials.userId.anna",
            "Bearer grant_type.client_credentials.userId.ben.scope.read",
            "Bearer grant_type.client_credentials",
        ]
    );
    // The partner's token was asked for once.
    assert_eq!(server.token_requests(), 3);
}

#[tokio::test]
async fn a_client_made_for_a_user_anew_asks_for_no_new_token() {
    let (server, client) = issuing().await;
    for _ in 0..3 {
        let anna = client.clone().for_user("anna");
        anna.messages().get("msg_1").await.unwrap();
    }
    assert_eq!(server.token_requests(), 1);
}

#[tokio::test]
async fn calls_that_come_together_ask_for_a_users_token_once() {
    let (server, client) = issuing().await;
    let calls = (0..20).map(|call| {
        let client = client.for_user(format!("user_{}", call % 2));
        async move { client.messages().get("msg_1").await.map(drop) }
    });
    for result in join_all(calls).await {
        result.unwrap();
    }
    assert_eq!(server.token_requests(), 2);
}

#[tokio::test]
async fn the_tokens_of_users_who_are_not_acted_for_go_first() {
    let (server, _) = issuing().await;
    let client = Client::builder()
        .base_url(server.url())
        .credentials(Credentials::client("a-client", "a-client-secret"))
        .token_capacity(10)
        .build()
        .unwrap();
    for user in 0..100 {
        for user in ["anna".to_owned(), format!("user_{user}")] {
            client.for_user(user).messages().get("msg_1").await.unwrap();
        }
    }
    // Everybody once: hers was always at hand.
    assert_eq!(server.token_requests(), 101);
}

#[tokio::test]
async fn a_token_without_a_user_is_never_asked_for_by_mistake() {
    let (server, client) = issuing().await;
    for user in ["", "anna\n"] {
        let error = client
            .for_user(user)
            .messages()
            .get("msg_1")
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
        assert!(!error.may_have_taken_effect() && !error.is_retryable());
        assert!(error.to_string().contains("the user id"), "{error}");
    }
    assert_eq!(server.requests().len(), 0);
    let credentials = Credentials::client("a-client", "a-client-secret").for_user("");
    let error = Client::builder()
        .credentials(credentials)
        .build()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn one_access_token_serves_nobody_else() {
    let server = Server::replying([]).await;
    let client = server.client();
    for other in [client.for_user("anna"), client.for_partner()] {
        let error = other.messages().get("msg_1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        insta::allow_duplicates! {
            insta::assert_snapshot!(error, @"getMessage: no access token could be obtained: the client has a fixed access token and cannot act for another user or scope: build it with `Credentials::client` or `Credentials::source`");
        }
    }
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn other_credentials_go_over_the_same_connections() {
    let (server, client) = issuing().await;
    let browser = client
        .with_credentials(Credentials::access_token("the-browsers-token"))
        .unwrap();
    browser.messages().get("msg_1").await.unwrap();
    let partner = Credentials::client("another-client", "another-secret");
    let other = client.with_credentials(partner).unwrap();
    other
        .for_user("anna")
        .messages()
        .get("msg_1")
        .await
        .unwrap();
    client
        .for_user("anna")
        .messages()
        .get("msg_1")
        .await
        .unwrap();
    assert_eq!(server.authorizations()[0], "Bearer the-browsers-token");
    // What one client obtains is not another's.
    assert_eq!(server.token_requests(), 2);
    let error = client
        .with_credentials(Credentials::access_token(""))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn a_source_is_told_whom_a_token_is_for() {
    #[derive(Clone, Default)]
    struct Vault(Arc<Mutex<Vec<TokenSubject>>>);

    impl TokenSource for Vault {
        fn token<'a>(&'a self, subject: &'a TokenSubject) -> TokenFuture<'a> {
            self.0.lock().unwrap().push(subject.clone());
            let token = format!("token-of-{}", subject.user().unwrap_or("the-partner"));
            Box::pin(async { Ok(Token::new(token).expires_in(Duration::from_secs(60))) })
        }
    }

    let server = Server::deciding(|_| Reply::json("200 OK", MESSAGE)).await;
    let vault = Vault::default();
    let client = Client::builder()
        .base_url(server.url())
        .credentials(Credentials::source(vault.clone()).scope(TokenScope::Read))
        .build()
        .unwrap();
    client.messages().get("msg_1").await.unwrap();
    client
        .for_user("anna")
        .messages()
        .get("msg_1")
        .await
        .unwrap();
    assert_eq!(
        server.authorizations(),
        ["Bearer token-of-the-partner", "Bearer token-of-anna"]
    );
    let asked = vault.0.lock().unwrap();
    assert!(
        asked
            .iter()
            .all(|subject| subject.scope() == Some(&TokenScope::Read))
    );
}

#[tokio::test]
async fn many_users_share_the_connections_of_calls_at_a_time() {
    let connections = Arc::new(Mutex::new(HashSet::new()));
    let address = connected(Arc::clone(&connections)).await;
    struct Mint(AtomicUsize);
    impl TokenSource for Mint {
        fn token<'a>(&'a self, _: &'a TokenSubject) -> TokenFuture<'a> {
            let count = self.0.fetch_add(1, Ordering::Relaxed);
            Box::pin(async move { Ok(Token::new(format!("token-{count}"))) })
        }
    }
    let client = Client::builder()
        .base_url(address)
        .credentials(Credentials::source(Mint(AtomicUsize::new(0))))
        .build()
        .unwrap();
    let at_a_time = 4;
    let calls = (0..at_a_time).map(|task| {
        let client = client.clone();
        async move {
            for user in 0..50 {
                let user = client.for_user(format!("user_{task}_{user}"));
                user.messages().get("msg_1").await.unwrap();
            }
        }
    });
    join_all(calls).await;
    let connections = connections.lock().unwrap().len();
    assert!(connections <= at_a_time, "{connections} connections");
}

/// A server that keeps its connections open, and notes them.
async fn connected(connections: Arc<Mutex<HashSet<usize>>>) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for number in 0.. {
            let (mut stream, _) = listener.accept().await.unwrap();
            connections.lock().unwrap().insert(number);
            tokio::spawn(async move {
                let mut request = Vec::new();
                while stream.read_buf(&mut request).await.unwrap() > 0 {
                    if request.ends_with(b"\r\n\r\n") {
                        request.clear();
                        let length = MESSAGE.len();
                        let answer = format!(
                            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{MESSAGE}"
                        );
                        stream.write_all(answer.as_bytes()).await.unwrap();
                    }
                }
            });
        }
    });
    address
}
