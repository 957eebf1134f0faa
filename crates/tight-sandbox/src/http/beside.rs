//! What a sandbox serves beside the API: requests for it never reach an operation, and count nowhere.

use std::pin::Pin;

use axum::{body::Body, http::Request, response::Response};

use crate::http::server::Service;

pub(crate) type Responding<'a> = Pin<Box<dyn Future<Output = Response> + Send + 'a>>;

pub(crate) trait Beside: Send + Sync {
    /// Whether it has something at this path.
    fn serves(&self, path: &str) -> bool;

    fn respond<'a>(&'a self, service: &'a Service, request: Request<Body>) -> Responding<'a>;
}
