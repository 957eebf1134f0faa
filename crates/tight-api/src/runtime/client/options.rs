//! Settings of single calls.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::runtime::batch::MOST_ITEMS;
use crate::runtime::call::Options;
use crate::runtime::observer::{Observer, OptionalObserver};
use crate::runtime::retry::RetryPolicy;

/// Settings that override those of the client, for [`Client::with`](crate::Client::with). Settings that are not set here are taken
/// from the client.
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
#[must_use = "options do nothing until they are passed to `Client::with`"]
pub struct CallOptions {
    retry: Option<RetryPolicy>,
    attempt_timeout: Option<Duration>,
    total_timeout: Option<Duration>,
    request_size: Option<usize>,
    in_flight: Option<usize>,
    headers: HeaderMap,
    observer: OptionalObserver,
    keep_body: Option<usize>,
}

impl CallOptions {
    /// Creates options that override nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the retry policy.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Sets the timeout of one attempt, from connecting to the last byte of the response.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// Sets the timeout of a call with all its attempts and waits. In a batch, it applies to each request.
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = Some(timeout);
        self
    }

    /// Sets the maximum number of items of a request in batches, from 1 to 100,000.
    pub fn request_size(mut self, items: usize) -> Self {
        self.request_size = Some(items.clamp(1, MOST_ITEMS));
        self
    }

    /// Sets the maximum number of requests of a batch in flight, at least 1.
    pub fn in_flight(mut self, requests: usize) -> Self {
        self.in_flight = Some(requests.max(1));
        self
    }

    /// Sets a header of each request, such as `traceparent`, a correlation id, or `Tight-Version`. Replaces a header of the client
    /// with this name. Headers that a method takes as arguments take precedence.
    ///
    /// Calls fail with [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the SDK sets the header itself:
    /// `Authorization`, `Accept`, `Accept-Encoding`, `Connection`, `Content-Length`, `Content-Type`, `Host` or
    /// `Transfer-Encoding`.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        set_header(&mut self.headers, name, value);
        self
    }

    /// Sets an observer for each attempt, instead of that of the client.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = OptionalObserver(Some(Arc::new(observer)));
        self
    }

    /// Keeps the raw body of each response, up to `most_bytes`: see [`Response::raw_body`](crate::Response::raw_body) and, for
    /// batches, [`Outcomes::last_response`](crate::Outcomes::last_response). An error [has the body](crate::Error::body) without
    /// this setting.
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

/// Sets a header. Its value can be confidential, so `Debug` does not show it.
pub(super) fn set_header(headers: &mut HeaderMap, name: HeaderName, mut value: HeaderValue) {
    value.set_sensitive(true);
    headers.insert(name, value);
}
