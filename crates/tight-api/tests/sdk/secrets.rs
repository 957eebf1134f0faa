//! Secrets show nowhere: not in what is formatted, and not in what is traced.

use std::cell::RefCell;
use std::fmt::{Debug, Write as _};
use std::io;
use std::sync::{Mutex, Once};
use std::thread;

use tight_api::types::{AccessToken, AccessTokenRequest, Message, NewMessage};
use tight_api::{
    Client, Credentials, ItemOutcome, ItemState, RetryPolicy, Secret, SecretString, Token,
};
use tracing_subscriber::fmt::format::FmtSpan;

use crate::server::{Reply, Server};

const SECRET: &str = "s3cret-of-the-client";
const TOKEN: &str = "t0ken-of-the-user";
/// `id:s3cret-of-the-client`, as Basic authentication has it.
const BASIC: &str = "aWQ6czNjcmV0LW9mLXRoZS1jbGllbnQ=";
/// What people write to each other.
const TEXT: &str = "n0body-elses-business";

fn assert_silent(shown: &str) {
    for secret in [SECRET, TOKEN, BASIC] {
        assert!(!shown.contains(secret), "{secret} shows in:\n{shown}");
    }
}

fn show(shown: &mut String, value: &dyn Debug) {
    write!(shown, "{value:?}\n{value:#?}\n").unwrap();
}

fn credentials() -> Credentials {
    Credentials::client("id", SECRET).for_user("user_1")
}

#[test]
fn nothing_that_holds_a_secret_shows_it() {
    let mut shown = String::new();
    let builder = Client::builder().credentials(credentials());
    let client = builder.clone().build().unwrap();
    show(&mut shown, &credentials());
    show(&mut shown, &Credentials::access_token(TOKEN));
    show(&mut shown, &builder);
    show(&mut shown, &client);
    show(&mut shown, &client.messages());
    show(&mut shown, &client.auth());
    show(&mut shown, &Token::new(TOKEN));
    show(&mut shown, &Secret::from(TOKEN));
    show(&mut shown, &SecretString::from(TOKEN));
    show(
        &mut shown,
        &AccessTokenRequest::new()
            .refresh_token(TOKEN)
            .code(TOKEN)
            .code_verifier(TOKEN),
    );
    let answer = format!(r#"{{"access_token":"{TOKEN}","refresh_token":"{TOKEN}"}}"#);
    show(
        &mut shown,
        &serde_json::from_str::<AccessToken>(&answer).unwrap(),
    );
    assert_silent(&shown);
}

/// Calls with every kind of end: success, refusals, faults, and a token endpoint in all its moods. The servers echo what
/// they were sent.
async fn calls(shown: &mut String) {
    let token = || {
        Reply::json(
            "200 OK",
            &format!(r#"{{"access_token":"{TOKEN}","expires_in":3600}}"#),
        )
    };
    let echo = |status: &str| {
        Reply::new(
            status,
            "text/html",
            &format!("authorization: Bearer {TOKEN}"),
        )
    };
    let echo_basic = |status: &str| {
        Reply::new(
            status,
            "text/html",
            &format!("authorization: Basic {BASIC}"),
        )
    };
    let envelope = |status: &str| {
        let message = format!("the token {TOKEN} is not valid");
        Reply::json(
            status,
            &format!(r#"{{"error":[{{"type":"INVALID_TOKEN","message":"{message}"}}]}}"#),
        )
    };
    let echo_in_results = || {
        let error = format!(r#"{{"type":"{TOKEN}","param":"{TOKEN}","message":"no: {TOKEN}"}}"#);
        let rejected = format!(r#"{{"result":"FAILURE","statusCode":400,"error":[{error}]}}"#);
        Reply::json("207 Multi-Status", &format!(r#"{{"data":[{rejected}]}}"#))
    };
    let escaped = BASIC.replace('=', r"\u003d");
    let quoting_secret = format!(r#"{{"error":[{{"message":"bad secret {SECRET} {escaped}"}}]}}"#);
    let saved = Reply::json(
        "200 OK",
        r#"{"data":[{"result":"SUCCESS","data":{"id":"msg_1"}}]}"#,
    );
    let broken = Reply::json("200 OK", &format!(r#"{{"data":[{{"data":["{TOKEN}"]}}]}}"#));
    let broken_token = Reply::json(
        "200 OK",
        &format!(r#"{{"access_token":{{"x":"{TOKEN}"}}}}"#),
    );
    let runs = [
        vec![token(), saved],
        vec![
            token(),
            envelope("401 Unauthorized"),
            token(),
            envelope("401 Unauthorized"),
        ],
        vec![token(), envelope("400 Bad Request")],
        vec![token(), echo("403 Forbidden")],
        vec![token(), echo("500 Internal Server Error")],
        vec![token(), echo("429 Too Many Requests")],
        vec![token(), echo("200 OK")],
        vec![token(), envelope("200 OK")],
        vec![token(), echo_in_results()],
        vec![token(), broken],
        vec![token(), Reply::HangUp],
        vec![echo_basic("401 Unauthorized")],
        vec![Reply::json("401 Unauthorized", &quoting_secret)],
        vec![echo_basic("200 OK")],
        vec![broken_token],
        vec![Reply::HangUp],
    ];
    for replies in runs {
        let server = Server::replying(replies).await;
        let builder = server
            .client_builder()
            .credentials(credentials())
            .retry(RetryPolicy::never());
        let client = builder.build().unwrap();
        let message = NewMessage::new("con_1").text(TEXT);
        let outcome = client.messages().save([message]).await;
        show(shown, &outcome);
        writeln!(shown, "{}", outcome.errors()).unwrap();
        for unknown in outcome.unknown() {
            show(shown, &unknown);
            writeln!(shown, "{:?}", unknown.received).unwrap();
        }
        let not_saved = outcome.not_saved().map(|item| item.error);
        for error in not_saved.chain(outcome.unknown().map(|item| item.error)) {
            show(shown, error);
            let mut cause: Option<&dyn std::error::Error> = Some(error);
            while let Some(error) = cause {
                writeln!(shown, "{error}").unwrap();
                cause = error.source();
            }
            // A body is for who asks for it, but not with what it must not have.
            writeln!(shown, "{}", error.body_text()).unwrap();
        }
        // Entities are the API's data, and stay as they are.
        let judged =
            |item: &&ItemOutcome<NewMessage, Message>| !matches!(item.state, ItemState::Saved(_));
        for item in outcome.items().iter().filter(judged) {
            writeln!(shown, "{}", serde_json::to_string(&item.state).unwrap()).unwrap();
        }
        if let Err(incomplete) = outcome.into_result() {
            let error = tight_api::Error::from(incomplete);
            write!(shown, "{error}\n{error:?}\n").unwrap();
        }
    }
}

#[tokio::test]
async fn asking_for_a_token_by_name_shows_no_secret_either() {
    let page = format!("bad credentials {SECRET} {BASIC}");
    for status in ["401 Unauthorized", "200 OK"] {
        let server = Server::replying([Reply::new(status, "text/html", &page)]).await;
        let client = server
            .client_builder()
            .credentials(credentials())
            .build()
            .unwrap();
        let error = client
            .auth()
            .request_access_token(AccessTokenRequest::new())
            .await
            .unwrap_err();
        assert_silent(&format!("{error} {error:?} {}", error.body_text()));
    }
}

/// A server that quotes what it was sent in every place of an error.
async fn quoting(token: &str) -> (String, tight_api::Error) {
    let json = serde_json::to_string(token).unwrap().replace('/', r"\/");
    let percent = token.replace('/', "%2F").replace('+', "%2B");
    let error = format!(
        r#"{{"type":{json},"message":"no: {percent}","param":[{json}],{json}:{json},"sent":{{{json}:[{{"a":{json}}}]}}}}"#
    );
    let body = format!(r#"{{"result":"FAILURE","error":[{error}],"sent":{json}}}"#);
    let length = body.len();
    let reply = Reply::Bytes(format!(
        "HTTP/1.1 422 No\r\nwww-authenticate: Bearer {token}\r\nx-text: the text is there\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    ));
    let server = Server::replying([reply]).await;
    let credentials = Credentials::access_token(token.to_owned());
    let client = server.client_builder().credentials(credentials).build();
    let client = client.unwrap();
    let error = client.files().get("fil_1").await.unwrap_err();
    let mut shown = format!(
        "{error} {error:?} {} {:?}",
        error.body_text(),
        error.headers()
    );
    let errors: Vec<_> = error.errors().iter().collect();
    shown += &serde_json::to_string(&errors).unwrap();
    (shown, error)
}

#[tokio::test]
async fn a_long_token_shows_in_no_field_of_an_error_however_it_is_quoted() {
    let token = "t0ken/of+the/user==";
    let (shown, error) = quoting(token).await;
    for form in [token, r"t0ken\/of", "t0ken%2Fof", "of+the", "of%2Bthe"] {
        assert!(!shown.contains(form), "{form} shows in {shown}");
    }
    assert_eq!(error.headers().unwrap()["x-text"], "the text is there");
    assert_eq!(error.errors().len(), 1);
}

#[tokio::test]
async fn a_long_token_shows_in_no_path_either() {
    let body = format!(r#"{{"data":{{}},"{TOKEN}":{{"{TOKEN}":tru}}}}"#);
    let server = Server::replying([Reply::json("200 OK", &body)]).await;
    let credentials = Credentials::access_token(TOKEN);
    let client = server.client_builder().credentials(credentials).build();
    let error = client.unwrap().files().get("fil_1").await.unwrap_err();
    let path = error.path().unwrap();
    assert!(path.contains('…'), "{path}");
    assert_silent(&format!("{error} {error:?} {path} {}", error.body_text()));
}

#[tokio::test]
async fn a_short_token_garbles_no_text() {
    let (_, error) = quoting("t").await;
    assert_eq!(error.headers().unwrap()["x-text"], "the text is there");
    assert_eq!(error.errors()[0].message.as_deref(), Some("no: t"));
    assert_eq!(error.errors()[0].unknown_fields.get("t"), Some(r#""t""#));
    assert!(!format!("{error} {}", error.body_text()).contains('…'));
}

thread_local! {
    /// What is traced on this thread, while that is of interest. Each test runs on a thread of its own.
    static LOG: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// What is traced on the threads that tokens are renewed on, of all tests together.
static BESIDE_CALLS: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if thread::current().name() == Some("tight-api tokens") {
            BESIDE_CALLS.lock().unwrap().extend_from_slice(bytes);
        }
        LOG.with_borrow_mut(|log| log.iter_mut().for_each(|log| log.extend_from_slice(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// All that is traced while `calls` run, at the most verbose level, of our crates and the HTTP stack below.
///
/// There is one subscriber for all tests. If each test had its own, whether a span is traced would depend on which test met
/// it first: tracing remembers that once for all threads.
pub(crate) async fn traced<F: Future>(calls: F) -> (F::Output, String) {
    static SUBSCRIBED: Once = Once::new();
    SUBSCRIBED.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .without_time()
            .with_writer(|| Log)
            .init();
    });
    LOG.set(Some(Vec::new()));
    let output = calls.await;
    let log = LOG.take().unwrap();
    (output, String::from_utf8(log).unwrap())
}

#[tokio::test]
async fn no_error_and_no_trace_shows_a_secret() {
    let mut shown = String::new();
    let ((), trace) = traced(calls(&mut shown)).await;
    assert!(trace.contains("tight_api.call"), "nothing was traced");
    assert!(
        shown.contains("403 Forbidden") && shown.contains("no access token could be obtained"),
        "{shown}"
    );
    assert_silent(&shown);
    assert_silent(&trace);
    let beside = String::from_utf8(BESIDE_CALLS.lock().unwrap().clone()).unwrap();
    assert!(
        beside.contains("requestAccessToken"),
        "no renewal was traced"
    );
    assert_silent(&beside);
    assert!(
        !beside.contains("user_1"),
        "a trace shows who a token is for:\n{beside}"
    );
    assert!(
        !trace.contains(TEXT),
        "a trace shows what people write:\n{trace}"
    );
    assert!(
        !trace.contains("user_1") && !trace.contains("con_1"),
        "a trace shows who or what it is about:\n{trace}"
    );
}
