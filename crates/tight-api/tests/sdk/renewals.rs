//! Tokens, renewed beside the calls: what a renewal costs them, and how many a server is asked for.

use std::cell::RefCell;
use std::future::pending;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tight_api::{
    Client, Credentials, ErrorKind, RetryPolicy, Token, TokenFuture, TokenSource, TokenSubject,
};
use tight_sandbox::Sandbox;
use tokio::sync::Notify;

use crate::clock::ManualClock;
use crate::credentials::{rejected, save, saved, token};
use crate::server::{Reply, Server, asks_for_token};

/// No test takes this long; what would wait for ever fails.
const PATIENCE: Duration = Duration::from_secs(10);

async fn soon<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(PATIENCE, future).await.unwrap()
}

/// A client of a server, which obtains tokens with its secret.
fn client(server: &Server, clock: &ManualClock) -> Client {
    let builder = server.client_builder().clock(clock.clone());
    builder
        .credentials(Credentials::client("id", "secret"))
        .build()
        .unwrap()
}

/// A source that does for the nth token what it is told, from 0.
struct Scripted<F> {
    asked: Arc<AtomicUsize>,
    script: F,
}

impl<F: Fn(usize) -> TokenFuture<'static> + Send + Sync> TokenSource for Scripted<F> {
    fn token<'a>(&'a self, _: &'a TokenSubject) -> TokenFuture<'a> {
        (self.script)(self.asked.fetch_add(1, Ordering::SeqCst))
    }
}

fn scripted(
    script: impl Fn(usize) -> TokenFuture<'static> + Send + Sync + 'static,
) -> (Credentials, Arc<AtomicUsize>) {
    let asked = Arc::default();
    let source = Scripted {
        asked: Arc::clone(&asked),
        script,
    };
    (Credentials::source(source), asked)
}

/// The nth token, which is due for renewal after 540 seconds, and dead after 600.
fn nth(count: usize) -> TokenFuture<'static> {
    let token = Token::new(format!("token-{count}")).expires_in(Duration::from_secs(600));
    Box::pin(async { Ok(token) })
}

#[tokio::test]
async fn no_call_waits_for_a_renewal_as_long_as_the_token_is_good() {
    let clock = ManualClock::new();
    let server = Server::answering(
        [token("first", 3600), Reply::Stall],
        (0..9).map(|_| saved()),
    )
    .await;
    let client = client(&server, &clock);
    save(&client).await.unwrap();
    clock.advance(Duration::from_secs(3540));
    for _ in 0..8 {
        soon(save(&client)).await.unwrap();
    }
    assert_eq!(server.authorizations(), ["Bearer first"; 9]);
}

#[tokio::test]
async fn a_renewal_that_hangs_is_waited_for_once_the_token_is_dead_and_is_still_the_only_one() {
    let (clock, go_on) = (ManualClock::new(), Arc::new(Notify::new()));
    let held = Arc::clone(&go_on);
    let (credentials, asked) = scripted(move |count| {
        let held = Arc::clone(&held);
        Box::pin(async move {
            if count > 0 {
                held.notified().await;
            }
            nth(count).await
        })
    });
    let server = Server::answering([], (0..9).map(|_| saved())).await;
    let builder = server.client_builder().credentials(credentials);
    let client = builder.clock(clock.clone()).build().unwrap();
    save(&client).await.unwrap();
    clock.advance(Duration::from_secs(540));
    soon(save(&client)).await.unwrap();
    clock.advance(Duration::from_secs(59));
    soon(save(&client)).await.unwrap();
    assert_eq!(server.authorizations(), ["Bearer token-0"; 3]);
    clock.advance(Duration::from_secs(1));
    let waiting = futures_util::future::join_all((0..6).map(|_| save(&client)));
    let (results, ()) = soon(async { tokio::join!(waiting, async { go_on.notify_one() }) }).await;
    results.into_iter().for_each(Result::unwrap);
    assert_eq!(server.authorizations()[3..], ["Bearer token-1"; 6]);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

/// Calls a client each second from the time that its first token is due to the time that it is dead.
async fn call_until_dead(client: &Client, clock: &ManualClock) {
    save(client).await.unwrap();
    clock.advance(Duration::from_secs(540));
    for _ in 0..60 {
        soon(save(client)).await.unwrap();
        clock.advance(Duration::from_secs(1));
    }
}

#[tokio::test]
async fn renewals_that_fail_or_panic_cost_no_call_until_the_token_is_dead_and_are_tried_again_after_pauses()
 {
    for panics in [false, true] {
        let clock = ManualClock::new();
        let is_well = Arc::new(AtomicBool::new(false));
        let well = Arc::clone(&is_well);
        let (credentials, asked) = scripted(move |count| {
            if count == 0 || well.load(Ordering::SeqCst) {
                return nth(count);
            }
            assert!(!panics, "stage fright");
            Box::pin(async { Err("the vault is sealed".into()) })
        });
        let server = Server::deciding(|_| saved()).await;
        let builder = server.client_builder().credentials(credentials);
        let client = builder.clock(clock.clone()).build().unwrap();
        call_until_dead(&client, &clock).await;
        assert_eq!(server.authorizations(), ["Bearer token-0"; 61]);
        // After 0, 1, 3, 7, 15, 31 seconds, or a little later, since nobody waits for them.
        let early = asked.load(Ordering::SeqCst) - 1;
        assert!((3..=6).contains(&early), "{early} early renewals");

        let error = soon(save(&client)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert!(!error.may_have_taken_effect());
        is_well.store(true, Ordering::SeqCst);
        soon(save(&client)).await.unwrap();
    }
}

#[test]
fn a_renewal_goes_on_whatever_becomes_of_the_runtime_that_it_was_begun_on() {
    let new = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    for is_dropped in [true, false] {
        let serving = tokio::runtime::Runtime::new().unwrap();
        // One token: whoever asked for another would have none.
        let replies = [token("first", 3600)];
        let server = serving.block_on(Server::answering(replies, [saved()]));
        let client = client(&server, &ManualClock::new());
        let first = new();
        let mut begun = Box::pin(save(&client));
        first.block_on(async { assert!(futures_util::poll!(begun.as_mut()).is_pending()) });
        let first = if is_dropped {
            drop((begun, first));
            None
        } else {
            // Nobody drives it any more.
            Some((begun, first))
        };
        new().block_on(soon(save(&client))).unwrap();
        assert_eq!(server.token_requests(), 1);
        drop(first);
    }
}

#[tokio::test]
async fn a_server_that_rejects_what_it_has_just_given_is_asked_for_few_tokens_and_served_once_it_is_well()
 {
    let (clock, is_well) = (ManualClock::new(), Arc::new(AtomicBool::new(false)));
    let well = Arc::clone(&is_well);
    let mut count = 0;
    // Tokens of any life, also such that are dead on arrival.
    for life in [3600, 10, 0] {
        is_well.store(false, Ordering::SeqCst);
        let well = Arc::clone(&well);
        let server = Server::deciding(move |request| {
            if asks_for_token(request) {
                count += 1;
                token(&format!("token-{count}"), life)
            } else if well.load(Ordering::SeqCst) {
                saved()
            } else {
                rejected()
            }
        })
        .await;
        let client = client(&server, &clock);
        for _ in 0..50 {
            let error = save(&client).await.unwrap_err();
            assert_eq!(error.status().unwrap(), 401);
        }
        let asked = server.token_requests();
        assert!((2..=4).contains(&asked), "{asked} tokens at once");
        for minute in 1..=5 {
            clock.advance(Duration::from_secs(20));
            for _ in 0..10 {
                save(&client).await.unwrap_err();
            }
            assert_eq!(server.token_requests(), asked + minute);
        }
        is_well.store(true, Ordering::SeqCst);
        clock.advance(Duration::from_secs(20));
        for _ in 0..5 {
            save(&client).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_token_that_reads_like_the_rejected_one_is_no_reason_to_ask_for_ever() {
    let server = Server::deciding(|request| {
        if asks_for_token(request) {
            token("the-same", 3600)
        } else {
            rejected()
        }
    })
    .await;
    let client = client(&server, &ManualClock::new());
    for _ in 0..20 {
        save(&client).await.unwrap_err();
    }
    assert!(server.token_requests() <= 4, "{}", server.token_requests());
}

#[tokio::test]
async fn a_call_that_is_always_unauthorized_costs_few_tokens_and_no_other_call() {
    let clock = ManualClock::new();
    let mut count = 0;
    let server = Server::deciding(move |request| {
        if asks_for_token(request) {
            count += 1;
            token(&format!("token-{count}"), 1_000_000)
        } else if request.starts_with("DELETE ") {
            rejected()
        } else {
            saved()
        }
    })
    .await;
    let client = client(&server, &clock);
    for _ in 0..60 {
        let error = client.files().delete("file_1").await.unwrap_err();
        assert_eq!(error.status().unwrap(), 401);
        save(&client).await.unwrap();
    }
    assert!(server.token_requests() <= 14, "{}", server.token_requests());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_that_was_served_and_is_revoked_is_renewed_once_for_all_calls() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = Client::builder()
        .base_url(sandbox.url())
        .credentials(Credentials::client(
            sandbox.client_id(),
            sandbox.client_secret(),
        ))
        .build()
        .unwrap();
    for round in 1..=9 {
        let calls: Vec<_> = (0..20)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { save(&client).await })
            })
            .collect();
        for call in calls {
            call.await.unwrap().unwrap();
        }
        assert_eq!(sandbox.tokens_issued(), round);
        sandbox.revoke_tokens();
    }
}

#[tokio::test]
async fn a_late_rejection_of_an_old_token_costs_no_new_one() {
    let go_on = Arc::new(Notify::new());
    let late = Reply::Held(Arc::clone(&go_on), Box::new(rejected()));
    let server = Server::answering(
        [token("first", 3600), token("second", 3600)],
        [saved(), late, rejected(), saved(), saved()],
    )
    .await;
    let client = client(&server, &ManualClock::new());
    save(&client).await.unwrap();
    let rejected_late = tokio::spawn({
        let client = client.clone();
        async move { save(&client).await }
    });
    while server.requests().len() < 3 {
        tokio::task::yield_now().await;
    }
    save(&client).await.unwrap();
    assert_eq!(server.authorizations()[3], "Bearer second");
    go_on.notify_one();
    soon(rejected_late).await.unwrap().unwrap();
    assert_eq!(server.authorizations()[4], "Bearer second");
    assert_eq!(server.token_requests(), 2);
}

#[tokio::test]
async fn a_token_is_used_whatever_is_said_of_its_life() {
    for life in [
        "3599.5",
        "\"\"",
        "1e20",
        "1e400",
        "\"3600\"",
        "\"an hour\"",
        "-1",
        "null",
        "true",
        "[3600]",
        "{}",
    ] {
        let body = format!(
            r#"{{"access_token":"first","expires_in":{life},"scope":["read","write"],"token_type":5}}"#
        );
        let server =
            Server::answering([Reply::json("200 OK", &body)], [saved(), saved(), saved()]).await;
        let clock = ManualClock::new();
        let client = client(&server, &clock);
        for _ in 0..2 {
            let result = save(&client).await;
            assert!(result.is_ok(), "{life}: {}", result.unwrap_err());
        }
        let is_said = ["3599.5", "\"3600\""].contains(&life);
        clock.advance(Duration::from_secs(3601));
        let third = save(&client).await;
        assert_eq!(
            third.is_err(),
            is_said,
            "{life}: it expires when it is said to"
        );
        assert_eq!(server.authorizations()[..2], ["Bearer first"; 2], "{life}");
    }
}

#[tokio::test]
async fn a_source_may_say_that_a_token_lives_for_ever_or_not_at_all() {
    for (life, asked_for) in [(Duration::MAX, 1), (Duration::ZERO, 3)] {
        let (credentials, asked) = scripted(move |count| {
            let token = Token::new(format!("token-{count}")).expires_in(life);
            Box::pin(async { Ok(token) })
        });
        let server = Server::deciding(|_| saved()).await;
        let builder = server.client_builder().credentials(credentials);
        let client = builder.build().unwrap();
        for _ in 0..3 {
            save(&client).await.unwrap();
        }
        assert_eq!(asked.load(Ordering::SeqCst), asked_for);
    }
}

#[tokio::test]
async fn an_error_of_the_token_endpoint_shows_its_code_and_its_words() {
    let body = r#"{"error":"invalid_client","error_description":"The secret was rotated."}"#;
    for (status, kind) in [("400 Bad Request", 400), ("401 Unauthorized", 401)] {
        let server = Server::answering([Reply::json(status, body)], []).await;
        let error = save(&client(&server, &ManualClock::new()))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert_eq!(error.status().unwrap(), kind);
        let shown = error.to_string();
        assert!(
            shown.ends_with("invalid_client: The secret was rotated."),
            "{shown}"
        );
    }
}

thread_local! {
    /// Goes away with the thread that it was put down on.
    static WITNESS: RefCell<Option<mpsc::Sender<()>>> = const { RefCell::new(None) };
}

/// Waits for the thread that a witness is on to end.
fn ends(witness: &mpsc::Receiver<()>) {
    assert_eq!(
        witness.recv_timeout(PATIENCE),
        Err(mpsc::RecvTimeoutError::Disconnected)
    );
}

#[tokio::test]
async fn the_thread_of_the_renewals_ends_with_the_client() {
    for hangs in [false, true] {
        let (sender, witness) = mpsc::channel();
        let began = Arc::new(Notify::new());
        let (sender, signal) = (Mutex::new(Some(sender)), Arc::clone(&began));
        let (credentials, _) = scripted(move |count| {
            WITNESS.set(sender.lock().unwrap().take());
            signal.notify_one();
            if hangs {
                Box::pin(pending())
            } else {
                nth(count)
            }
        });
        let server = Server::deciding(|_| saved()).await;
        let client = server.client_builder().credentials(credentials).build();
        let client = client.unwrap();
        let mut call = Box::pin(save(&client));
        if hangs {
            assert!(futures_util::poll!(call.as_mut()).is_pending());
            soon(began.notified()).await;
        } else {
            call.as_mut().await.unwrap();
        }
        assert_eq!(witness.try_recv(), Err(mpsc::TryRecvError::Empty));
        drop(call);
        drop(client);
        ends(&witness);
    }
}

#[tokio::test]
async fn a_client_may_be_dropped_by_its_own_token_source() {
    let (kept, go_on) = (
        Arc::new(Mutex::new(None::<Client>)),
        Arc::new(Notify::new()),
    );
    let (sender, witness) = mpsc::channel();
    let sender = Mutex::new(Some(sender));
    let (last, told) = (Arc::clone(&kept), Arc::clone(&go_on));
    let (credentials, _) = scripted(move |count| {
        WITNESS.set(sender.lock().unwrap().take());
        let (last, told) = (Arc::clone(&last), Arc::clone(&told));
        Box::pin(async move {
            told.notified().await;
            drop(last.lock().unwrap().take());
            nth(count).await
        })
    });
    let server = Server::deciding(|_| saved()).await;
    let client = server.client_builder().credentials(credentials).build();
    let client = client.unwrap();
    *kept.lock().unwrap() = Some(client.clone());
    let mut call = Box::pin(save(&client));
    assert!(futures_util::poll!(call.as_mut()).is_pending());
    drop(call);
    drop(client);
    go_on.notify_one();
    ends(&witness);
    assert!(kept.lock().unwrap().is_none());
}

#[tokio::test]
async fn a_token_source_that_panics_costs_all_who_wait_an_error_and_nothing_more() {
    let (credentials, asked) = scripted(|count| {
        assert!(count > 0, "stage fright");
        nth(count)
    });
    let server = Server::deciding(|_| saved()).await;
    let builder = server.client_builder().retry(RetryPolicy::never());
    let client = builder.credentials(credentials).build().unwrap();
    let waiting = futures_util::future::join_all((0..20).map(|_| save(&client)));
    let results = soon(waiting).await;
    let failed: Vec<_> = results.into_iter().filter_map(Result::err).collect();
    // Who comes after the panic may have the next token already.
    assert!(!failed.is_empty());
    for error in failed {
        assert_eq!(error.kind(), ErrorKind::Credentials);
        insta::allow_duplicates! {
            insta::assert_snapshot!(error, @"saveMessages: no access token could be obtained: the token source panicked");
        }
    }
    save(&client).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}
