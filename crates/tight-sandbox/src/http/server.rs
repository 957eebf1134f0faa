//! Answers requests: finds the operation of each, turns away what may not reach it, and acts out the faults
//! that a test has ordered. All requests pass through [`Service::meet`].

use std::{
    collections::{HashMap, VecDeque},
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
    document::contract::Contract,
    document::parameters::Parameters,
    document::sketch::Access,
    domain::ledger::Books,
    domain::reactions::Reactions,
    envelope::{Answer, Flaw, FlawType},
    error::StartError,
    http::connection::Cut,
    http::ending::{Ending, act_out},
    http::fault::Fault,
    kinds::token_issue::{Refusal, refusal},
    kinds::{BODY_LIMIT, Operation, Operations, Sent},
    store::Uploaded,
    store::caller::Caller,
    store::tokens::{CLIENT_ID, CLIENT_SECRET, Standing, Tokens},
};

pub(crate) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The document, ready to answer.
pub(crate) struct Service {
    routes: matchit::Router<HashMap<Method, Route>>,
    collections: Vec<String>,
    reactions: Vec<Arc<Reactions>>,
    clock: Clock,
    books: Books,
    tokens: Mutex<Tokens>,
    calls: Traffic,
    token_requests: Traffic,
    /// Whose turn it is. Requests are performed one at a time, so that the order in which they take their faults
    /// is the one in which they have their effects.
    turn: tokio::sync::Mutex<()>,
    /// Its sender goes away when the sandbox is dropped.
    running: watch::Receiver<()>,
}

struct Route {
    access: Access,
    parameters: Parameters,
    operation: Operation,
    requests: AtomicUsize,
}

/// An operation, and the parameters of its path as they were sent.
type Call<'a> = (&'a Route, Vec<(String, String)>);

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
        contract: Contract,
        clock: Clock,
        token_lifetime: Duration,
        running: watch::Receiver<()>,
    ) -> Result<Self, StartError> {
        let operations = Operations::new(contract)?;
        let mut paths: HashMap<String, HashMap<Method, Route>> = HashMap::new();
        for (operation, parameters) in operations.all {
            let route = Route {
                access: operation.access,
                parameters,
                operation: operation.shape,
                requests: AtomicUsize::new(0),
            };
            paths
                .entry(operation.sketch.path)
                .or_default()
                .insert(operation.sketch.method, route);
        }
        let mut routes = matchit::Router::new();
        for (path, methods) in paths {
            routes.insert(path.clone(), methods).map_err(|reason| {
                StartError::document(format!("the path {path} cannot be routed: {reason}"))
            })?;
        }
        Ok(Self {
            routes,
            collections: operations.collections,
            reactions: operations.reactions,
            clock,
            books: Books {
                store: Mutex::default(),
                rules: operations.rules,
            },
            tokens: Mutex::new(Tokens::new(token_lifetime)),
            calls: Traffic::default(),
            token_requests: Traffic::default(),
            turn: tokio::sync::Mutex::default(),
            running,
        })
    }

    /// The entities of `collection`, or `None` if the document has no such collection.
    pub(crate) fn stored(&self, collection: &str) -> Option<Vec<Value>> {
        let known = self.collections.iter().any(|known| known == collection);
        known.then(|| {
            let store = self.books.store();
            let records = store.records(collection);
            records
                .map(|(_, record)| Value::Object(record.entity.clone()))
                .collect()
        })
    }

    /// The file that the entity with this id was uploaded with.
    pub(crate) fn uploaded(&self, id: &str) -> Option<Uploaded> {
        let store = self.books.store();
        store.uploads().get(id).map(|upload| upload.file.clone())
    }

    /// Has `user` react. `None` if there is nothing with this id that can be reacted to.
    pub(crate) fn react(&self, id: &str, code: &str, user: &str) -> Option<()> {
        let caller = Caller::new(Some(user.to_owned()), (self.clock)());
        let mut ledger = self.books.open(&caller);
        self.reactions
            .iter()
            .find_map(|reactions| reactions.react(id, code, &mut ledger))
    }

    pub(crate) fn collections(&self) -> &[String] {
        &self.collections
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
        let found = self.routes.at(path).ok()?;
        let mut routes = found.value.iter();
        let (_, route) = routes.find(|(known, _)| known.as_str() == method)?;
        Some(route.requests.load(Ordering::SeqCst))
    }

    /// The operation that a request with this head is for, and the parameters of its path; or the answer that
    /// says that there is none.
    ///
    /// The documentation lists 404, but no error type for it, and 405 not at all. BAD_REQUEST is the one that
    /// blames the request in general; UNKNOWN_ERROR would say that the server does not know what happened.
    fn find(&self, parts: &Parts) -> Result<Call<'_>, Answer> {
        let Ok(found) = self.routes.at(parts.uri.path()) else {
            let flaw = Flaw::plain(FlawType::BadRequest, "There is no such operation");
            return Err(Answer::failure(StatusCode::NOT_FOUND, &[flaw]));
        };
        let Some(route) = found.value.get(&parts.method) else {
            return Err(not_allowed(found.value.keys()));
        };
        let parameters = found.params.iter();
        let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok((route, parameters.collect()))
    }

    /// Does what the request asks for, or what a fault makes of it. When this returns, all is done that the
    /// request is to have done, and no byte of an answer is on its way yet.
    async fn meet(&self, parts: &Parts, body: Body) -> Ending {
        let found = self.find(parts);
        let limit = match &found {
            Ok((route, _)) => route.operation.body_limit(),
            Err(_) => BODY_LIMIT,
        };
        let body = read(body, limit).await;
        let (route, path) = match found {
            Ok(found) => found,
            Err(refused) => return Ending::answered(refused),
        };
        let traffic = match route.operation {
            Operation::TokenIssue(_) => &self.token_requests,
            _ => &self.calls,
        };
        let _turn = self.turn.lock().await;
        let now = (self.clock)();
        let admitted = self
            .admit(route.access, &parts.headers, now)
            .and_then(|user| Ok((user, body.map_err(|flaw| route.operation.refuse(flaw))?)));
        let ending = match admitted {
            Ok((user, body)) => {
                let fault = lock(&traffic.faults).pop_front();
                let sent = Sent {
                    uri: &parts.uri,
                    headers: &parts.headers,
                    body,
                    time: now,
                };
                act_out(fault, self.perform(route, &path, sent, user)).await
            }
            Err(refused) => Ending::answered(refused),
        };
        // Last, so that who sees the number grow sees what the request has done as well.
        route.requests.fetch_add(1, Ordering::SeqCst);
        traffic.requests.fetch_add(1, Ordering::SeqCst);
        ending
    }

    /// The user of a request that shows what is demanded, if it is one of a user, or else the answer that says
    /// what is not right.
    fn admit(
        &self,
        access: Access,
        headers: &HeaderMap,
        now: SystemTime,
    ) -> Result<Option<String>, Answer> {
        let standing = match access {
            Access::Open => return Ok(None),
            Access::Basic if has_credentials(headers) => return Ok(None),
            Access::Basic => {
                let message = "Invalid client credentials";
                return Err(refusal(Refusal::InvalidClient, message));
            }
            Access::Bearer => authorization(headers, "bearer").map_or(Standing::Unknown, |token| {
                self.tokens().standing(token, now)
            }),
        };
        let flaw = match standing {
            Standing::Good(user) => return Ok(user),
            Standing::Expired => Flaw::plain(FlawType::ExpiredToken, "Expired access token"),
            Standing::Unknown => Flaw::plain(FlawType::InvalidToken, "Invalid access token"),
        };
        Err(Answer::failure(StatusCode::UNAUTHORIZED, &[flaw]))
    }

    async fn perform(
        &self,
        route: &Route,
        path: &[(String, String)],
        sent: Sent<'_>,
        user: Option<String>,
    ) -> Answer {
        let operation = &route.operation;
        if let Some(wanted) = operation.media_type()
            && !media_type(sent.headers).is_some_and(|sent| sent.eq_ignore_ascii_case(wanted))
        {
            let message = format!("The Content-Type must be {wanted}");
            return operation.refuse(Flaw::plain(FlawType::BadRequest, message));
        }
        let query = sent.uri.query().unwrap_or_default();
        let parameters = match route.parameters.read(path, query) {
            Ok(parameters) => parameters,
            Err(flaws) => return Answer::failure(StatusCode::BAD_REQUEST, &flaws),
        };
        let caller = Caller::new(user, sent.time);
        operation
            .answer(&parameters, sent, &self.books, &self.tokens, &caller)
            .await
    }
}

/// The answer to a request with another method than these, which are those of its path.
fn not_allowed<'a>(known: impl Iterator<Item = &'a Method>) -> Answer {
    let mut known: Vec<_> = known.map(Method::as_str).collect();
    known.sort_unstable();
    let message = "There is no operation with this method here";
    let flaw = Flaw::plain(FlawType::BadRequest, message);
    let mut answer = Answer::failure(StatusCode::METHOD_NOT_ALLOWED, &[flaw]);
    if let Ok(known) = HeaderValue::from_str(&known.join(", ")) {
        answer.headers.push((ALLOW, known));
    }
    answer
}

/// The answer to any request, or none: then the connection is `cut`.
pub(crate) async fn handle(service: &Service, cut: &Cut, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    match service.meet(&parts, body).await {
        Ending::Answered(reply) => reply.into_response(),
        Ending::BrokenOff(reply, length) => {
            cut.within_body(length.min(reply.length()));
            reply.into_response()
        }
        Ending::Dropped => dropped(cut),
        Ending::Stalled => {
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
async fn read(mut body: Body, limit: usize) -> Result<Vec<u8>, Flaw> {
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|_| {
            Flaw::plain(
                FlawType::BadRequest,
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
        return Err(Flaw::plain(FlawType::BadRequest, message));
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
