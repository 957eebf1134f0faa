//! Settings of a call: those that differ from its client's.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::runtime::batch::MOST_ITEMS;
use crate::runtime::call::Options;
use crate::runtime::observer::{Observer, Observing};
use crate::runtime::retry::RetryPolicy;

/// Settings for calls that differ from those of their client, for [`Client::with`](crate::Client::with). What is not set stays as
/// the client has it.
///
/// ```
/// use std::time::Duration;
/// use tight_api::{CallOptions, HeaderName, HeaderValue, RetryPolicy};
///
/// let options = CallOptions::new()
///     .retry(RetryPolicy::never())
///     .total_timeout(Duration::from_secs(5))
///     .header(HeaderName::from_static("traceparent"), HeaderValue::from_static("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
/// # let _ = options;
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "options do nothing until a client has them"]
pub struct CallOptions {
    retry: Option<RetryPolicy>,
    attempt_timeout: Option<Duration>,
    total_timeout: Option<Duration>,
    request_size: Option<usize>,
    in_flight: Option<usize>,
    headers: HeaderMap,
    observer: Observing,
    keep_body: Option<usize>,
}

impl CallOptions {
    /// Creates options that change nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what is tried again, and how often.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Sets how long an attempt may take, from connecting to the last byte of the answer.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// Sets how long a request may take with all its attempts and the time between them. A batch has this for each of its requests.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = Some(timeout);
        self
    }

    /// Sets how many items of a batch are sent in one request: from 1 to 100,000.
    pub fn request_size(mut self, items: usize) -> Self {
        self.request_size = Some(items.clamp(1, MOST_ITEMS));
        self
    }

    /// Sets how many requests of a batch are under way at a time, at least 1.
    pub fn in_flight(mut self, requests: usize) -> Self {
        self.in_flight = Some(requests.max(1));
        self
    }

    /// Sets a header that is sent with each request, such as `traceparent`, a correlation id, or `Tight-Version`. It replaces the
    /// client's of that name. An operation whose method takes a header as an argument sends that argument.
    ///
    /// A call fails with [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the header is one that the SDK sends itself:
    /// `Authorization`, `Accept`, `Accept-Encoding`, `Connection`, `Content-Length`, `Content-Type`, `Host` or
    /// `Transfer-Encoding`.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        set_header(&mut self.headers, name, value);
        self
    }

    /// Sets an observer that sees each attempt, in place of the client's.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = Observing(Some(Arc::new(observer)));
        self
    }

    /// Keeps the body of each answer as it came, up to so many bytes, beside what is read of it: see
    /// [`Response::raw_body`](crate::Response::raw_body) and, of a batch,
    /// [`Outcomes::last_response`](crate::Outcomes::last_response). An [`Error`](crate::Error::body) has the body without this.
    pub fn keep_body(mut self, most_bytes: usize) -> Self {
        self.keep_body = Some(most_bytes);
        self
    }

    pub(super) fn apply(self, options: &mut Options) {
        fn set<T>(value: Option<T>, field: &mut T) {
            if let Some(value) = value {
                *field = value;
            }
        }
        set(self.retry, &mut options.retry);
        set(self.attempt_timeout, &mut options.attempt_timeout);
        set(self.total_timeout, &mut options.total_timeout);
        set(self.request_size, &mut options.request_size);
        set(self.in_flight, &mut options.in_flight);
        if self.keep_body.is_some() {
            options.keep_body = self.keep_body;
        }
        if self.observer.0.is_some() {
            options.observer = self.observer;
        }
        for (name, value) in &self.headers {
            options.headers.insert(name, value.clone());
        }
    }
}

/// Sets a header. What it is for is not known here, so `Debug` does not show its value.
pub(super) fn set_header(headers: &mut HeaderMap, name: HeaderName, mut value: HeaderValue) {
    value.set_sensitive(true);
    headers.insert(name, value);
}
