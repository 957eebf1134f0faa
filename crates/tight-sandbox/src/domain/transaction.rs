//! Makes changes, and applies the rules: update times, the latest entity of a thread, the audit trail. An operation
//! holds one transaction from its first read to its last write, so its effect is atomic.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::{
    domain::{Domain, audit::Change, threads::Thread},
    store::{
        Entity, Record, Singleton, Store, Upload, View, caller::Caller, id,
        synthesis::CreationContext,
    },
};

/// The data of a sandbox, and the rules for changing it.
pub(crate) struct World {
    pub(crate) store: Mutex<Store>,
    pub(crate) domain: Arc<Domain>,
}

/// Exclusive access to the data for one request.
pub(crate) struct Transaction<'a> {
    store: MutexGuard<'a, Store>,
    domain: &'a Domain,
    caller: &'a Caller,
}

impl World {
    /// Begins a transaction, once no other is open.
    pub(crate) fn begin<'a>(&'a self, caller: &'a Caller) -> Transaction<'a> {
        let mut store = self.store();
        if let (Some(user), Some(companies)) = (&caller.reaches, &self.domain.companies) {
            let view = companies.view(user, caller.user_field.as_deref(), &store);
            store.look(view);
        }
        Transaction {
            store,
            domain: &self.domain,
            caller,
        }
    }

    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.look(View::Everything);
        store
    }
}

impl<'a> Transaction<'a> {
    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// The store, to change it without the rules.
    pub(crate) fn store_as_it_is(&mut self) -> &mut Store {
        &mut self.store
    }

    pub(crate) fn caller(&self) -> &Caller {
        self.caller
    }

    pub(crate) fn creation(&self) -> CreationContext<'_> {
        CreationContext {
            caller: self.caller,
            store: &self.store,
            collections: &self.domain.collections,
            file_fields: &self.domain.file_fields,
        }
    }

    /// The threads that entities of `collection` contain.
    pub(crate) fn threads_of(&self, collection: &str) -> impl Iterator<Item = &'a Thread> {
        self.domain
            .threads
            .iter()
            .filter(move |thread| thread.holder == collection)
    }

    pub(crate) fn create(&mut self, collection: &str, entity: &Entity) {
        let companies = self.domain.companies.as_ref();
        let company = match companies.filter(|companies| companies.collection == collection) {
            // A company belongs to itself.
            Some(_) => id(entity).map(str::to_owned),
            None => self.store.company_of(entity),
        };
        self.store.add(
            collection,
            Record {
                entity: entity.clone(),
                about: None,
                company: company.clone(),
            },
        );
        self.record_change(&Change::Create(entity), company);
        self.update_threads(collection, entity);
    }

    /// Replaces the entity with the same id, and returns it as saved.
    pub(crate) fn update(&mut self, collection: &str, mut entity: Entity) -> Entity {
        self.set_update_time(collection, &mut entity);
        if let Some(old) = self.store.replace(collection, entity.clone()) {
            let company = self.store.company_of(&entity);
            self.record_change(&Change::Update(&old, &entity), company);
            // It may have moved to another thread.
            self.update_threads(collection, &old);
            self.update_threads(collection, &entity);
        }
        entity
    }

    /// Deletes the entity with this id, and returns it.
    pub(crate) fn delete(&mut self, collection: &str, id: &str) -> Option<Entity> {
        let Record {
            entity, company, ..
        } = self.store.remove(collection, id)?;
        self.record_change(&Change::Delete(&entity), company);
        self.update_threads(collection, &entity);
        Some(entity)
    }

    /// Saves the singleton `name`, whose value was `old`.
    pub(crate) fn save_singleton(
        &mut self,
        name: &str,
        old: &Entity,
        mut entity: Entity,
    ) -> Entity {
        self.set_update_time(name, &mut entity);
        let company = self.store.company_of(&Entity::new());
        self.record_change(&Change::Update(old, &entity), company);
        self.store
            .set_singleton(name, Singleton::Saved(entity.clone()));
        entity
    }

    /// Deletes the singleton `name`, whose value was `old`.
    pub(crate) fn delete_singleton(&mut self, name: &str, old: &Entity) {
        let company = self.store.company_of(&Entity::new());
        self.record_change(&Change::Delete(old), company);
        self.store.set_singleton(name, Singleton::Deleted);
    }

    /// Stores the file that `entity` was uploaded with.
    pub(crate) fn keep_upload(&mut self, entity: &Entity, upload: Upload) {
        if let Some(id) = id(entity) {
            self.store.keep_upload(id, upload);
        }
    }

    /// Sets the update time of `entity`.
    fn set_update_time(&self, collection: &str, entity: &mut Entity) {
        let fields = self.domain.update_times.iter();
        for (_, field) in fields.filter(|(of, _)| of == collection) {
            entity.insert(field.clone(), Value::String(self.caller.now.clone()));
        }
    }

    fn update_threads(&mut self, collection: &str, entity: &Entity) {
        let domain = self.domain;
        for thread in domain
            .threads
            .iter()
            .filter(|thread| thread.held == collection)
        {
            if let Some(holder) = thread.follow(entity, &self.store) {
                self.update(&thread.holder, holder);
            }
        }
    }

    /// Writes an entry about a change of what belongs to `company` to the audit trail.
    fn record_change(&mut self, change: &Change<'_>, company: Option<String>) {
        let Some(audit) = &self.domain.audit else {
            return;
        };
        let number = self.store.next_number(audit.collection());
        let entry = Record {
            company,
            ..audit.entry(change, number, self.creation())
        };
        self.store.add(audit.collection(), entry);
    }
}
