//! Rate limits: calls of a token wait together.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use futures_util::future::join_all;
use tight_api::{
    Attempt, AttemptEnd, CallOptions, Client, Clock, Credentials, ErrorKind, Observer, Pace,
    RetryPolicy, Wait, WaitReason,
};

use crate::clock::ManualClock;
use crate::server::{Reply, Server};

const MESSAGE: &str = r#"{"result":"SUCCESS","data":{"id":"msg_1"}}"#;

/// A clock that jumps over waits once nothing is under way, as if requests took no time.
#[derive(Clone, Default)]
struct Idle {
    under_way: Arc<AtomicUsize>,
    passed: Arc<Mutex<Duration>>,
    start: Option<Instant>,
}

impl Idle {
    fn new() -> Self {
        let start = Some(Instant::now());
        Self {
            start,
            ..Self::default()
        }
    }
}

impl Observer for Idle {
    fn attempt_started(&self, _: &Attempt) {
        self.under_way.fetch_add(1, Ordering::SeqCst);
    }

    fn attempt_ended(&self, _: &Attempt, _: &AttemptEnd) {
        self.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Clock for Idle {
    fn now(&self) -> Instant {
        self.start.unwrap() + *self.passed.lock().unwrap()
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + *self.passed.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let until = *self.passed.lock().unwrap() + duration;
        Box::pin(async move {
            while self.under_way.load(Ordering::SeqCst) > 0 {
                tokio::task::yield_now().await;
            }
            let mut passed = self.passed.lock().unwrap();
            *passed = until.max(*passed);
        })
    }
}

/// What a server with a limit has seen.
#[derive(Default)]
struct Limited {
    windows: u64,
    in_window: usize,
    turned_down: usize,
}

/// A server that serves so many requests a second of the clock.
async fn limiting(clock: &Idle, limit: usize) -> (Server, Arc<Mutex<Limited>>) {
    let start = clock.now();
    let (clock, limited) = (clock.clone(), Arc::<Mutex<Limited>>::default());
    let seen = Arc::clone(&limited);
    let server = Server::deciding(move |_| {
        let window = clock.now().duration_since(start).as_secs() + 1;
        let mut seen = seen.lock().unwrap();
        if seen.windows != window {
            (seen.windows, seen.in_window) = (window, 0);
        }
        if seen.in_window == limit {
            seen.turned_down += 1;
            return limit_reached("1");
        }
        seen.in_window += 1;
        Reply::json("200 OK", MESSAGE)
    })
    .await;
    (server, limited)
}

fn limit_reached(retry_after: &str) -> Reply {
    Reply::Bytes(format!(
        "HTTP/1.1 429 Too Many Requests\r\nretry-after: {retry_after}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    ))
}

/// Makes calls, from as many tasks. Gives the time that it took by the clock.
async fn call(client: &Client, clock: &Idle, tasks: usize, calls: usize) -> Duration {
    let start = clock.now();
    let tasks = (0..tasks).map(|_| async {
        for _ in 0..calls / tasks {
            client.messages().get("msg_1").await.unwrap();
        }
    });
    join_all(tasks).await;
    clock.now().duration_since(start)
}

#[tokio::test]
async fn calls_learn_how_many_are_let_through() {
    let clock = Idle::new();
    let (server, limited) = limiting(&clock, 50).await;
    let client = server
        .client_builder()
        .clock(clock.clone())
        .observer(clock.clone())
        .build()
        .unwrap();
    let took = call(&client, &clock, 16, 1600).await;
    let limited = limited.lock().unwrap();
    // 32 windows of 50.
    assert!(
        took <= Duration::from_secs(32).mul_f64(1.0 / 0.95),
        "{took:?}"
    );
    assert!(
        limited.turned_down as u64 <= limited.windows,
        "{} in {} windows",
        limited.turned_down,
        limited.windows
    );
}

#[tokio::test]
async fn a_limit_that_is_raised_is_found() {
    let clock = Idle::new();
    let limit = Arc::new(Mutex::new(10));
    let (start, now, current) = (clock.now(), clock.clone(), Arc::clone(&limit));
    let mut seen = (0, 0);
    let server = Server::deciding(move |_| {
        let window = now.now().duration_since(start).as_secs() + 1;
        if seen.0 != window {
            seen = (window, 0);
        }
        if seen.1 == *current.lock().unwrap() {
            return limit_reached("1");
        }
        seen.1 += 1;
        Reply::json("200 OK", MESSAGE)
    })
    .await;
    let client = server
        .client_builder()
        .clock(clock.clone())
        .observer(clock.clone())
        .build()
        .unwrap();
    let slow = call(&client, &clock, 4, 200).await;
    assert!(slow >= Duration::from_secs(19), "{slow:?}");
    *limit.lock().unwrap() = 100;
    let fast = call(&client, &clock, 4, 1000).await;
    assert!(fast <= Duration::from_secs(30), "{fast:?}");
}

#[tokio::test]
async fn with_a_pace_nothing_is_turned_down() {
    let clock = Idle::new();
    let (server, limited) = limiting(&clock, 50).await;
    let client = server
        .client_builder()
        .clock(clock.clone())
        .observer(clock.clone())
        .pace(Pace::per(50, Duration::from_secs(1)))
        .total_timeout(Duration::from_secs(3600))
        .build()
        .unwrap();
    let took = call(&client, &clock, 16, 800).await;
    assert!(
        took <= Duration::from_secs(16).mul_f64(1.0 / 0.95),
        "{took:?}"
    );
    assert_eq!(limited.lock().unwrap().turned_down, 0);
}

#[tokio::test]
async fn a_429_concerns_all_calls_of_its_token_and_of_no_other() {
    let clock = ManualClock::new();
    let start = clock.now();
    let (now, mut seen) = (clock.clone(), Vec::new());
    let times = Arc::<Mutex<Vec<(bool, Duration)>>>::default();
    let kept = Arc::clone(&times);
    let server = Server::deciding(move |request| {
        let is_annas = request.contains("Bearer annas-token");
        kept.lock()
            .unwrap()
            .push((is_annas, now.now().duration_since(start)));
        seen.push(is_annas);
        if is_annas && seen.iter().filter(|is_annas| **is_annas).count() == 1 {
            return limit_reached("30");
        }
        Reply::json("200 OK", MESSAGE)
    })
    .await;
    let client = server
        .client_builder()
        .clock(clock.clone())
        .build()
        .unwrap();
    let anna = client
        .with_credentials(Credentials::access_token("annas-token"))
        .unwrap();
    let once = CallOptions::new().retry(RetryPolicy::never());
    let error = anna.with(once).messages().get("msg_1").await.unwrap_err();
    assert_eq!(error.status().unwrap(), 429);
    client.messages().get("msg_1").await.unwrap();
    anna.messages().get("msg_1").await.unwrap();
    let seconds = |seconds| Duration::from_secs(seconds);
    assert_eq!(
        *times.lock().unwrap(),
        [(true, seconds(0)), (false, seconds(0)), (true, seconds(30))]
    );
}

#[tokio::test]
async fn a_call_that_would_wait_for_too_long_is_not_sent() {
    let clock = ManualClock::new();
    let server = Server::replying([limit_reached("30"), Reply::json("200 OK", MESSAGE)]).await;
    let client = server
        .client_builder()
        .clock(clock.clone())
        .build()
        .unwrap();
    let once = CallOptions::new().retry(RetryPolicy::never());
    client.with(once).messages().get("msg_1").await.unwrap_err();
    let hasty = CallOptions::new().total_timeout(Duration::from_secs(5));
    let error = client
        .with(hasty)
        .messages()
        .get("msg_1")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert!(error.is_retryable() && !error.may_have_taken_effect());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    insta::assert_snapshot!(error, @"getMessage: the rate limit of the token would delay the request by 30.0 s, longer than it may wait");
    assert_eq!(server.requests().len(), 1);
    assert!(clock.slept().is_empty());
}

#[tokio::test]
async fn no_server_closes_the_gate_for_longer_than_the_policy_lets_it() {
    let clock = ManualClock::new();
    let server =
        Server::replying([limit_reached("999999999"), Reply::json("200 OK", MESSAGE)]).await;
    let client = server
        .client_builder()
        .clock(clock.clone())
        .build()
        .unwrap();
    let error = client.messages().get("msg_1").await.unwrap_err();
    assert_eq!(error.status().unwrap(), 429);
    client.messages().get("msg_1").await.unwrap();
    assert_eq!(clock.slept(), [Duration::from_secs(60)]);
}

#[tokio::test]
async fn the_observer_sees_calls_wait() {
    #[derive(Clone, Default)]
    struct Waits(Arc<Mutex<Vec<(WaitReason, Duration)>>>);

    impl Observer for Waits {
        fn waiting(&self, wait: &Wait) {
            assert_eq!(wait.operation, "getMessage");
            self.0.lock().unwrap().push((wait.reason, wait.time));
        }
    }

    let clock = ManualClock::new();
    let replies = [limit_reached("2"), Reply::json("200 OK", MESSAGE)];
    let server =
        Server::replying(replies.into_iter().chain([Reply::json("200 OK", MESSAGE)])).await;
    let waits = Waits::default();
    let client = server
        .client_builder()
        .clock(clock.clone())
        .observer(waits.clone())
        .pace(Pace::per(1, Duration::from_secs(10)))
        .build()
        .unwrap();
    client.messages().get("msg_1").await.unwrap();
    let seconds = |seconds| Duration::from_secs(seconds);
    assert_eq!(
        *waits.0.lock().unwrap(),
        [
            (WaitReason::RateLimit, seconds(2)),
            (WaitReason::Pace, seconds(8)),
        ]
    );
}

#[tokio::test]
async fn a_pace_of_any_numbers_makes_a_client() {
    for requests in [0, 1, 1000, u32::MAX] {
        for period in [Duration::ZERO, Duration::from_nanos(1), Duration::MAX] {
            let server = Server::replying([Reply::json("200 OK", MESSAGE)]).await;
            let client = server.client_builder().pace(Pace::per(requests, period));
            client
                .build()
                .unwrap()
                .messages()
                .get("msg_1")
                .await
                .unwrap();
        }
    }
}
