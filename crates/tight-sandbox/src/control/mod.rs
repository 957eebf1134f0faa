//! Orders over HTTP, for tests in any language, and a page for people. Both are beside the API, under `/sandbox/`.

mod guard;
mod outcome;
mod page;
mod shown;

use std::{borrow::Cow, time::Duration};

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, request::Parts},
    response::Response,
};
use serde_json::{Value, json};

use crate::{
    control::outcome::{Outcome, Refusal, redirect, text},
    faults::json::{order, pending},
    http::{
        handling::read,
        server::{Beside, Responding, Service},
    },
    nearest::nearest,
    placed::{self, Placed, no_such},
    store::time,
};

/// The OpenAPI document of the orders.
const ORDERS: &str = include_str!("openapi.json");
const PLACE: &str = "/sandbox/";
/// How long a seed or an order may be.
const BODY_LIMIT: usize = 256 * 1024 * 1024;

const GET: &str = "GET";
const GET_POST: &str = "GET, POST";
const GET_POST_DELETE: &str = "GET, POST, DELETE";

/// What the paths under `/sandbox/` are called, and the methods that they have.
const PATHS: [(&str, &str); 9] = [
    ("", GET),
    ("clock", GET_POST),
    ("faults", GET_POST_DELETE),
    ("openapi.json", GET),
    ("operations", GET),
    ("requests", GET),
    ("state", GET_POST_DELETE),
    ("summary", GET),
    ("tokens", GET_POST_DELETE),
];

/// Takes orders for a sandbox.
pub(crate) struct Control {
    /// The document that is served.
    pub(crate) document: Cow<'static, str>,
    pub(crate) url: String,
    /// Names by which clients may call this machine, besides its own.
    pub(crate) hosts: Vec<String>,
}

impl Beside for Control {
    fn serves(&self, path: &str) -> bool {
        matches!(path, "/" | "/favicon.ico" | "/openapi.json" | "/sandbox")
            || path.starts_with(PLACE)
    }

    fn respond<'a>(&'a self, service: &'a Service, request: Request<Body>) -> Responding<'a> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            // Read to its end, so that the response is not lost with the connection.
            let body = read(body, BODY_LIMIT).await;
            let outcome = match body {
                Ok(body) => self.obey(service, &parts, &body).await,
                Err(error) => Err(Refusal::of(StatusCode::BAD_REQUEST, error.message)),
            };
            outcome.unwrap_or_else(Refusal::into_response)
        })
    }
}

impl Control {
    async fn obey(&self, service: &Service, parts: &Parts, body: &[u8]) -> Outcome {
        let (path, method) = (parts.uri.path(), &parts.method);
        guard::check(parts, &self.hosts)?;
        let Some(name) = path.strip_prefix(PLACE) else {
            allow(method, GET)?;
            return Ok(match path {
                // Browsers ask for it, and nothing is to count that.
                "/favicon.ico" => outcome::nothing(),
                "/openapi.json" => text("application/json", self.document.clone()),
                _ => redirect(PLACE),
            });
        };
        let Some((name, methods)) = PATHS.into_iter().find(|(known, _)| *known == name) else {
            let known = PATHS.map(|(name, _)| name);
            let similar = nearest(name, &known).into_iter();
            let similar: Vec<_> = similar.map(|name| format!("{PLACE}{name}")).collect();
            let message = format!(
                "there is no `{path}`; similar ones are: {}",
                similar.join(", ")
            );
            return Err(Refusal::of(StatusCode::NOT_FOUND, message));
        };
        allow(method, methods)?;
        let sent = match *method {
            Method::POST => placed::parse(body)?,
            _ => Value::Null,
        };
        match (name, method) {
            ("", _) => Ok(page::page()),
            ("openapi.json", _) => Ok(text("application/json", ORDERS)),
            ("operations", _) => Ok(outcome::json(&shown::operations(service))),
            ("summary", _) => Ok(outcome::json(&shown::summary(service, &self.url))),
            ("requests", _) => Ok(outcome::json(&shown::requests(service, parts)?)),
            ("state", &Method::GET) => Ok(outcome::json(&shown::state(service, parts)?)),
            ("state", &Method::POST) => done(service.seed(&sent)),
            ("state", _) => {
                service.reset_between_requests().await;
                done(Ok(()))
            }
            ("faults", &Method::GET) => Ok(outcome::json(&pending(service.orders(), service))),
            ("faults", &Method::POST) => done(order(&sent, service, service.orders())),
            ("faults", _) => {
                service.orders().clear();
                done(Ok(()))
            }
            ("tokens", &Method::GET) => Ok(outcome::json(&shown::tokens(service))),
            ("tokens", &Method::POST) => token(service, &Placed::whole(&sent)),
            ("tokens", _) => {
                service.tokens().revoke();
                done(Ok(()))
            }
            ("clock", &Method::POST) => advance(service, &Placed::whole(&sent)),
            _ => Ok(clock(service)),
        }
    }
}

fn done(result: Result<(), placed::Wrong>) -> Outcome {
    result?;
    Ok(outcome::nothing())
}

fn allow(method: &Method, known: &'static str) -> Result<(), Refusal> {
    if known.split(", ").any(|known| known == method.as_str()) {
        return Ok(());
    }
    let message = format!("this path has no method {method}; it has: {known}");
    Err(Refusal::of(StatusCode::METHOD_NOT_ALLOWED, message).allowing(known))
}

/// Issues a token that does not expire.
fn token(service: &Service, sent: &Placed<'_>) -> Outcome {
    let members = sent.object(&["user", "scope"])?;
    let user = members.get("user");
    let user = user.as_ref().map(Placed::text).transpose()?;
    let is_read_only = match members.get("scope") {
        None => false,
        Some(scope) => match scope.text()? {
            shown::READ => true,
            other => return Err(scope.wrong(no_such("scope", other, &[shown::READ])).into()),
        },
    };
    let token = service.issue_lasting(user, is_read_only);
    Ok(outcome::json(&shown::token(&token, user, is_read_only)))
}

fn advance(service: &Service, sent: &Placed<'_>) -> Outcome {
    let members = sent.object(&["advanceSeconds"])?;
    let seconds = members.need("advanceSeconds")?.whole_number()?;
    service.advance(Duration::from_secs(seconds));
    Ok(clock(service))
}

fn clock(service: &Service) -> Response {
    outcome::json(&json!({ "time": time::written(service.now()) }))
}
