//! Traces calls with OpenTelemetry: each call has a span of the application's, each of its attempts a span below it, and the
//! request carries the W3C header `traceparent`.
//!
//! ```sh
//! cargo run -p tight-api --example trace_calls
//! ```
#![allow(
    clippy::print_stdout,
    reason = "an example speaks to the person who runs it"
)]

use std::collections::HashMap;
use std::error::Error;
use std::time::{Duration, SystemTime};

use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{Span, SpanKind, Status, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider, SpanData, SpanExporter};
use tight_api::{
    Attempt, AttemptEnd, CallOptions, Client, Credentials, HeaderName, HeaderValue, Observer,
    RetryPolicy,
};
use tight_sandbox::{Fault, Reply, Sandbox};

/// Makes a span of each attempt, below the span of the call.
struct Attempts {
    tracer: SdkTracer,
    call: Context,
}

impl Observer for Attempts {
    fn attempt_ended(&self, attempt: &Attempt, end: &AttemptEnd) {
        let mut attributes = vec![KeyValue::new("attempt", i64::from(attempt.number))];
        if let Some(status) = end.status {
            let status = i64::from(status.as_u16());
            attributes.push(KeyValue::new("http.response.status_code", status));
        }
        if let Some(kind) = end.error {
            attributes.push(KeyValue::new("error.type", format!("{kind:?}")));
        }
        let ended = SystemTime::now();
        let mut span = self
            .tracer
            .span_builder(attempt.operation)
            .with_kind(SpanKind::Client)
            .with_start_time(ended.checked_sub(end.elapsed).unwrap_or(ended))
            .with_attributes(attributes)
            .start_with_context(&self.tracer, &self.call);
        if !end.status.is_some_and(|status| status.is_success()) {
            span.set_status(Status::error("no success"));
        }
        span.end_with_timestamp(ended);
    }
}

/// Returns the client for calls within `call`, a context with a span.
fn traced(client: &Client, tracer: &SdkTracer, call: &Context) -> Result<Client, Box<dyn Error>> {
    let mut headers = HashMap::new();
    TraceContextPropagator::new().inject_context(call, &mut headers);
    headers.retain(|_, value: &mut String| !value.is_empty()); // `tracestate` often is
    let mut options = CallOptions::new().observer(Attempts {
        tracer: tracer.clone(),
        call: call.clone(),
    });
    for (name, value) in &headers {
        println!("sent with the call: {name}: {value}");
        options = options.header(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
    Ok(client.with(options))
}

/// Prints spans. An application has an exporter such as that of `opentelemetry-otlp` in its place.
#[derive(Debug)]
struct Print;

impl SpanExporter for Print {
    async fn export(&self, spans: Vec<SpanData>) -> OTelSdkResult {
        for span in spans {
            let context = &span.span_context;
            let took = span.end_time.duration_since(span.start_time);
            println!(
                "span {} in trace {}, below {}: {:?} {}, {:.1?}, {:?}",
                context.span_id(),
                context.trace_id(),
                span.parent_span_id,
                span.span_kind,
                span.name,
                took.unwrap_or_default(),
                span.status,
            );
            for attribute in &span.attributes {
                println!("     {} = {}", attribute.key, attribute.value);
            }
        }
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(Print)
        .build();
    let tracer = provider.tracer("acme-bank");
    let sandbox = Sandbox::start().await?;
    let briefly = Duration::from_millis(10);
    let client = Client::builder()
        .base_url(sandbox.url())
        .credentials(Credentials::access_token(sandbox.access_token()))
        .retry(RetryPolicy::default().backoff(briefly, briefly))
        .build()?;

    // What a framework begins for a request that comes in.
    let show = Context::new().with_span(tracer.start("GET /conversations"));
    sandbox.inject(Fault::RespondBefore(Reply::status(503)));
    let client = traced(&client, &tracer, &show)?;
    let conversations = client
        .conversations()
        .query(Default::default())
        .page()
        .await?;
    show.span().set_attribute(KeyValue::new(
        "conversations",
        i64::try_from(conversations.items().len())?,
    ));
    show.span().end();

    provider.shutdown()?;
    Ok(())
}
