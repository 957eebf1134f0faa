//! All that a sandbox has: as JSON to keep, stored again from it, and emptied.

use std::{sync::atomic::Ordering, time::SystemTime};

use serde_json::{Map, Value};

use crate::{
    domain::transaction::Transaction,
    faults::json::OperationNames,
    http::{
        received::ReceivedRequest,
        routes::Route,
        server::{Beside, Service, lock},
    },
    placed::Wrong,
    seed::{self, ABOUT, COMPANY, Seeded},
    store::{Entity, Record, Singleton, Store, View, id as id_of, tokens::Grant},
};

impl Service {
    /// What is stored, by the names of collections: the latest entities of each, or of one.
    pub(crate) fn snapshot(&self, collection: Option<&str>, limit: usize) -> Value {
        let mut names = self.collections();
        names.retain(|name| collection.is_none_or(|wanted| *name == wanted));
        names.sort_unstable();
        let store = self.world.store();
        let stored = names.into_iter().filter_map(|name| {
            let single = store.singletons(name).into_iter().rev();
            let single = single.filter_map(|(company, singleton)| match singleton {
                Singleton::Saved(entity) => Some(shown(entity, company, None)),
                Singleton::Deleted => None,
            });
            let records = store.records(name).rev().map(|(_, record)| {
                let company = record.company.as_deref();
                shown(&record.entity, company, record.about.as_deref())
            });
            let mut latest: Vec<_> = records.chain(single).take(limit).collect();
            latest.reverse();
            (!latest.is_empty()).then(|| (name.to_owned(), Value::Array(latest)))
        });
        Value::Object(stored.collect())
    }

    /// Stores all of a seed, or nothing if anything is wrong with it.
    pub(crate) fn seed(&self, state: &Value) -> Result<(), Wrong> {
        let seeded = seed::read(state, self.routes.collections())?;
        let caller = self.caller(None, self.clock.now());
        let mut transaction = self.world.begin(&caller);
        let mut without_company = Vec::new();
        for seeded in seeded {
            if seeded.is_single {
                let store = transaction.store_as_it_is();
                store.restore_singleton(&seeded.collection, seeded.company, seeded.entity);
                continue;
            }
            let entity = self.completed(&seeded, &transaction);
            let companies = self.world.domain.companies.as_ref();
            let company = match companies {
                Some(rule) if rule.collection == seeded.collection => {
                    id_of(&entity).map(str::to_owned)
                }
                _ => seeded.company,
            };
            let has_company = company.is_some();
            let record = Record {
                entity,
                about: seeded.about,
                company,
            };
            let store = transaction.store_as_it_is();
            let number = store.restore(&seeded.collection, record);
            if !has_company {
                without_company.push((seeded.collection, number));
            }
        }
        join_companies(transaction.store_as_it_is(), without_company);
        Ok(())
    }

    /// The entity with the fields that it lacks.
    fn completed(&self, seeded: &Seeded, transaction: &Transaction<'_>) -> Entity {
        let (collection, given) = (&seeded.collection, &seeded.entity);
        let Some(synthesis) = self.routes.lacking(collection, given) else {
            return given.clone();
        };
        let mut entity = match id_of(given) {
            Some(id) => synthesis.create_as(id, given, transaction.creation()),
            None => {
                let number = transaction.store().next_number(collection);
                synthesis.create(given, number, transaction.creation())
            }
        };
        let known = self.routes.collections().entities(collection);
        let is_only_sent = |name: &str| {
            known
                .is_some_and(|known| known.sent(name).is_some() && !known.fields.contains_key(name))
        };
        let given = given.iter().filter(|(name, _)| !is_only_sent(name));
        entity.extend(given.map(|(name, value)| (name.clone(), value.clone())));
        entity
    }

    /// Forgets what is stored, the requests and the faults. Tokens stay valid, and their users own companies.
    pub(crate) fn reset(&self) {
        *self.world.store() = Store::default();
        let users: Vec<_> = self
            .tokens()
            .lasting()
            .filter_map(|(_, grant)| grant.user)
            .collect();
        users.iter().for_each(|user| self.give_company(user));
        self.orders.clear();
        lock(&self.received).clear();
        let all = [&self.calls, &self.token_requests];
        for count in self.requests.iter().chain(all) {
            count.store(0, Ordering::SeqCst);
        }
    }

    /// Waits until the request that is being performed has taken effect, then resets.
    pub(crate) async fn reset_between_requests(&self) {
        let _turn = self.turn.lock().await;
        self.reset();
    }

    /// A token that does not expire. Its user owns a company from now on.
    pub(crate) fn issue_lasting(&self, user: Option<&str>, is_read_only: bool) -> String {
        if let Some(user) = user {
            self.give_company(user);
        }
        self.tokens().issue_lasting(Grant {
            user: user.map(str::to_owned),
            is_read_only,
        })
    }

    /// Stores a company for `user`, who does not own one.
    fn give_company(&self, user: &str) {
        let domain = &self.world.domain;
        if let Some(companies) = &domain.companies {
            let view = companies.view(user, domain.user_field(), &self.world.store());
            if view == View::Of(Vec::new()) {
                let mut company = companies.company_of(user, domain.user_field());
                company.insert("name".to_owned(), Value::from(user));
                self.store(&companies.collection, company);
            }
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.clock.now()
    }

    /// The latest requests, each with the number that it has among all.
    pub(crate) fn latest(
        &self,
        operation: Option<&str>,
        limit: usize,
    ) -> Vec<(usize, ReceivedRequest)> {
        let received = lock(&self.received);
        let all = received.numbered().rev();
        let wanted = all.filter(|(_, request)| operation.is_none_or(|id| request.operation == id));
        let wanted = wanted
            .take(limit)
            .map(|(number, request)| (number, request.clone()));
        let mut latest: Vec<_> = wanted.collect();
        latest.reverse();
        latest
    }

    /// How many requests there were, token requests and those for no operation included.
    pub(crate) fn total_received(&self) -> usize {
        lock(&self.received).total()
    }

    /// How many entities each collection has that has any.
    pub(crate) fn counts(&self) -> Value {
        let mut names = self.collections();
        names.sort_unstable();
        let store = self.world.store();
        let counts = names.into_iter().filter_map(|name| {
            let single = store.singletons(name).into_iter();
            let single = single.filter(|(_, kept)| matches!(kept, Singleton::Saved(_)));
            let count = single.count() + store.records(name).count();
            (count > 0).then(|| (name.to_owned(), Value::from(count)))
        });
        Value::Object(counts.collect())
    }

    /// Serves `beside`, too.
    pub(crate) fn with(mut self, beside: Box<dyn Beside>) -> Self {
        self.beside = Some(beside);
        self
    }

    /// The routes of all operations.
    pub(crate) fn operations(&self) -> &[Route] {
        self.routes.all()
    }
}

impl OperationNames for Service {
    fn number(&self, id: &str) -> Result<usize, Vec<&str>> {
        self.operation(id)
    }

    fn id(&self, number: usize) -> Option<&str> {
        Some(&self.routes.all().get(number)?.id)
    }

    fn token_operation(&self) -> Option<&str> {
        let mut routes = self.routes.all().iter();
        Some(&routes.find(|route| route.issues_tokens())?.id)
    }
}

/// Lets entities belong to the company of what they refer to, which may stand after them.
fn join_companies(store: &mut Store, mut without: Vec<(String, u64)>) {
    loop {
        let before = without.len();
        without.retain(|(collection, number)| !store.join_company(collection, *number));
        if without.len() == before {
            return;
        }
    }
}

/// An entity with what responses do not show of it.
fn shown(entity: &Entity, company: Option<&str>, about: Option<&str>) -> Value {
    // A company belongs to itself.
    let company = company.filter(|company| id_of(entity) != Some(company));
    let hidden = [(COMPANY, company), (ABOUT, about)].into_iter();
    let hidden = hidden.filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?))));
    let all: Map<_, _> = entity.clone().into_iter().chain(hidden).collect();
    Value::Object(all)
}
