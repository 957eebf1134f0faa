//! Answers requests: finds the operation of each, turns away what may not reach it, and acts out the faults
//! that a test has ordered. All requests pass through [`Service::handle`].

use std::{
    collections::VecDeque,
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
    document::operation::Access,
    domain::transaction::World,
    envelope::{ApiError, ApiErrorType, ApiResponse},
    http::{
        connection::Cut,
        delivery::{Delivery, deliver},
        fault::Fault,
        routes::{Route, Routes, Served},
    },
    kinds::{
        ApiRequest, BODY_LIMIT, Context,
        token::{Refusal, refusal},
    },
    store::{
        Entity, Singleton, Uploaded,
        caller::Caller,
        id as id_of,
        tokens::{CLIENT_ID, CLIENT_SECRET, TokenStatus, Tokens},
    },
};

pub(crate) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// A document in service: what is kept, who is asking, and what is to go wrong.
pub(crate) struct Service {
    routes: Arc<Routes>,
    clock: Clock,
    world: World,
    tokens: Mutex<Tokens>,
    calls: Traffic,
    token_requests: Traffic,
    /// How many requests came to each route.
    requests: Vec<AtomicUsize>,
    /// Whose turn it is. Requests are performed one at a time, so that the order in which they take their faults
    /// is the one in which they have their effects.
    turn: tokio::sync::Mutex<()>,
    /// Its sender goes away when the sandbox is dropped.
    running: watch::Receiver<()>,
}

/// An operation, and the parameters of its path as they were sent.
type Call<'a> = (&'a Route, Vec<(&'a str, String)>);

/// What one kind of request meets with, and how many there were.
#[derive(Default)]
pub(crate) struct Traffic {
    faults: Mutex<VecDeque<Fault>>,
    requests: AtomicUsize,
}

impl Traffic {
    pub(crate) fn inject(&self, fault: Fault) {
        lock(&self.faults).push_back(fault);
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

impl Service {
    pub(crate) fn new(
        routes: Arc<Routes>,
        clock: Clock,
        token_lifetime: Duration,
        running: watch::Receiver<()>,
    ) -> Self {
        let requests = routes.all().iter().map(|_| AtomicUsize::new(0));
        Self {
            requests: requests.collect(),
            clock,
            world: World {
                store: Mutex::default(),
                domain: Arc::clone(routes.domain()),
            },
            tokens: Mutex::new(Tokens::new(token_lifetime)),
            calls: Traffic::default(),
            token_requests: Traffic::default(),
            turn: tokio::sync::Mutex::default(),
            running,
            routes,
        }
    }

    /// The operations that are not served, and why.
    pub(crate) fn unserved(&self) -> &[(String, String)] {
        self.routes.unserved()
    }

    fn caller(&self, user: Option<String>, now: SystemTime) -> Caller {
        Caller::new(user, now, self.world.domain.user_field())
    }

    /// The entities of `collection`, or `None` if the document has no such collection.
    pub(crate) fn stored(&self, collection: &str) -> Option<Vec<Value>> {
        self.routes.collections().get(collection)?;
        let store = self.world.store();
        let one = match store.singleton(collection) {
            Some(Singleton::Saved(entity)) => Some(entity),
            _ => None,
        };
        let records = store.records(collection).map(|(_, record)| &record.entity);
        let all = one.into_iter().chain(records);
        Some(all.map(|entity| Value::Object(entity.clone())).collect())
    }

    /// Keeps an entity of `collection` that has these fields, and gives it as it is then; `None` if the document
    /// has no such collection.
    pub(crate) fn store(&self, collection: &str, fields: Entity) -> Option<Entity> {
        let synthesis = self.routes.given(collection, &fields)?;
        let caller = self.caller(None, (self.clock)());
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

    /// The file that the entity with this id was uploaded with.
    pub(crate) fn uploaded(&self, id: &str) -> Option<Uploaded> {
        let store = self.world.store();
        store.upload(id).map(|upload| upload.file.clone())
    }

    /// Has `user` react. `None` if there is nothing with this id that can be reacted to.
    pub(crate) fn react(&self, id: &str, code: &str, user: &str) -> Option<()> {
        let caller = self.caller(Some(user.to_owned()), (self.clock)());
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

    /// The requests for anything but tokens.
    pub(crate) fn calls(&self) -> &Traffic {
        &self.calls
    }

    pub(crate) fn token_requests(&self) -> &Traffic {
        &self.token_requests
    }

    /// The requests for one operation, or `None` if there is no such operation. The path of the document is as
    /// good as any that it describes, since a parameter may have any value.
    pub(crate) fn requests_to(&self, method: &str, path: &str) -> Option<usize> {
        let (routes, _) = self.routes.at(path)?;
        let route = routes.iter().find(|(known, _)| known.as_str() == method);
        let (_, number) = route?;
        Some(self.requests[*number].load(Ordering::SeqCst))
    }

    /// The operation that a request with this head is for, and the parameters of its path; or the answer that
    /// says that there is none.
    ///
    /// The documentation lists 404, but no error type for it, and 405 not at all. BAD_REQUEST is the one that
    /// blames the request in general; UNKNOWN_ERROR would say that the server does not know what happened.
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

    /// Does what the request asks for, or what a fault makes of it. When this returns, all is done that the
    /// request is to have done, and no byte of an answer is on its way yet.
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
        let now = (self.clock)();
        let admitted = self
            .admit(route.access, &parts.headers, now)
            .and_then(|user| Ok((user, body.map_err(|error| route.refuse(error))?)));
        let delivery = match admitted {
            Ok((user, body)) => {
                let fault = lock(&traffic.faults).pop_front();
                deliver(fault, self.perform(route, &path, parts, body, user, now)).await
            }
            Err(refused) => Delivery::whole(refused),
        };
        // Last, so that who sees the number grow sees what the request has done as well.
        self.requests[route.number].fetch_add(1, Ordering::SeqCst);
        traffic.requests.fetch_add(1, Ordering::SeqCst);
        delivery
    }

    /// The user of a request that shows what is demanded, if it is one of a user, or else the answer that says
    /// what is not right.
    fn admit(
        &self,
        access: Access,
        headers: &HeaderMap,
        now: SystemTime,
    ) -> Result<Option<String>, ApiResponse> {
        let status = match access {
            Access::Open => return Ok(None),
            Access::Basic if has_credentials(headers) => return Ok(None),
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
            TokenStatus::Valid(user) => return Ok(user),
            TokenStatus::Expired => {
                ApiError::plain(ApiErrorType::ExpiredToken, "Expired access token")
            }
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
                let message = format!("The sandbox does not serve this operation: {reason}");
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
        let caller = self.caller(user, now);
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

/// The answer to a request with another method than these, which are those of its path.
fn not_allowed<'a>(known: impl Iterator<Item = &'a Method>) -> ApiResponse {
    let mut known: Vec<_> = known.map(Method::as_str).collect();
    known.sort_unstable();
    let message = "There is no operation with this method here";
    let error = ApiError::plain(ApiErrorType::BadRequest, message);
    let mut response = ApiResponse::failure(StatusCode::METHOD_NOT_ALLOWED, &[error]);
    if let Ok(known) = HeaderValue::from_str(&known.join(", ")) {
        response.headers.push((ALLOW, known));
    }
    response
}

/// The answer to any request, or none: then the connection is `cut`.
pub(crate) async fn respond(service: &Service, cut: &Cut, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    match service.handle(&parts, body).await {
        Delivery::Whole(reply) => reply.into_response(),
        Delivery::Truncated(reply, length) => {
            cut.within_body(length.min(reply.length()));
            reply.into_response()
        }
        Delivery::Dropped => dropped(cut),
        Delivery::Stalled => {
            let mut running = service.running.clone();
            // Nothing is ever sent, so this waits for the sandbox to be dropped. If the client goes away
            // first, the server drops this future.
            let _ = running.changed().await;
            dropped(cut)
        }
    }
}

/// An answer of which not a byte is sent: the attempt closes the connection.
fn dropped(cut: &Cut) -> Response {
    cut.at_once();
    Response::default()
}

/// Reads the body to its end even where it is too long or not wanted: an answer that comes before the caller
/// has sent everything may be lost with the connection.
async fn read(mut body: Body, limit: usize) -> Result<Vec<u8>, ApiError> {
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

/// Whether the request shows the id and the secret of the sandbox's client.
fn has_credentials(headers: &HeaderMap) -> bool {
    authorization(headers, "basic")
        .and_then(|encoded| BASE64_STANDARD.decode(encoded).ok())
        .is_some_and(|shown| shown == format!("{CLIENT_ID}:{CLIENT_SECRET}").as_bytes())
}

/// What the `Authorization` header says in that `scheme`.
fn authorization<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (name, shown) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    name.eq_ignore_ascii_case(scheme)
        .then(|| shown.trim_start_matches(' '))
}

/// The media type of the body, without its parameters.
fn media_type(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(CONTENT_TYPE)?
        .to_str()
        .ok()?
        .split(';')
        .next()
        .map(str::trim)
}

/// The content of `mutex`. A panic elsewhere leaves nothing half done that would matter here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
