//! Handles requests: finds the operation, authenticates, performs it, and applies injected faults. All requests pass
//! through [`Service::handle`].

use std::{future::poll_fn, pin::Pin, sync::atomic::Ordering, time::SystemTime};

use axum::{
    body::{Body, HttpBody},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{ALLOW, AUTHORIZATION, CONTENT_TYPE},
        request::Parts,
    },
};
use base64::{Engine, prelude::BASE64_STANDARD};

use crate::{
    document::operation::Access,
    envelope::{ApiError, ApiErrorType, ApiResponse},
    faults::fault::Fault,
    http::{
        delivery::{Delivery, deliver, expired_token},
        limits::HEADERS,
        received::ReceivedRequest,
        routes::{Route, Served},
        server::{Service, lock},
    },
    kinds::{
        ApiRequest, BODY_LIMIT, Context,
        token::{Refusal, refusal},
    },
    store::tokens::{CLIENT_ID, CLIENT_SECRET, Grant, TokenStatus},
};

/// A route, and the path parameters as received.
type Call<'a> = (&'a Route, Vec<(&'a str, String)>);

/// A request that has been received.
pub(super) struct Incoming<'a> {
    /// Its operation, or the error response.
    found: Result<Call<'a>, ApiResponse>,
    body: Result<Vec<u8>, ApiError>,
}

impl Service {
    /// Finds the route and path parameters of a request, or returns the error response.
    ///
    /// Tight documents 404 without an error type, and 405 not at all. BAD_REQUEST faults the request; UNKNOWN_ERROR
    /// would mean that the server does not know what happened.
    fn find(&self, parts: &Parts) -> Result<Call<'_>, ApiResponse> {
        // HTTP/1.1 has been held to it before.
        if parts.headers.len() > HEADERS {
            let message = format!("The request must have {HEADERS} headers or fewer");
            let error = ApiError::plain(ApiErrorType::BadRequest, message);
            let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
            return Err(ApiResponse::failure(status, &[error]));
        }
        let Some((routes, values)) = self.routes.at(parts.uri.path()) else {
            let error = ApiError::plain(ApiErrorType::BadRequest, "There is no such operation");
            return Err(ApiResponse::failure(StatusCode::NOT_FOUND, &[error]));
        };
        let Some(number) = routes.get(&parts.method) else {
            return Err(not_allowed(routes.keys()));
        };
        let route = &self.routes.all()[*number];
        let names = route.path_parameters.iter().map(String::as_str);
        Ok((route, names.zip(values).collect()))
    }

    /// Receives a request to its end.
    pub(super) async fn receive(&self, parts: &Parts, body: Body) -> Incoming<'_> {
        let found = self.find(parts);
        let limit = match &found {
            Ok((route, _)) => route.body_limit(),
            Err(_) => BODY_LIMIT,
        };
        Incoming {
            found,
            body: read(body, limit).await,
        }
    }

    /// Performs a request or its fault. All effects are complete when it returns, before any byte of the response is
    /// sent.
    pub(super) async fn handle(&self, parts: &Parts, request: Incoming<'_>) -> Delivery {
        match request.found {
            Ok((route, path)) => self.operate(route, &path, parts, request.body).await,
            Err(refused) => self.miss(refused, parts, request.body).await,
        }
    }

    /// Handles a request for an operation.
    async fn operate(
        &self,
        route: &Route,
        path: &[(&str, String)],
        parts: &Parts,
        body: Result<Vec<u8>, ApiError>,
    ) -> Delivery {
        let traffic = if route.issues_tokens() {
            &self.token_requests
        } else {
            &self.calls
        };
        let _turn = self.turn.lock().await;
        let now = self.clock.now();
        let admitted = self.admit(route.access, &parts.headers, now);
        let user = admitted.as_ref().ok();
        let user = user.and_then(|grant| grant.user.as_deref());
        let sent = body.as_deref().unwrap_or_default();
        let mut received = ReceivedRequest::new(&route.id, parts, sent, user, now);
        let admitted = admitted
            .and_then(|grant| allow(route, grant))
            .and_then(|user| Ok((user, body.map_err(|error| route.refuse(error))?)));
        let delivery = match admitted {
            Ok((user, body)) => {
                let performed = self.perform(route, path, parts, body, user, now);
                self.meet(Some(route), &parts.headers, &received, performed)
                    .await
            }
            Err(refused) => Delivery::whole(refused),
        };
        received.status = delivery.status();
        lock(&self.received).add(received);
        // Counted last, so whoever sees the count sees the effect.
        self.requests[route.number].fetch_add(1, Ordering::SeqCst);
        traffic.fetch_add(1, Ordering::SeqCst);
        delivery
    }

    /// Handles a request that no operation is for. It can meet a fault, so that a test can respond to it.
    async fn miss(
        &self,
        refused: ApiResponse,
        parts: &Parts,
        body: Result<Vec<u8>, ApiError>,
    ) -> Delivery {
        let _turn = self.turn.lock().await;
        let now = self.clock.now();
        let admitted = self.admit(Access::Bearer, &parts.headers, now);
        let user = admitted.as_ref().ok();
        let user = user.and_then(|grant| grant.user.as_deref());
        let sent = body.as_deref().unwrap_or_default();
        let mut received = ReceivedRequest::new("", parts, sent, user, now);
        let delivery = if admitted.is_ok() && body.is_ok() {
            let refused = std::future::ready(refused);
            self.meet(None, &parts.headers, &received, refused).await
        } else {
            Delivery::whole(refused)
        };
        received.status = delivery.status();
        lock(&self.received).add(received);
        delivery
    }

    /// Performs a request that has been admitted, with the fault that is due for it.
    async fn meet(
        &self,
        route: Option<&Route>,
        headers: &HeaderMap,
        received: &ReceivedRequest,
        perform: impl Future<Output = ApiResponse>,
    ) -> Delivery {
        let number = route.map(|route| route.number);
        let issues_tokens = route.is_some_and(Route::issues_tokens);
        let fault = self.orders.next_for(number, issues_tokens, received);
        let token = authorization(headers, "bearer");
        if let Some(token) = token
            && fault.as_ref().is_some_and(Fault::expires_token)
        {
            self.tokens().expire(token);
        }
        deliver(fault, perform).await
    }

    /// Authenticates a request: returns what its token allows, or the error response.
    fn admit(
        &self,
        access: Access,
        headers: &HeaderMap,
        now: SystemTime,
    ) -> Result<Grant, ApiResponse> {
        let status = match access {
            Access::Open => return Ok(Grant::default()),
            Access::Basic if has_credentials(headers) => return Ok(Grant::default()),
            Access::Basic => {
                let message = "Invalid client credentials";
                return Err(refusal(Refusal::InvalidClient, message));
            }
            Access::Bearer => authorization(headers, "bearer")
                .map_or(TokenStatus::Unknown, |token| {
                    self.tokens().status(token, now)
                }),
        };
        let error = match status {
            TokenStatus::Valid(grant) => return Ok(grant),
            TokenStatus::Expired => return Err(expired_token()),
            TokenStatus::Unknown => {
                ApiError::plain(ApiErrorType::InvalidToken, "Invalid access token")
            }
        };
        Err(ApiResponse::failure(StatusCode::UNAUTHORIZED, &[error]))
    }

    async fn perform(
        &self,
        route: &Route,
        path: &[(&str, String)],
        parts: &Parts,
        body: Vec<u8>,
        user: Option<String>,
        now: SystemTime,
    ) -> ApiResponse {
        let Served {
            parameters,
            operation,
        } = match route.served() {
            Ok(served) => served,
            Err(reason) => {
                let message = format!("The sandbox does not support this operation: {reason}");
                return ApiResponse::unserved(&[ApiError::unserved(None, message)]);
            }
        };
        let headers = &parts.headers;
        if let Some(wanted) = operation.body() {
            let sent = media_type(headers);
            let is_left_out = body.is_empty() && sent.is_none() && !wanted.required;
            let is_wanted = sent.is_some_and(|sent| sent.eq_ignore_ascii_case(wanted.media_type));
            if !is_left_out && !is_wanted {
                let message = format!("The Content-Type must be {}", wanted.media_type);
                return operation.refuse(ApiError::plain(ApiErrorType::BadRequest, message));
            }
        }
        let query = parts.uri.query().unwrap_or_default();
        let path: Vec<_> = path.iter().map(|(name, sent)| (*name, &**sent)).collect();
        let parameters = match parameters.read(&path, query, headers) {
            Ok(parameters) => parameters,
            Err(errors) => return ApiResponse::failure(StatusCode::BAD_REQUEST, &errors),
        };
        let caller = self.caller(user.clone(), now).restricted_to(user);
        let request = ApiRequest {
            path: parts.uri.path(),
            parameters,
            headers,
            body,
            time: now,
        };
        let context = Context {
            world: &self.world,
            tokens: &self.tokens,
            caller: &caller,
        };
        operation.respond(request, context).await
    }
}

/// The user of a request whose token allows it, or the error response. Tight documents the status, and no error type.
fn allow(route: &Route, grant: Grant) -> Result<Option<String>, ApiResponse> {
    let message = if route.access != Access::Bearer {
        return Ok(None);
    } else if grant.is_read_only && !route.only_reads {
        "The access token is read-only"
    } else if grant.user.is_some() && route.is_partner_level {
        "This operation needs a partner-level access token, which is for no user"
    } else {
        return Ok(grant.user);
    };
    let error = ApiError::plain(ApiErrorType::BadRequest, message);
    Err(ApiResponse::failure(StatusCode::FORBIDDEN, &[error]))
}

/// The response to a method that the path does not have; `known` are those it has.
fn not_allowed<'a>(known: impl Iterator<Item = &'a Method>) -> ApiResponse {
    let mut known: Vec<_> = known.map(Method::as_str).collect();
    known.sort_unstable();
    let message = "This path has no operation with this method";
    let error = ApiError::plain(ApiErrorType::BadRequest, message);
    let mut response = ApiResponse::failure(StatusCode::METHOD_NOT_ALLOWED, &[error]);
    if let Ok(known) = HeaderValue::from_str(&known.join(", ")) {
        response.headers.push((ALLOW, known));
    }
    response
}

/// Reads the whole body, even if it is too long or unwanted: a response before the end of the request may be lost
/// with the connection.
pub(crate) async fn read(mut body: Body, limit: usize) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|_| {
            ApiError::plain(
                ApiErrorType::BadRequest,
                "The request body could not be read to its end",
            )
        })?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        length += data.len();
        if length <= limit {
            bytes.extend_from_slice(&data);
        }
    }
    if length > limit {
        let message = format!("The request body must have {limit} bytes or fewer");
        return Err(ApiError::plain(ApiErrorType::BadRequest, message));
    }
    Ok(bytes)
}

/// Whether the request has the sandbox's client credentials.
fn has_credentials(headers: &HeaderMap) -> bool {
    authorization(headers, "basic")
        .and_then(|encoded| BASE64_STANDARD.decode(encoded).ok())
        .is_some_and(|shown| shown == format!("{CLIENT_ID}:{CLIENT_SECRET}").as_bytes())
}

/// The credentials in the `Authorization` header, for this `scheme`.
fn authorization<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (name, shown) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    name.eq_ignore_ascii_case(scheme)
        .then(|| shown.trim_start_matches(' '))
}

/// The media type of the body, without parameters.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(CONTENT_TYPE)?
        .to_str()
        .ok()?
        .split(';')
        .next()
        .map(str::trim)
}
