//! Handles requests: finds the operation, authenticates, performs it, and applies injected faults. All requests pass
//! through [`Service::handle`].

use std::{
    future::poll_fn,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use axum::{
    body::{Body, HttpBody},
    http::{
        HeaderMap, HeaderValue, Method, Request, StatusCode,
        header::{ALLOW, AUTHORIZATION, CONTENT_TYPE},
        request::Parts,
    },
    response::Response,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    clock::Clock,
    document::operation::Access,
    domain::transaction::World,
    envelope::{ApiError, ApiErrorType, ApiResponse},
    faults::{fault::Fault, orders::Orders, reply::Reply},
    http::{
        beside::Beside,
        connection::Cut,
        delivery::{Delivery, Manner, deliver, expired_token},
        received::{Received, ReceivedRequest},
        routes::{Route, Routes, Served},
        slow_body::{Sleep, SlowBody, Wait},
    },
    kinds::{
        ApiRequest, BODY_LIMIT, Context,
        token::{Refusal, refusal},
    },
    store::{
        Entity, Singleton, Uploaded,
        caller::Caller,
        id as id_of,
        tokens::{CLIENT_ID, CLIENT_SECRET, Grant, TokenStatus, Tokens},
    },
};

/// What a test can set.
pub(crate) struct Settings {
    pub(crate) clock: Clock,
    pub(crate) token_lifetime: Duration,
    pub(crate) sleep: Sleep,
    pub(crate) kept_requests: usize,
}

/// A running sandbox: routes, data, tokens and faults.
pub(crate) struct Service {
    pub(super) routes: Arc<Routes>,
    pub(super) clock: Clock,
    pub(super) world: World,
    tokens: Mutex<Tokens>,
    pub(super) orders: Orders,
    sleep: Sleep,
    pub(super) received: Mutex<Received>,
    /// How many requests came, without token requests.
    pub(super) calls: AtomicUsize,
    pub(super) token_requests: AtomicUsize,
    /// The number of requests of each route.
    pub(super) requests: Vec<AtomicUsize>,
    /// Requests are performed one at a time, so they take faults and take effect in the same order.
    pub(super) turn: tokio::sync::Mutex<()>,
    pub(super) beside: Option<Box<dyn Beside>>,
    /// Its sender is dropped with the sandbox.
    running: watch::Receiver<()>,
    /// Dropped with the service, which tells the sandbox that nobody is served any more.
    _alive: watch::Receiver<()>,
}

/// A route, and the path parameters as received.
type Call<'a> = (&'a Route, Vec<(&'a str, String)>);

impl Service {
    pub(crate) fn new(
        routes: Arc<Routes>,
        settings: Settings,
        running: watch::Receiver<()>,
        alive: watch::Receiver<()>,
    ) -> Self {
        let requests = routes.all().iter().map(|_| AtomicUsize::new(0));
        Self {
            requests: requests.collect(),
            clock: settings.clock,
            world: World {
                store: Mutex::default(),
                domain: Arc::clone(routes.domain()),
            },
            tokens: Mutex::new(Tokens::new(settings.token_lifetime)),
            orders: Orders::default(),
            sleep: settings.sleep,
            received: Mutex::new(Received::new(settings.kept_requests)),
            calls: AtomicUsize::new(0),
            token_requests: AtomicUsize::new(0),
            turn: tokio::sync::Mutex::default(),
            beside: None,
            _alive: alive,
            running,
            routes,
        }
    }

    /// The unsupported operations, with the reason.
    pub(crate) fn unserved(&self) -> &[(String, String)] {
        self.routes.unserved()
    }

    pub(super) fn caller(&self, user: Option<String>, now: SystemTime) -> Caller {
        Caller::new(user, now, self.world.domain.user_field())
    }

    pub(crate) fn advance(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// The entities of `collection`; `None` if the document has no such collection.
    pub(crate) fn stored(&self, collection: &str) -> Option<Vec<Value>> {
        self.routes.collections().get(collection)?;
        let store = self.world.store();
        let saved = store.singletons(collection).into_iter();
        let saved = saved.filter_map(|(_, singleton)| match singleton {
            Singleton::Saved(entity) => Some(entity),
            Singleton::Deleted => None,
        });
        let records = store.records(collection).map(|(_, record)| &record.entity);
        let all = saved.chain(records);
        Some(all.map(|entity| Value::Object(entity.clone())).collect())
    }

    /// Stores an entity with these fields, and returns it; `None` if the document has no such collection.
    pub(crate) fn store(&self, collection: &str, fields: Entity) -> Option<Entity> {
        let synthesis = self.routes.given(collection, &fields)?;
        let caller = self.caller(None, self.clock.now());
        let mut transaction = self.world.begin(&caller);
        let collections = self.routes.collections();
        let has_entities = collections.entities(collection).is_some();
        let is_single = collections.single(collection).is_some();
        if is_single && !(has_entities && fields.contains_key("id")) {
            return Some(transaction.save_singleton(collection, &Entity::new(), fields));
        }
        let id = fields.get("id").and_then(Value::as_str);
        let mut entity = match id {
            Some(id) => synthesis.create_as(id, &fields, transaction.creation()),
            None => {
                let number = transaction.store().next_number(collection);
                synthesis.create(&fields, number, transaction.creation())
            }
        };
        entity.extend(fields);
        let is_known =
            id_of(&entity).is_some_and(|id| transaction.store().find(collection, id).is_some());
        Some(if is_known {
            transaction.update(collection, entity)
        } else {
            transaction.create(collection, &entity);
            entity
        })
    }

    /// The uploaded file of the entity with this id.
    pub(crate) fn uploaded(&self, id: &str) -> Option<Uploaded> {
        let store = self.world.store();
        store.upload(id).map(|upload| upload.file.clone())
    }

    /// Adds a user's reaction. `None` if there is no such entity.
    pub(crate) fn react(&self, id: &str, code: &str, user: &str) -> Option<()> {
        let caller = self.caller(Some(user.to_owned()), self.clock.now());
        let mut transaction = self.world.begin(&caller);
        let mut reactions = self.world.domain.reactions.iter();
        reactions.find_map(|reactions| reactions.react(id, code, &mut transaction))
    }

    /// The names of all collections.
    pub(crate) fn collections(&self) -> Vec<&str> {
        self.routes.collections().names()
    }

    pub(crate) fn tokens(&self) -> MutexGuard<'_, Tokens> {
        lock(&self.tokens)
    }

    pub(crate) fn orders(&self) -> &Orders {
        &self.orders
    }

    /// The number of the operation with this id, or else the ids of all.
    pub(crate) fn operation(&self, id: &str) -> Result<usize, Vec<&str>> {
        let routes = self.routes.all();
        let found = routes.iter().find(|route| route.id == id);
        match found {
            Some(route) => Ok(route.number),
            None => Err(routes.iter().map(|route| route.id.as_str()).collect()),
        }
    }

    /// The latest requests: those for one operation, or all.
    pub(crate) fn received(&self, operation: Option<&str>) -> Vec<ReceivedRequest> {
        let received = lock(&self.received);
        let wanted = received
            .all()
            .filter(|request| operation.is_none_or(|wanted| request.operation == wanted));
        wanted.cloned().collect()
    }

    /// How many API requests came, without token requests.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    pub(crate) fn token_requests(&self) -> usize {
        self.token_requests.load(Ordering::SeqCst)
    }

    /// The number of requests to an operation; `None` if there is none. The path may be the document's, since a
    /// parameter may have any value.
    pub(crate) fn requests_to(&self, method: &str, path: &str) -> Option<usize> {
        let (routes, _) = self.routes.at(path)?;
        let route = routes.iter().find(|(known, _)| known.as_str() == method);
        let (_, number) = route?;
        Some(self.requests[*number].load(Ordering::SeqCst))
    }

    /// Finds the route and path parameters of a request, or returns the error response.
    ///
    /// Tight documents 404 without an error type, and 405 not at all. BAD_REQUEST faults the request; UNKNOWN_ERROR
    /// would mean that the server does not know what happened.
    fn find(&self, parts: &Parts) -> Result<Call<'_>, ApiResponse> {
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

    /// Performs a request or its fault. All effects are complete when it returns, before any byte of the response is
    /// sent.
    async fn handle(&self, parts: &Parts, body: Body) -> Delivery {
        let found = self.find(parts);
        let limit = match &found {
            Ok((route, _)) => route.body_limit(),
            Err(_) => BODY_LIMIT,
        };
        let body = read(body, limit).await;
        let (route, path) = match found {
            Ok(found) => found,
            Err(refused) => return Delivery::whole(refused),
        };
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
                let orders = &self.orders;
                let fault = orders.next_for(route.number, route.issues_tokens(), &received);
                let token = authorization(&parts.headers, "bearer");
                if let Some(token) =
                    token.filter(|_| fault.as_ref().is_some_and(Fault::expires_token))
                {
                    self.tokens().expire(token);
                }
                deliver(fault, self.perform(route, &path, parts, body, user, now)).await
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

/// Responds to a request, or cuts the connection.
pub(crate) async fn respond(service: &Service, cut: &Cut, request: Request<Body>) -> Response {
    if let Some(beside) = &service.beside
        && beside.serves(request.uri().path())
    {
        return beside.respond(service, request).await;
    }
    let (parts, body) = request.into_parts();
    match service.handle(&parts, body).await {
        Delivery::Responded(reply, manner) => responded(service, cut, reply, manner),
        Delivery::Dropped => dropped(cut),
        Delivery::Stalled => {
            let mut running = service.running.clone();
            // Nothing is ever sent, so this waits until the sandbox is dropped. If the client disconnects first, the
            // server drops this future.
            let _ = running.changed().await;
            dropped(cut)
        }
    }
}

fn responded(service: &Service, cut: &Cut, reply: Reply, manner: Manner) -> Response {
    match manner {
        Manner::Whole => reply.into_response(),
        Manner::Truncated(length) => {
            cut.within_body(length.min(reply.length()));
            reply.into_response()
        }
        Manner::Stalled(length) => {
            let (running, cut) = (service.running.clone(), cut.clone());
            let until_dropped = move || {
                let (mut running, cut) = (running.clone(), cut.clone());
                let wait: Wait = Box::pin(async move {
                    // Nothing is ever sent.
                    let _ = running.changed().await;
                    cut.at_once();
                });
                wait
            };
            reply.into_response_as(|bytes| Body::new(SlowBody::new(bytes, length, until_dropped)))
        }
        Manner::Dripping(piece, pause) => {
            let sleep = Arc::clone(&service.sleep);
            let wait = move || sleep(pause);
            reply.into_response_as(|bytes| Body::new(SlowBody::new(bytes, piece, wait)))
        }
    }
}

/// A response of which no byte is sent: trying to closes the connection.
fn dropped(cut: &Cut) -> Response {
    cut.at_once();
    Response::default()
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

/// Locks `mutex`. A panic elsewhere leaves nothing inconsistent.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
