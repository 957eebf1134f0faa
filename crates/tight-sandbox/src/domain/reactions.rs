//! Reactions to an entity, listed in it and grouped by code. The document has an operation to delete a reaction, but
//! none to add one: tests do that.

use std::sync::Arc;

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    document::{
        Document,
        parameters::text,
        types::{Type, TypeId, Types},
    },
    domain::{
        collection, missing_field,
        transaction::{Transaction, World},
    },
    envelope::{ApiError, ApiErrorType, ApiResponse},
    store::{Entity, caller::Caller, collections::Collections, synthesis},
};

/// The rule in the document.
#[derive(Deserialize)]
pub(crate) struct Rule {
    collection: String,
    list: String,
    code: String,
    people: String,
    removal: String,
    subject: Option<String>,
}

/// The reactions to the entities of one collection.
pub(crate) struct Reactions {
    types: Arc<Types>,
    collection: String,
    /// The entity's field with the groups.
    list: String,
    /// The field of a group with its code, and the parameter of the delete operation.
    code: String,
    /// The field of a group with its users.
    people: String,
    group: TypeId,
    person: TypeId,
    /// The operation that deletes a reaction.
    removal: String,
    /// The field of its response with the id of the entity.
    subject: Option<String>,
}

impl Reactions {
    /// `None` if the document does not have the collection.
    pub(crate) fn new(
        rule: Rule,
        document: &Document,
        collections: &Collections,
    ) -> Result<Option<Self>, String> {
        let Some((_, fields)) = collection(&rule.collection, document, collections) else {
            return Ok(None);
        };
        let group = fields
            .get(&rule.list)
            .and_then(Type::items)
            .filter(|group| group.field(&rule.code).is_some())
            .ok_or_else(|| missing_field(&rule.collection, &rule.list))?;
        let people = group.field(&rule.people).and_then(Type::items);
        let person = people.ok_or_else(|| {
            format!(
                "the field `{}` of `{}` is not a list",
                rule.people, rule.list
            )
        })?;
        Ok(Some(Self {
            types: Arc::clone(&document.types),
            group: group.id(),
            person: person.id(),
            collection: rule.collection,
            list: rule.list,
            code: rule.code,
            people: rule.people,
            removal: rule.removal,
            subject: rule.subject,
        }))
    }

    /// Whether this operation deletes such a reaction.
    pub(crate) fn is_taken_back_by(&self, operation: &str) -> bool {
        self.removal == operation
    }

    /// The parameter of that operation with the code.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// Deletes the caller's reaction to the entity whose id is in the parameter `id`, and returns it as an object of
    /// the type `reaction`.
    pub(crate) fn remove(
        &self,
        parameters: &Map<String, Value>,
        id: &str,
        reaction: Type<'_>,
        world: &World,
        caller: &Caller,
    ) -> Result<Entity, ApiResponse> {
        let (param, id, code) = (id, text(parameters, id), text(parameters, &self.code));
        let mut transaction = world.begin(caller);
        let Some(mut entity) = transaction.store().find(&self.collection, &id).cloned() else {
            return Err(ApiResponse::not_found(param, &self.collection));
        };
        if !self.take_back(&mut entity, &code, caller) {
            let error = ApiError::of(
                ApiErrorType::InvalidValue,
                &self.code,
                "is no reaction of this user",
            );
            return Err(ApiResponse::failure(StatusCode::NOT_FOUND, &[error]));
        }
        transaction.update(&self.collection, entity);

        let mut reaction = synthesis::object(reaction, caller);
        for (name, value) in [(self.subject.as_deref(), id), (Some(&*self.code), code)] {
            if let Some(field) = name.and_then(|name| reaction.get_mut(name)) {
                *field = json!(value);
            }
        }
        Ok(reaction)
    }

    /// Adds the caller's reaction to the entity with this id. `None` if there is no such entity.
    pub(crate) fn react(
        &self,
        id: &str,
        code: &str,
        transaction: &mut Transaction<'_>,
    ) -> Option<()> {
        let mut entity = transaction.store().find(&self.collection, id)?.clone();
        let caller = transaction.caller();
        if self.add(&mut entity, code, caller)? {
            transaction.update(&self.collection, entity);
        }
        Some(())
    }

    fn groups<'a>(&self, entity: &'a mut Entity) -> Option<&'a mut Vec<Value>> {
        entity
            .entry(&self.list)
            .or_insert_with(|| json!([]))
            .as_array_mut()
    }

    fn position(&self, groups: &[Value], code: &str) -> Option<usize> {
        groups.iter().position(|group| group[&self.code] == code)
    }

    /// Returns whether anything was added: the same reaction counts once.
    fn add(&self, entity: &mut Entity, code: &str, caller: &Caller) -> Option<bool> {
        let groups = self.groups(entity)?;
        let position = self.position(groups, code).unwrap_or_else(|| {
            let mut group = synthesis::object(self.types.get(self.group), caller);
            group.insert(self.code.clone(), json!(code));
            groups.push(Value::Object(group));
            groups.len() - 1
        });
        let people = groups[position].get_mut(&self.people)?.as_array_mut()?;
        let is_new = !people.iter().any(|person| is(person, caller));
        if is_new {
            people.push(Value::Object(synthesis::object(
                self.types.get(self.person),
                caller,
            )));
        }
        Some(is_new)
    }

    /// Returns whether anything was removed. A group without users is removed.
    fn take_back(&self, entity: &mut Entity, code: &str, caller: &Caller) -> bool {
        let Some(groups) = self.groups(entity) else {
            return false;
        };
        let Some(position) = self.position(groups, code) else {
            return false;
        };
        let Some(people) = groups[position]
            .get_mut(&self.people)
            .and_then(Value::as_array_mut)
        else {
            return false;
        };
        let before = people.len();
        people.retain(|person| !is(person, caller));
        let found = people.len() < before;
        if people.is_empty() {
            groups.remove(position);
        }
        found
    }
}

fn is(person: &Value, caller: &Caller) -> bool {
    let field = caller.user_field.as_deref();
    field.is_some_and(|field| person[field] == caller.user)
}
