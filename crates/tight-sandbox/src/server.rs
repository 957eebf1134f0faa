//! Speaks HTTP: finds the operation of a request, turns away what may not reach it, and acts out the faults
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
    Router,
    body::{Body, HttpBody},
    extract::{ConnectInfo, Request, State, connect_info::IntoMakeServiceWithConnectInfo},
    http::{
        HeaderMap, Method, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE},
        request::Parts,
    },
    response::Response,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    batch_save::BatchSave,
    connection::Cut,
    contract::{self, Access, Contract, Shape},
    envelope::{Answer, Flaw, FlawType},
    error::StartError,
    fault::{Fault, Reply},
    store::Store,
    token_issue::{Refusal, TokenIssue, refusal},
    tokens::{CLIENT_ID, CLIENT_SECRET, Standing, Tokens},
};

/// The longest request body that is read. Tight documents no limit; this one keeps a runaway test from
/// filling the memory.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

pub(crate) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The document, ready to answer.
pub(crate) struct Service {
    routes: matchit::Router<HashMap<Method, Route>>,
    collections: Vec<String>,
    clock: Clock,
    store: Mutex<Store>,
    tokens: Mutex<Tokens>,
    calls: Traffic,
    token_requests: Traffic,
    /// Its sender goes away when the sandbox is dropped.
    running: watch::Receiver<()>,
}

struct Route {
    access: Access,
    operation: Operation,
}

enum Operation {
    BatchSave(Box<BatchSave>),
    TokenIssue(Box<TokenIssue>),
}

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

/// How an exchange ends.
enum Ending {
    Answered(Reply),
    /// After this many bytes of the answer's body.
    BrokenOff(Reply, usize),
    Dropped,
    Stalled,
}

impl Service {
    pub(crate) fn new(
        contract: Contract,
        clock: Clock,
        token_lifetime: Duration,
        running: watch::Receiver<()>,
    ) -> Result<Self, StartError> {
        let Contract {
            operations,
            schemas,
        } = contract;
        let mut collections = Vec::new();
        let mut paths: HashMap<String, HashMap<Method, Route>> = HashMap::new();
        for operation in operations {
            let wrong = |reason| StartError::document(format!("{}: {reason}", operation.name));
            let ready = match operation.shape {
                Shape::BatchSave(shape) => {
                    let save = BatchSave::new(*shape, &schemas).map_err(wrong)?;
                    collections.push(save.collection().to_owned());
                    Operation::BatchSave(Box::new(save))
                }
                Shape::TokenIssue(shape) => {
                    let issue = TokenIssue::new(*shape, &schemas).map_err(wrong)?;
                    Operation::TokenIssue(Box::new(issue))
                }
            };
            let route = Route {
                access: operation.access,
                operation: ready,
            };
            paths
                .entry(operation.path)
                .or_default()
                .insert(operation.method, route);
        }
        let mut routes = matchit::Router::new();
        for (path, methods) in paths {
            routes.insert(path.clone(), methods).map_err(|reason| {
                StartError::document(format!("the path {path} cannot be routed: {reason}"))
            })?;
        }
        Ok(Self {
            routes,
            collections,
            clock,
            store: Mutex::default(),
            tokens: Mutex::new(Tokens::new(token_lifetime)),
            calls: Traffic::default(),
            token_requests: Traffic::default(),
            running,
        })
    }

    /// Serves every path: which of them exist is [`Service::meet`]'s to say, so that each refusal is in the
    /// envelope.
    pub(crate) fn into_make_service(
        self: Arc<Self>,
    ) -> IntoMakeServiceWithConnectInfo<Router, Cut> {
        Router::new()
            .fallback(handle)
            .with_state(self)
            .into_make_service_with_connect_info()
    }

    /// The entities of `collection`, or `None` if the document has no such collection.
    pub(crate) fn stored(&self, collection: &str) -> Option<Vec<Value>> {
        let known = self.collections.iter().any(|known| known == collection);
        known.then(|| lock(&self.store).entities(collection).to_vec())
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

    /// Does what the request asks for, or what a fault makes of it. When this returns, all is done that the
    /// request is to have done, and no byte of an answer is on its way yet.
    fn meet(&self, parts: &Parts, body: Result<Vec<u8>, Flaw>) -> Ending {
        let found = self
            .routes
            .at(parts.uri.path())
            .ok()
            .and_then(|found| found.value.get(&parts.method));
        let Some(route) = found else {
            // The documentation lists 404, but no error type for it. BAD_REQUEST is the one that blames the
            // request in general; UNKNOWN_ERROR would say that the server does not know what happened.
            let flaw = Flaw::plain(FlawType::BadRequest, "There is no such operation");
            return Ending::answered(Answer::failure(StatusCode::NOT_FOUND, &[flaw]));
        };
        let traffic = match route.operation {
            Operation::BatchSave(_) => &self.calls,
            Operation::TokenIssue(_) => &self.token_requests,
        };
        let now = (self.clock)();
        let admitted = self
            .admit(route.access, &parts.headers, now)
            .and_then(|()| body.map_err(|flaw| route.operation.refuse(flaw)));
        let ending = match admitted {
            Ok(body) => {
                let fault = lock(&traffic.faults).pop_front();
                act_out(fault, || {
                    self.perform(&route.operation, &parts.headers, &body, now)
                })
            }
            Err(refused) => Ending::answered(refused),
        };
        // Last, so that who sees the number grow sees what the request has done as well.
        traffic.requests.fetch_add(1, Ordering::SeqCst);
        ending
    }

    /// Whether the request shows what is demanded, or else the answer that says so.
    fn admit(&self, access: Access, headers: &HeaderMap, now: SystemTime) -> Result<(), Answer> {
        let standing = match access {
            Access::Open => return Ok(()),
            Access::Basic if has_credentials(headers) => return Ok(()),
            Access::Basic => {
                let message = "Invalid client credentials";
                return Err(refusal(Refusal::InvalidClient, message));
            }
            Access::Bearer => authorization(headers, "bearer").map_or(Standing::Unknown, |token| {
                self.tokens().standing(token, now)
            }),
        };
        let flaw = match standing {
            Standing::Good => return Ok(()),
            Standing::Expired => Flaw::plain(FlawType::ExpiredToken, "Expired access token"),
            Standing::Unknown => Flaw::plain(FlawType::InvalidToken, "Invalid access token"),
        };
        Err(Answer::failure(StatusCode::UNAUTHORIZED, &[flaw]))
    }

    fn perform(
        &self,
        operation: &Operation,
        headers: &HeaderMap,
        body: &[u8],
        now: SystemTime,
    ) -> Answer {
        let wanted = operation.media_type();
        if !media_type(headers).is_some_and(|sent| sent.eq_ignore_ascii_case(wanted)) {
            let message = format!("The Content-Type must be {wanted}");
            return operation.refuse(Flaw::plain(FlawType::BadRequest, message));
        }
        match operation {
            Operation::BatchSave(save) => match parse(body) {
                Ok(body) => save.answer(&body, &self.store, &written(now)),
                Err(flaw) => operation.refuse(flaw),
            },
            Operation::TokenIssue(issue) => issue.answer(body, &mut self.tokens(), now),
        }
    }
}

impl Operation {
    fn media_type(&self) -> &'static str {
        match self {
            Self::BatchSave(_) => contract::JSON,
            Self::TokenIssue(_) => contract::FORM,
        }
    }

    /// The answer to a request that the operation cannot even read.
    fn refuse(&self, flaw: Flaw) -> Answer {
        match self {
            Self::BatchSave(_) => Answer::failure(StatusCode::BAD_REQUEST, &[flaw]),
            Self::TokenIssue(_) => refusal(Refusal::InvalidRequest, &flaw.message),
        }
    }
}

impl Ending {
    fn answered(answer: Answer) -> Self {
        Self::Answered(reply(answer))
    }
}

/// How a request ends that meets with `fault`, where `perform` does what it asks for.
fn act_out(fault: Option<Fault>, perform: impl FnOnce() -> Answer) -> Ending {
    let Some(fault) = fault else {
        return Ending::answered(perform());
    };
    match fault {
        Fault::AnswerBefore(reply) => Ending::Answered(reply),
        Fault::AnswerAfter(reply) => {
            perform();
            Ending::Answered(reply)
        }
        Fault::DropBefore => Ending::Dropped,
        Fault::DropAfter => {
            perform();
            Ending::Dropped
        }
        Fault::StallBefore => Ending::Stalled,
        Fault::StallAfter => {
            perform();
            Ending::Stalled
        }
        Fault::Truncate(length) => Ending::BrokenOff(reply(perform()), length),
        Fault::RemoveResult(index) => altered(perform(), index, |results| {
            results.remove(index);
        }),
        Fault::RepeatResult(index) => altered(perform(), index, |results| {
            results.insert(index, results[index].clone());
        }),
        Fault::ReplaceResult(index, value) => {
            altered(perform(), index, |results| results[index] = value)
        }
    }
}

/// The answer after `alter`, which is not called if there is no result at `index`.
fn altered(mut answer: Answer, index: usize, alter: impl FnOnce(&mut Vec<Value>)) -> Ending {
    if let Some(results) = answer.results().filter(|results| index < results.len()) {
        alter(results);
    }
    Ending::answered(answer)
}

fn reply(answer: Answer) -> Reply {
    let Answer {
        status,
        headers,
        body,
    } = answer;
    Reply::json(status, headers, &body)
}

async fn handle(
    State(service): State<Arc<Service>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let body = read(body).await;
    match service.meet(&parts, body) {
        Ending::Answered(reply) => reply.into_response(),
        Ending::BrokenOff(reply, length) => {
            cut.within_body(length.min(reply.length()));
            reply.into_response()
        }
        Ending::Dropped => dropped(&cut),
        Ending::Stalled => {
            let mut running = service.running.clone();
            // Nothing is ever sent, so this waits for the sandbox to be dropped. If the client goes away
            // first, the server drops this future.
            let _ = running.changed().await;
            dropped(&cut)
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
async fn read(mut body: Body) -> Result<Vec<u8>, Flaw> {
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
        if length <= BODY_LIMIT {
            bytes.extend_from_slice(&data);
        }
    }
    if length > BODY_LIMIT {
        let message = format!("The request body must have {BODY_LIMIT} bytes or fewer");
        return Err(Flaw::plain(FlawType::BadRequest, message));
    }
    Ok(bytes)
}

fn parse(body: &[u8]) -> Result<Value, Flaw> {
    serde_json::from_slice(body).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        let message = format!("The request body is not valid JSON ({place})");
        Flaw::plain(FlawType::JsonError, message)
    })
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

/// `time` as this API writes it. What cannot be written so (years before 1970 or after 9999) is brought into
/// range.
fn written(time: SystemTime) -> String {
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    let time = time.clamp(SystemTime::UNIX_EPOCH, end);
    humantime::format_rfc3339_seconds(time).to_string()
}

/// The content of `mutex`. A panic elsewhere leaves nothing half done that would matter here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
