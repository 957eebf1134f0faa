//! Counts calls for Prometheus: what came of them, attempts and their latencies by operation and status, and how long calls wait before they are sent.
//!
//! ```sh
//! cargo run -p tight-api --example observe_calls
//! ```
#![allow(
    clippy::print_stdout,
    reason = "an example speaks to the person who runs it"
)]

use std::error::Error;
use std::time::Duration;

use prometheus::{CounterVec, HistogramOpts, HistogramVec, Opts, Registry, TextEncoder};
use tight_api::types::NewMessage;
use tight_api::{
    Attempt, AttemptEnd, Call, CallEnd, Client, Credentials, Observer, RetryPolicy, Wait,
};
use tight_sandbox::{Fault, Reply, Sandbox};

/// Metrics of all calls. Operations, statuses and kinds of error are few, so they can be labels; users and entities are not there.
struct Metrics {
    calls: CounterVec,
    attempts: HistogramVec,
    items: CounterVec,
    waits: CounterVec,
}

impl Metrics {
    fn register(registry: &Registry) -> prometheus::Result<Self> {
        let metrics = Self {
            calls: CounterVec::new(
                Opts::new("tight_calls_total", "Calls, by what came of them"),
                &["operation", "outcome"],
            )?,
            // A histogram counts, too: `tight_attempt_seconds_count`.
            attempts: HistogramVec::new(
                HistogramOpts::new("tight_attempt_seconds", "How long requests to Tight take")
                    .buckets(vec![0.1, 1.0, 10.0]),
                &["operation", "outcome"],
            )?,
            items: CounterVec::new(
                Opts::new(
                    "tight_items_total",
                    "Items of batches, each time they are sent",
                ),
                &["operation"],
            )?,
            waits: CounterVec::new(
                Opts::new("tight_waits_total", "Waits before a request"),
                &["operation", "reason"],
            )?,
        };
        registry.register(Box::new(metrics.calls.clone()))?;
        registry.register(Box::new(metrics.attempts.clone()))?;
        registry.register(Box::new(metrics.items.clone()))?;
        registry.register(Box::new(metrics.waits.clone()))?;
        Ok(metrics)
    }
}

impl Observer for Metrics {
    /// Every call once, by what came of it: also those that were not sent, and a 200 that says failure.
    fn call_ended(&self, call: &Call, end: &CallEnd) {
        let outcome = match end.error {
            Some(kind) => format!("{kind:?}"),
            None if end.was_dropped => "dropped".to_owned(),
            None => "ok".to_owned(),
        };
        self.calls
            .with_label_values(&[call.operation, &outcome])
            .inc();
    }

    fn attempt_ended(&self, attempt: &Attempt, end: &AttemptEnd) {
        let outcome = match (end.status, end.error) {
            (_, Some(kind)) => format!("{kind:?}"), // a lost connection, a timeout…
            (Some(status), None) => status.as_str().to_owned(),
            (None, None) => "dropped".to_owned(), // the caller no longer waits
        };
        self.attempts
            .with_label_values(&[attempt.operation, &outcome])
            .observe(end.elapsed.as_secs_f64());
        if let Some(items) = attempt.items {
            let items = u32::try_from(items).unwrap_or(u32::MAX);
            self.items
                .with_label_values(&[attempt.operation])
                .inc_by(items.into());
        }
    }

    fn waiting(&self, wait: &Wait) {
        let reason = format!("{:?}", wait.reason); // a backoff, Tight's rate limit, the pace of the client
        self.waits
            .with_label_values(&[wait.operation, reason.as_str()])
            .inc();
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let registry = Registry::new();
    let sandbox = Sandbox::start().await?;
    let credentials = Credentials::client(sandbox.client_id(), sandbox.client_secret());
    let briefly = Duration::from_millis(10);
    let client = Client::builder()
        .base_url(sandbox.url())
        .credentials(credentials.for_user("user_1"))
        .retry(RetryPolicy::default().backoff(briefly, briefly))
        .observer(Metrics::register(&registry)?)
        .build()?;

    // Two reads are answered with errors at first, and a save loses its connection.
    let greetings = ["Hello", "Thank you"].map(|text| NewMessage::new("con_1").text(text));
    client.messages().save(greetings).await.into_result()?;
    for status in [503, 502] {
        sandbox.inject(Fault::RespondBefore(Reply::status(status)));
        client.messages().get("msg_1").await?;
    }
    sandbox.inject(Fault::DropAfter);
    let lost = client.messages().save([NewMessage::new("con_1")]).await;
    println!("the second batch: {lost}\n");

    // What an endpoint for Prometheus answers.
    print!(
        "{}",
        TextEncoder::new().encode_to_string(&registry.gather())?
    );
    Ok(())
}
