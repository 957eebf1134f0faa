//! Speaks HTTP: finds the operation of a request, and turns away what may not reach it. All requests pass
//! through [`Service::answer`], the one place where a fault would be injected.

use std::{
    collections::HashMap,
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    body::{Body, HttpBody},
    extract::{Request, State},
    http::{
        HeaderMap, Method, StatusCode,
        header::{AUTHORIZATION, CONTENT_TYPE},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use serde_json::Value;

use crate::{
    batch_save::BatchSave,
    contract::{Contract, Shape},
    envelope::{Answer, Fault, FaultType},
    error::StartError,
    store::Store,
};

/// The longest request body that is read. Tight documents no limit; this one keeps a runaway test from
/// filling the memory.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

pub(crate) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The document, ready to answer.
pub(crate) struct Service {
    routes: matchit::Router<HashMap<Method, Route>>,
    collections: Vec<String>,
    access_token: String,
    clock: Clock,
    store: Mutex<Store>,
}

struct Route {
    needs_token: bool,
    media_type: String,
    operation: BatchSave,
}

impl Service {
    pub(crate) fn new(
        contract: Contract,
        access_token: String,
        clock: Clock,
    ) -> Result<Self, StartError> {
        let Contract {
            operations,
            schemas,
        } = contract;
        let mut collections = Vec::new();
        let mut paths: HashMap<String, HashMap<Method, Route>> = HashMap::new();
        for operation in operations {
            let Shape::BatchSave(shape) = operation.shape;
            let media_type = shape.media_type.clone();
            let save = BatchSave::new(shape, &schemas)
                .map_err(|reason| StartError::document(format!("{}: {reason}", operation.name)))?;
            collections.push(save.collection().to_owned());
            let route = Route {
                needs_token: operation.needs_token,
                media_type,
                operation: save,
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
            access_token,
            clock,
            store: Mutex::default(),
        })
    }

    /// Serves every path: which of them exist is [`Service::answer`]'s to say, so that each refusal is in the
    /// envelope.
    pub(crate) fn into_router(self: Arc<Self>) -> Router {
        Router::new().fallback(handle).with_state(self)
    }

    /// The entities of `collection`, or `None` if the document has no such collection.
    pub(crate) fn stored(&self, collection: &str) -> Option<Vec<Value>> {
        let known = self.collections.iter().any(|known| known == collection);
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        known.then(|| store.entities(collection).to_vec())
    }

    pub(crate) fn access_token(&self) -> &str {
        &self.access_token
    }

    pub(crate) fn collections(&self) -> &[String] {
        &self.collections
    }

    fn answer(&self, parts: &Parts, body: Result<Vec<u8>, Fault>) -> Answer {
        self.try_answer(parts, body)
            .unwrap_or_else(|(status, fault)| Answer::failure(status, &[fault]))
    }

    fn try_answer(
        &self,
        parts: &Parts,
        body: Result<Vec<u8>, Fault>,
    ) -> Result<Answer, (StatusCode, Fault)> {
        let refuse = |kind, message: &str| (StatusCode::BAD_REQUEST, Fault::plain(kind, message));
        // The documentation lists 404, but no error type for it. BAD_REQUEST is the one that blames the
        // request in general; UNKNOWN_ERROR would say that the server does not know what happened.
        let found = self
            .routes
            .at(parts.uri.path())
            .ok()
            .and_then(|found| found.value.get(&parts.method));
        let route = found.ok_or_else(|| {
            (
                StatusCode::NOT_FOUND,
                Fault::plain(FaultType::BadRequest, "There is no such operation"),
            )
        })?;
        if route.needs_token && bearer_token(&parts.headers) != Some(&self.access_token) {
            return Err((
                StatusCode::UNAUTHORIZED,
                Fault::plain(FaultType::InvalidToken, "Invalid access token"),
            ));
        }
        if !media_type(&parts.headers)
            .is_some_and(|sent| sent.eq_ignore_ascii_case(&route.media_type))
        {
            let message = format!("The Content-Type must be {}", route.media_type);
            return Err(refuse(FaultType::BadRequest, &message));
        }
        let body = body.map_err(|fault| (StatusCode::BAD_REQUEST, fault))?;
        let body: Value = serde_json::from_slice(&body).map_err(|error| {
            let place = format!("line {}, column {}", error.line(), error.column());
            refuse(
                FaultType::JsonError,
                &format!("The request body is not valid JSON ({place})"),
            )
        })?;
        Ok(route.operation.answer(&body, &self.store, &self.now()))
    }

    /// The time as this API writes it. What cannot be written so (years before 1970 or after 9999) is brought
    /// into range.
    fn now(&self) -> String {
        let end = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
        let now = (self.clock)().clamp(SystemTime::UNIX_EPOCH, end);
        humantime::format_rfc3339_seconds(now).to_string()
    }
}

async fn handle(State(service): State<Arc<Service>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = read(body).await;
    let Answer { status, body } = service.answer(&parts, body);
    (
        status,
        [(CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response()
}

/// Reads the body to its end even where it is too long or not wanted: an answer that comes before the caller
/// has sent everything may be lost with the connection.
async fn read(mut body: Body) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|_| {
            Fault::plain(
                FaultType::BadRequest,
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
        return Err(Fault::plain(FaultType::BadRequest, message));
    }
    Ok(bytes)
}

fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim_start_matches(' '))
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
