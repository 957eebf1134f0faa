//! Fills new entities. What the caller sent is kept. Other fields are the server's to fill, and the document has only
//! their schemas: so they follow from format, enum, example or name.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use crate::{
    document::types::{Fields, Type, TypeId, Types},
    store::{
        Entity, Store,
        caller::Caller,
        collections::{Collections, SentFields},
        file_fields::FileFields,
    },
};

/// How deeply filled values are nested at most, and how many there are in one value: schemas may be recursive.
const DEPTH: usize = 64;
const MAX_VALUES: usize = 2_000;

/// The key of a map for which the document has no example.
const ENTRY: &str = "sandbox";

/// Creates and updates entities of one collection, from what one operation accepts.
pub(crate) struct Synthesis {
    types: Arc<Types>,
    ids: IndexMap<String, TypeId>,
    fields: Vec<Field>,
    /// The prefix of ids.
    id_prefix: String,
    /// The documented id, if it is unlikely to occur elsewhere by chance.
    id_example: Option<String>,
}

/// A field of the entity.
struct Field {
    name: String,
    id: TypeId,
    source: Source,
}

/// Where a field's value comes from.
enum Source {
    /// The number of the entity.
    Number,
    /// The item's field with the same name, of this type.
    Sent(TypeId),
    /// The objects whose ids this field of the item lists.
    Objects(String),
    /// The object whose id this field of the item has.
    Object(String),
    /// A rule of the domain, later.
    FilledByRules,
    /// The server.
    Chosen,
}

/// What new values depend on, apart from the item.
#[derive(Clone, Copy)]
pub(crate) struct CreationContext<'a> {
    pub(crate) caller: &'a Caller,
    /// Existing data, and what the document declares of it.
    pub(crate) store: &'a Store,
    pub(crate) collections: &'a Collections,
    /// What objects that refer to an uploaded file show of it.
    pub(crate) file_fields: &'a FileFields,
}

/// For whom a value is filled, and how completely.
#[derive(Clone, Copy)]
struct Choice<'a> {
    caller: &'a Caller,
    /// The id within an example, and the id to replace it by.
    example_and_id: Option<(&'a str, &'a str)>,
    /// Whether lists get an item and nullable fields a value, as in the documented samples.
    is_full: bool,
}

/// Limits recursion while a value is filled.
struct Walk<'a> {
    /// The fields of the entity.
    root: Option<Fields<'a>>,
    /// The enclosing types.
    open: Vec<Type<'a>>,
    /// How many more values may be filled.
    left: usize,
}

impl<'a> Walk<'a> {
    fn new(root: Option<Fields<'a>>) -> Self {
        Self {
            root,
            open: Vec::new(),
            left: MAX_VALUES,
        }
    }

    /// Whether recursion ends at this type.
    fn ends_at(&self, wanted: Type<'_>) -> bool {
        self.left == 0
            || self.open.len() >= DEPTH
            || self.open.iter().any(|open| wanted.is_same(*open))
            || self.root.is_some_and(|root| root.hold(wanted))
    }
}

impl Synthesis {
    /// `fields` are those of the entities, `sent` those that callers may send; `collection` becomes the id prefix if
    /// there is no example id.
    pub(crate) fn new(
        types: &Arc<Types>,
        fields: &IndexMap<String, TypeId>,
        sent: &SentFields,
        collection: &str,
    ) -> Self {
        let example = fields
            .get("id")
            .and_then(|id| types.get(*id).example())
            .and_then(Value::as_str)
            .and_then(|example| Some((example, example.get(..=example.rfind('_')?)?)));
        let (id_example, id_prefix) = match example {
            Some((example, prefix)) => (Some(example.to_owned()), prefix.to_owned()),
            // Ids stand in paths, so the prefix must be one segment.
            None => (None, format!("{}_", last_part(collection))),
        };
        let ids = fields.clone();
        let fields = types
            .fields(fields)
            .iter()
            .filter(|(_, field)| !field.write_only())
            .map(|(name, field)| Field {
                name: name.to_owned(),
                id: field.id(),
                source: Source::of(name, field, types.fields(sent)),
            })
            .collect();
        Self {
            types: Arc::clone(types),
            ids,
            fields,
            id_prefix,
            id_example,
        }
    }

    /// Leaves the field `name` empty, for a rule to fill.
    pub(crate) fn awaiting(mut self, name: &str) -> Self {
        for field in self.fields.iter_mut().filter(|field| field.name == name) {
            field.source = Source::FilledByRules;
        }
        self
    }

    /// Creates the entity for `item`, with this number.
    pub(crate) fn create(
        &self,
        item: &Map<String, Value>,
        number: u64,
        creation: CreationContext<'_>,
    ) -> Entity {
        let id = format!("{}{number}", self.id_prefix);
        self.create_as(&id, item, creation)
    }

    /// Creates the entity for `item`, with this id.
    pub(crate) fn create_as(
        &self,
        id: &str,
        item: &Map<String, Value>,
        creation: CreationContext<'_>,
    ) -> Entity {
        let choice = Choice {
            caller: creation.caller,
            example_and_id: self.id_example.as_deref().map(|example| (example, id)),
            is_full: false,
        };
        let value = |field: &Field| {
            let wanted = self.types.get(field.id);
            match &field.source {
                Source::Number => Some(Value::from(id)),
                Source::FilledByRules => empty(wanted),
                Source::Chosen => {
                    let root = self.types.fields(&self.ids);
                    chosen(&field.name, wanted, choice, &mut Walk::new(Some(root)))
                }
                source => source.sent(item, field, &self.types, creation),
            }
        };
        self.fields
            .iter()
            .filter_map(|field| Some((field.name.clone(), value(field)?)))
            .collect()
    }

    /// Applies `item` to `entity`; fields that it does not have stay.
    pub(crate) fn update(
        &self,
        entity: &mut Entity,
        item: &Map<String, Value>,
        creation: CreationContext<'_>,
    ) {
        for field in &self.fields {
            if !field
                .source
                .sent_as(&field.name)
                .is_some_and(|sent| item.contains_key(sent))
            {
                continue;
            }
            match field.source.sent(item, field, &self.types, creation) {
                Some(value) => entity.insert(field.name.clone(), value),
                None => entity.remove(&field.name),
            };
        }
    }
}

fn last_part(collection: &str) -> &str {
    let last = collection.rsplit_once('/');
    last.map_or(collection, |(_, last)| last)
}

/// The documented example of an entity.
pub(crate) struct Example {
    types: Arc<Types>,
    fields: IndexMap<String, TypeId>,
}

impl Example {
    pub(crate) fn new(types: &Arc<Types>, fields: &IndexMap<String, TypeId>) -> Self {
        Self {
            types: Arc::clone(types),
            fields: fields.clone(),
        }
    }

    /// Updates such an entity from what is sent.
    pub(crate) fn synthesis(&self, sent: &SentFields, name: &str) -> Synthesis {
        Synthesis::new(&self.types, &self.fields, sent, name)
    }

    pub(crate) fn make(&self, caller: &Caller) -> Entity {
        let root = self.types.fields(&self.fields);
        let fields = root.iter();
        fields
            .filter(|(_, field)| !field.write_only())
            .filter_map(|(name, field)| {
                let value = documented_within(Some(root), name, field, caller)?;
                Some((name.to_owned(), value))
            })
            .collect()
    }
}

impl Source {
    fn of(name: &str, field: Type<'_>, sent: Fields<'_>) -> Self {
        if name == "id" {
            return Self::Number;
        }
        // Read-only fields may be sent, and are ignored.
        let sent = |name: &str| sent.get(name).filter(|sent| !sent.read_only());
        if let Some(same) = sent(name).filter(|sent| sent.is_like(field)) {
            return Self::Sent(same.id());
        }
        let identified = |object: Type<'_>| object.field("id").is_some();
        let reference = format!("{name}Id");
        if identified(field) && sent(&reference).is_some_and(|sent| sent.is("string")) {
            return Self::Object(reference);
        }
        let Some(stem) = name
            .strip_suffix('s')
            .filter(|_| field.items().is_some_and(identified))
        else {
            return Self::Chosen;
        };
        let references = format!("{stem}Ids");
        let lists_strings = sent(&references)
            .filter(|sent| sent.is("array"))
            .is_some_and(|sent| sent.items().is_some_and(|id| id.is("string")));
        if lists_strings {
            Self::Objects(references)
        } else {
            Self::Chosen
        }
    }

    /// The item's field that the entity's field `name` comes from, if any.
    fn sent_as<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        match self {
            Self::Sent(_) => Some(name),
            Self::Objects(field) | Self::Object(field) => Some(field),
            Self::Number | Self::FilledByRules | Self::Chosen => None,
        }
    }

    /// The value that the caller sent for `field`. If omitted, it is empty: an example would be text that the caller
    /// never sent. Enums always get a value.
    fn sent(
        &self,
        item: &Map<String, Value>,
        field: &Field,
        types: &Types,
        creation: CreationContext<'_>,
    ) -> Option<Value> {
        let wanted = types.get(field.id);
        let sent = self
            .sent_as(&field.name)
            .and_then(|name| item.get(name))
            .filter(|value| !value.is_null());
        match (self, sent) {
            (Self::Objects(_) | Self::Object(_), Some(ids)) => {
                Some(self.referred(ids, wanted, creation))
            }
            (Self::Sent(sent_as), Some(value)) => {
                let (mut value, sent_as) = (value.clone(), types.get(*sent_as));
                pass_over_read_only(&mut value, sent_as);
                Some(received(value, sent_as, wanted, creation))
            }
            (_, Some(value)) => Some(value.clone()),
            (_, None) if !wanted.values().is_empty() => {
                let choice = Choice::for_anything(creation.caller);
                chosen(&field.name, wanted, choice, &mut Walk::new(None))
            }
            (_, None) => empty(wanted),
        }
    }

    /// The entity's objects for references that were sent as ids.
    fn referred(&self, ids: &Value, wanted: Type<'_>, creation: CreationContext<'_>) -> Value {
        match (self, ids, wanted.items()) {
            (Self::Objects(_), Value::Array(ids), Some(object)) => ids
                .iter()
                .map(|id| referred(id, object, creation))
                .collect(),
            (Self::Object(_), id, _) => referred(id, wanted, creation),
            _ => ids.clone(),
        }
    }
}

/// `value` as sent by one type and shown by another; objects within it show what they refer to.
fn received(
    value: Value,
    sent_as: Type<'_>,
    wanted: Type<'_>,
    creation: CreationContext<'_>,
) -> Value {
    match (value, sent_as.items(), wanted.items()) {
        (Value::Array(values), Some(sent_as), Some(wanted)) => {
            let values = values.into_iter();
            values
                .map(|value| received(value, sent_as, wanted, creation))
                .collect()
        }
        (Value::Object(mut object), _, _) => {
            for (name, field) in wanted.fields().iter() {
                let source = Source::of(name, field, sent_as.fields());
                let sent = source.sent_as(name).and_then(|sent| object.get(sent));
                let Some(sent) = sent.filter(|sent| !sent.is_null()).cloned() else {
                    continue;
                };
                let shown = match &source {
                    Source::Sent(_) => match sent_as.field(name) {
                        Some(sent_as) => received(sent, sent_as, field, creation),
                        None => sent,
                    },
                    reference => reference.referred(&sent, field, creation),
                };
                object.insert(name.to_owned(), shown);
            }
            Value::Object(object)
        }
        (value, _, _) => value,
    }
}

/// Removes read-only fields from what was sent.
fn pass_over_read_only(value: &mut Value, sent_as: Type<'_>) {
    match value {
        Value::Object(object) => {
            object.retain(
                |name, value| match sent_as.field(name).or(sent_as.others()) {
                    Some(field) if field.read_only() => false,
                    Some(field) => {
                        pass_over_read_only(value, field);
                        true
                    }
                    None => true,
                },
            );
        }
        Value::Array(values) => {
            if let Some(items) = sent_as.items() {
                for value in values {
                    pass_over_read_only(value, items);
                }
            }
        }
        _ => {}
    }
}

impl<'a> Choice<'a> {
    fn for_anything(caller: &'a Caller) -> Self {
        Self {
            caller,
            example_and_id: None,
            is_full: false,
        }
    }
}

/// An object that only shows who caused it.
pub(crate) fn object(object: Type<'_>, caller: &Caller) -> Map<String, Value> {
    let mut walk = Walk::new(None);
    walk.open.push(object);
    properties(object, Choice::for_anything(caller), &mut walk)
}

/// A value for a field that the server fills, if it must have one.
pub(crate) fn value(name: &str, wanted: Type<'_>, caller: &Caller) -> Option<Value> {
    chosen(
        name,
        wanted,
        Choice::for_anything(caller),
        &mut Walk::new(None),
    )
}

/// The documented example, with missing fields filled.
pub(crate) fn documented(name: &str, wanted: Type<'_>, caller: &Caller) -> Value {
    documented_within(None, name, wanted, caller).unwrap_or_default()
}

fn documented_within<'a>(
    root: Option<Fields<'a>>,
    name: &str,
    wanted: Type<'a>,
    caller: &Caller,
) -> Option<Value> {
    let choice = Choice {
        is_full: true,
        ..Choice::for_anything(caller)
    };
    chosen(name, wanted, choice, &mut Walk::new(root))
}

/// `value` as a response of the type `wanted` shows it: without fields that the type lacks, and with those
/// that no operation on the collection can have set or removed.
pub(crate) fn shown(
    value: &Value,
    wanted: Type<'_>,
    known: impl Fn(&str) -> bool,
    caller: &Caller,
) -> Value {
    let Value::Object(object) = value else {
        return value.clone();
    };
    if wanted.fields().is_empty() {
        return value.clone();
    }
    let fields = wanted.fields().iter().filter_map(|(name, field)| {
        if field.write_only() {
            return None;
        }
        let value = match object.get(name) {
            Some(value) if field.fits(value) => within(value, field),
            None if known(name) => return None,
            _ => self::value(name, field, caller)?,
        };
        Some((name.to_owned(), value))
    });
    Value::Object(fields.collect())
}

/// `value` without fields that the type `wanted` lacks.
fn within(value: &Value, wanted: Type<'_>) -> Value {
    match value {
        Value::Object(object) if !wanted.fields().is_empty() => {
            let fields = object.iter().filter_map(|(name, value)| {
                match wanted.field(name).or(wanted.others()) {
                    Some(field) if field.write_only() => None,
                    Some(field) => Some((name.clone(), within(value, field))),
                    None => wanted.is_open().then(|| (name.clone(), value.clone())),
                }
            });
            Value::Object(fields.collect())
        }
        Value::Array(values) => match wanted.items() {
            Some(items) => values.iter().map(|value| within(value, items)).collect(),
            None => value.clone(),
        },
        _ => value.clone(),
    }
}

/// Whether this object identifies a user.
fn is_person(object: Type<'_>, caller: &Caller) -> bool {
    let field = caller.user_field.as_deref();
    field.is_some_and(|name| object.field(name).is_some())
}

fn empty(wanted: Type<'_>) -> Option<Value> {
    if wanted.is("array") {
        Some(json!([]))
    } else {
        wanted.nullable().then_some(Value::Null)
    }
}

/// The object with this id that the caller refers to; it is assumed to exist. It shows the stored entity, and the
/// uploaded file if there is one.
fn referred(id: &Value, wanted: Type<'_>, creation: CreationContext<'_>) -> Value {
    let mut shown = object(wanted, creation.caller);
    shown.insert("id".to_owned(), id.clone());
    let id = id.as_str().unwrap_or_default();
    if let Some((collection, entity)) = creation.store.find_anywhere(id) {
        let of_it = creation.collections.entities(collection);
        for (name, field) in wanted.fields().iter() {
            match entity.get(name).filter(|value| field.fits(value)) {
                Some(value) => drop(shown.insert(name.to_owned(), within(value, field))),
                // It has none.
                None if of_it.is_some_and(|of_it| of_it.fields.contains_key(name)) => {
                    shown.remove(name);
                }
                None => {}
            }
        }
    }
    let facts = creation.store.upload(id).into_iter();
    for (name, value) in facts.flat_map(|upload| creation.file_fields.values(upload)) {
        if let Some(property) = shown.get_mut(&name) {
            *property = value;
        }
    }
    Value::Object(shown)
}

/// A field that the server fills. A recursive type ends where it repeats.
fn chosen<'a>(
    name: &str,
    wanted: Type<'a>,
    choice: Choice<'_>,
    walk: &mut Walk<'a>,
) -> Option<Value> {
    let now = &choice.caller.now;
    if !choice.is_full || wanted.example().is_none() {
        match wanted.format() {
            Some("date-time") => return Some(json!(now)),
            Some("date") => return now.get(.."YYYY-MM-DD".len()).map(Value::from),
            _ => {}
        }
    }
    // Nothing has happened to a new entity yet, whatever the example of a list shows.
    if wanted.is("array") && !choice.is_full {
        return Some(json!([]));
    }
    if let Some(documented) = wanted.example().or(wanted.values().first()) {
        return Some(match (documented, choice.example_and_id) {
            // Addresses in examples contain the example's id.
            (Value::String(text), Some((example, id))) => json!(text.replace(example, id)),
            _ => documented.clone(),
        });
    }
    if wanted.nullable() && !choice.is_full && !is_person(wanted, choice.caller) {
        return Some(Value::Null);
    }
    if walk.ends_at(wanted) {
        return empty(wanted);
    }
    walk.left -= 1;
    walk.open.push(wanted);
    let value = match wanted.kind() {
        Some("object") => Some(Value::Object(properties(wanted, choice, walk))),
        Some("array") => {
            let item = wanted
                .items()
                .and_then(|item| chosen(name, item, choice, walk));
            Some(item.into_iter().collect())
        }
        Some("string") => Some(Value::String(placeholder(name, wanted.format()))),
        Some("integer" | "number") => Some(json!(0)),
        Some("boolean") => Some(json!(false)),
        _ => None,
    };
    walk.open.pop();
    value
}

fn properties<'a>(object: Type<'a>, choice: Choice<'_>, walk: &mut Walk<'a>) -> Map<String, Value> {
    let fields = object.fields().iter();
    let mut properties: Map<_, _> = fields
        .filter(|(_, field)| !field.write_only())
        .filter_map(|(name, field)| Some((name.to_owned(), chosen(name, field, choice, walk)?)))
        .collect();
    if let Some(others) = object
        .others()
        .filter(|_| choice.is_full && properties.is_empty())
        && let Some(entry) = chosen(ENTRY, others, choice, walk)
    {
        properties.insert(ENTRY.to_owned(), entry);
    }
    if let Some(field) = choice
        .caller
        .user_field
        .as_ref()
        .filter(|_| is_person(object, choice.caller))
    {
        properties.insert(field.clone(), json!(choice.caller.user));
    }
    properties
}

/// Text for a field that has only a name: `owner_sandbox` for `ownerId`.
pub(crate) fn placeholder(name: &str, format: Option<&str>) -> String {
    let is_address = name == "url" || name.ends_with("Url");
    match (
        format.or(is_address.then_some("uri")),
        name.strip_suffix("Id"),
    ) {
        (Some("email"), _) => "sandbox@example.com".to_owned(),
        (Some("uri"), _) => "https://example.com/sandbox".to_owned(),
        (Some("decimal"), _) => "0".to_owned(),
        (Some("uuid"), _) => "00000000-0000-4000-8000-000000000000".to_owned(),
        (_, Some(owner)) => format!("{owner}_sandbox"),
        (_, None) => "sandbox".to_owned(),
    }
}
