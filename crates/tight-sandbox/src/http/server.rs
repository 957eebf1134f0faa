//! A running sandbox: what it holds, and what tests ask of it. Requests are handled elsewhere (`handling`).

use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use axum::{body::Body, http::Request, response::Response};
use serde_json::Value;
use tokio::sync::watch;

use crate::{
    clock::Clock,
    domain::transaction::World,
    faults::orders::Orders,
    http::{
        limits::Limits,
        received::{Received, ReceivedRequest},
        routes::Routes,
        slow_body::Sleep,
    },
    store::{Entity, Singleton, Uploaded, caller::Caller, id as id_of, tokens::Tokens},
};

/// What a test can set.
pub(crate) struct Settings {
    pub(crate) clock: Clock,
    pub(crate) token_lifetime: Duration,
    pub(crate) sleep: Sleep,
    pub(crate) kept_requests: usize,
    pub(crate) limits: Limits,
}

/// A running sandbox: routes, data, tokens and faults.
pub(crate) struct Service {
    pub(super) routes: Arc<Routes>,
    pub(super) clock: Clock,
    pub(super) world: World,
    pub(super) tokens: Mutex<Tokens>,
    pub(super) orders: Orders,
    pub(super) sleep: Sleep,
    pub(super) limits: Limits,
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
    pub(super) running: watch::Receiver<()>,
    /// Dropped with the service, which tells the sandbox that nobody is served any more.
    _alive: watch::Receiver<()>,
}

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
            limits: settings.limits,
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

    /// The faults that requests have not met as often as was ordered, in words.
    pub(crate) fn pending_faults(&self) -> Vec<String> {
        let routes = self.routes.all();
        self.orders.pending(|number| &routes[number].id)
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
}

/// Locks `mutex`. A panic elsewhere leaves nothing inconsistent.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a sandbox serves beside the API: requests for it never reach an operation, and count nowhere.
pub(crate) trait Beside: Send + Sync {
    /// Whether it has something at this path.
    fn serves(&self, path: &str) -> bool;

    fn respond<'a>(&'a self, service: &'a Service, request: Request<Body>) -> Responding<'a>;
}

pub(crate) type Responding<'a> = Pin<Box<dyn Future<Output = Response> + Send + 'a>>;
