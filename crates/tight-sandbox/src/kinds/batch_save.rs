//! Answers a batch save: each item is checked on its own, and makes a new entity or updates the one that has
//! its id.

use std::collections::HashMap;

use axum::http::StatusCode;
use serde_json::{Map, Value};

use crate::{
    document::parameters::said_of_item,
    document::schema::Schemas,
    document::shape::BatchSaveShape,
    document::validation::Checker,
    domain::ledger::{Books, Ledger},
    envelope::{Answer, Flaw, ItemResult},
    json::{Json, Lost, Step},
    store::caller::Caller,
    store::id,
    store::synthesis::Synthesis,
};

/// A batch save, ready to answer.
pub(crate) struct BatchSave {
    collection: String,
    envelope: Checker,
    item: Checker,
    /// Whether an item can have the id of an entity to update.
    updates: bool,
    synthesis: Synthesis,
}

impl BatchSave {
    /// `synthesis` makes the entities.
    pub(crate) fn new(
        shape: &BatchSaveShape,
        synthesis: Synthesis,
        schemas: &Schemas,
    ) -> Result<Self, String> {
        Ok(Self {
            collection: shape.collection.clone(),
            envelope: Checker::new(schemas, &shape.envelope, "The request body")?,
            item: Checker::new(schemas, &shape.item, "The item")?,
            updates: schemas.fold(&shape.item)?.properties.contains_key("id"),
            synthesis,
        })
    }

    /// Saves the good items of `body`. What the path says is said of each of them.
    pub(crate) fn answer(
        &self,
        path: &Map<String, Value>,
        body: Json,
        books: &Books,
        caller: &Caller,
    ) -> Answer {
        let Json { value, lost } = body;
        let (of_envelope, of_items) = assigned(lost);
        let flaws = self.envelope.check(&value, &of_envelope);
        let Some(items) = value
            .get("data")
            .and_then(Value::as_array)
            .filter(|_| flaws.is_empty())
        else {
            return Answer::failure(StatusCode::BAD_REQUEST, &flaws);
        };
        let checked: Vec<_> = items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let lost = of_items.get(&index).map(Vec::as_slice).unwrap_or_default();
                (item, self.item.check(item, lost))
            })
            .collect();

        // Open for the whole batch, so that the entities of one request lie together and in its order.
        let mut ledger = books.open(caller);
        let results: Vec<_> = checked
            .into_iter()
            .map(|(item, flaws)| match item {
                Value::Object(item) if flaws.is_empty() => self.save(item, path, &mut ledger),
                _ => ItemResult::Rejected(StatusCode::BAD_REQUEST, flaws),
            })
            .collect();
        Answer::batch(&results)
    }

    fn save(
        &self,
        item: &Map<String, Value>,
        path: &Map<String, Value>,
        ledger: &mut Ledger<'_>,
    ) -> ItemResult {
        let mut item = item.clone();
        item.extend(said_of_item(path));
        let item = &item;
        let known = match item.get("id").filter(|id| self.updates && !id.is_null()) {
            None => None,
            Some(id) => match id
                .as_str()
                .and_then(|id| ledger.store().find(&self.collection, id))
            {
                Some(entity) => Some(entity.clone()),
                None => {
                    let flaw = Flaw::unknown("id", &self.collection);
                    return ItemResult::Rejected(StatusCode::NOT_FOUND, vec![flaw]);
                }
            },
        };
        let is_new = known.is_none();
        let mut entity = match known {
            Some(mut entity) => {
                self.synthesis.update(&mut entity, item, ledger.occasion());
                entity
            }
            None => {
                let number = ledger.store().next_number(&self.collection);
                self.synthesis.create(item, number, ledger.occasion())
            }
        };
        let mut held = Vec::new();
        for thread in ledger.threads_of(&self.collection) {
            let number = ledger.store().next_number(&thread.held);
            let holder = id(&entity).unwrap_or_default();
            if let Some(first) = thread.embedded(item, holder, number, ledger.occasion()) {
                thread.show(&mut entity, Some(&first));
                held.push((&thread.held, first));
            }
        }
        if is_new {
            ledger.create(&self.collection, &entity);
        } else {
            entity = ledger.update(&self.collection, entity);
        }
        for (collection, first) in held {
            ledger.create(collection, &first);
        }
        ItemResult::Saved(entity)
    }
}

/// The numbers that were lost outside of the items, and those within each of them by their places in it.
fn assigned(lost: Vec<Lost>) -> (Vec<Lost>, HashMap<usize, Vec<Lost>>) {
    let mut of_envelope = Vec::new();
    let mut of_items: HashMap<_, Vec<_>> = HashMap::new();
    for mut lost in lost {
        match lost.place.as_slice() {
            [Step::Property(list), Step::Index(index), within @ ..] if list == "data" => {
                let index = *index;
                lost.place = within.to_vec();
                of_items.entry(index).or_default().push(lost);
            }
            _ => of_envelope.push(lost),
        }
    }
    (of_envelope, of_items)
}
