//! Reactions: what users think of an entity, listed in it and grouped by what they think. The document has an
//! operation to take one back, and none to react; that is for a test to do.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    document::names,
    document::schema::Schema,
    document::shape::ReactionRemovalShape,
    domain::ledger::{Books, Ledger},
    envelope::{Answer, Flaw, FlawType},
    error::Obstacle,
    store::Entity,
    store::caller::Caller,
    store::synthesis,
};

/// The reactions to the entities of one collection.
pub(crate) struct Reactions {
    collection: String,
    /// The parameter that is the id of the entity.
    id: String,
    /// The field of the entity that lists the groups.
    list: String,
    /// The field of a group that says what its people think, and the parameter that does.
    code: String,
    /// The field of a group that lists its people.
    people: String,
    group: Schema,
    person: Schema,
    /// What a reaction is answered as.
    reaction: Schema,
}

impl Reactions {
    /// `entity` is what is reacted to, resolved all the way down.
    pub(crate) fn new(shape: ReactionRemovalShape, entity: &Schema) -> Result<Self, Obstacle> {
        let group = entity
            .properties
            .get(&shape.list)
            .and_then(|list| list.items.as_deref())
            .filter(|group| group.properties.contains_key(&shape.code));
        let people = group.and_then(|group| {
            group.properties.iter().find_map(|(name, field)| {
                let person = field.items.as_deref()?;
                synthesis::is_person(person).then(|| (name.clone(), person.clone()))
            })
        });
        let (Some(group), Some((people, person))) = (group, people) else {
            return Err(Obstacle::unsupported(format!(
                "its entities have no `{}` that list people by `{}`",
                shape.list, shape.code
            )));
        };
        Ok(Self {
            group: group.clone(),
            people,
            person,
            collection: shape.collection,
            id: shape.id,
            list: shape.list,
            code: shape.code,
            reaction: shape.reaction,
        })
    }

    /// Takes back the caller's own reaction.
    pub(crate) fn answer(
        &self,
        path: &Map<String, Value>,
        books: &Books,
        caller: &Caller,
    ) -> Answer {
        let parameter = |name: &str| path.get(name).and_then(Value::as_str).unwrap_or_default();
        let (id, code) = (parameter(&self.id), parameter(&self.code));
        let mut ledger = books.open(caller);
        let Some(mut entity) = ledger.store().find(&self.collection, id).cloned() else {
            return Answer::not_found(&self.id, &self.collection);
        };
        if !self.take_back(&mut entity, code, caller) {
            let flaw = Flaw::of(
                FlawType::InvalidValue,
                &self.code,
                "is no reaction of this user",
            );
            return Answer::failure(StatusCode::NOT_FOUND, &[flaw]);
        }
        ledger.update(&self.collection, entity);

        let mut reaction = synthesis::object(&self.reaction, caller);
        let subject = names::reference_to(&self.collection);
        for (name, value) in [(&subject, id), (&self.code, code)] {
            if let Some(field) = reaction.get_mut(name) {
                *field = json!(value);
            }
        }
        Answer::success(reaction)
    }

    /// Adds the caller's reaction to the entity with this id. `None` if there is no such entity.
    pub(crate) fn react(&self, id: &str, code: &str, ledger: &mut Ledger<'_>) -> Option<()> {
        let mut entity = ledger.store().find(&self.collection, id)?.clone();
        let caller = ledger.caller();
        if self.add(&mut entity, code, caller)? {
            ledger.update(&self.collection, entity);
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

    /// Whether there was anything to add: who thinks so already need not say so twice.
    fn add(&self, entity: &mut Entity, code: &str, caller: &Caller) -> Option<bool> {
        let groups = self.groups(entity)?;
        let position = self.position(groups, code).unwrap_or_else(|| {
            let mut group = synthesis::object(&self.group, caller);
            group.insert(self.code.clone(), json!(code));
            groups.push(Value::Object(group));
            groups.len() - 1
        });
        let people = groups[position].get_mut(&self.people)?.as_array_mut()?;
        let is_new = !people.iter().any(|person| is(person, caller));
        if is_new {
            people.push(Value::Object(synthesis::object(&self.person, caller)));
        }
        Some(is_new)
    }

    /// Whether there was anything to take back. A group ends with its last member.
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
    person["userId"] == caller.user
}
