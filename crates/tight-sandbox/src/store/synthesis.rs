//! Makes the entities that are saved. The server chooses most of their fields, and the document says no more
//! about them than their schemas do: so what the caller sent is kept, and the rest follows from format, enum,
//! example or name.

use serde_json::{Map, Value, json};

use crate::{
    document::schema::Schema,
    store::caller::Caller,
    store::{Entity, Upload, Uploads},
};

/// Makes the entities of one collection from what one operation is sent.
pub(crate) struct Synthesis {
    fields: Vec<Field>,
    /// What every id starts with.
    id_prefix: String,
    /// The documented id, if it is one that is not likely to stand anywhere by chance.
    id_example: Option<String>,
}

/// A field of the entity.
struct Field {
    name: String,
    schema: Schema,
    source: Source,
}

/// Where the value of a field comes from.
enum Source {
    /// The number of the entity.
    Number,
    /// The field of the item that has the same name.
    Sent,
    /// The objects whose ids this field of the item lists.
    Objects(String),
    /// The object whose id this field of the item is.
    Object(String),
    /// Another entity, which is yet to come.
    Awaited,
    /// The server.
    Chosen,
}

/// What new values depend on, apart from the item.
#[derive(Clone, Copy)]
pub(crate) struct Occasion<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) uploads: &'a Uploads,
}

/// Whom a value is chosen for, and what becomes of the id within an example.
#[derive(Clone, Copy)]
struct Choice<'a> {
    caller: &'a Caller,
    example_and_id: Option<(&'a str, &'a str)>,
}

impl Synthesis {
    /// `entity` is what is saved and `item` what the caller sends, both resolved all the way down;
    /// `collection` stands in for the prefix of an id that has no example.
    pub(crate) fn new(entity: &Schema, item: &Schema, collection: &str) -> Self {
        let example = entity
            .properties
            .get("id")
            .and_then(|id| id.example.as_ref())
            .and_then(Value::as_str)
            .and_then(|example| Some((example, example.get(..=example.rfind('_')?)?)));
        let (id_example, id_prefix) = match example {
            Some((example, prefix)) => (Some(example.to_owned()), prefix.to_owned()),
            None => (None, format!("{collection}_")),
        };
        let fields = entity
            .properties
            .iter()
            .map(|(name, schema)| Field {
                name: name.clone(),
                schema: schema.clone(),
                source: Source::of(name, schema, item),
            })
            .collect();
        Self {
            fields,
            id_prefix,
            id_example,
        }
    }

    /// Leaves the field `name` empty in new entities, until something else fills it.
    pub(crate) fn awaiting(mut self, name: &str) -> Self {
        for field in self.fields.iter_mut().filter(|field| field.name == name) {
            field.source = Source::Awaited;
        }
        self
    }

    /// The entity for `item`, the `number`th of its collection.
    pub(crate) fn create(
        &self,
        item: &Map<String, Value>,
        number: u64,
        occasion: Occasion<'_>,
    ) -> Entity {
        let id = format!("{}{number}", self.id_prefix);
        let choice = Choice {
            caller: occasion.caller,
            example_and_id: self.id_example.as_deref().map(|example| (example, &*id)),
        };
        let value = |field: &Field| match &field.source {
            Source::Number => Some(Value::String(id.clone())),
            Source::Awaited => empty(&field.schema),
            Source::Chosen => chosen(&field.name, &field.schema, choice),
            source => source.sent(item, field, occasion),
        };
        self.fields
            .iter()
            .filter_map(|field| Some((field.name.clone(), value(field)?)))
            .collect()
    }

    /// Takes over what `item` says of `entity`, which stays as it is otherwise.
    pub(crate) fn update(
        &self,
        entity: &mut Entity,
        item: &Map<String, Value>,
        occasion: Occasion<'_>,
    ) {
        for field in &self.fields {
            if !field
                .source
                .sent_as(&field.name)
                .is_some_and(|sent| item.contains_key(sent))
            {
                continue;
            }
            match field.source.sent(item, field, occasion) {
                Some(value) => entity.insert(field.name.clone(), value),
                None => entity.remove(&field.name),
            };
        }
    }
}

impl Source {
    fn of(name: &str, schema: &Schema, item: &Schema) -> Self {
        let sent =
            |field: &str, kind: &str| item.properties.get(field).is_some_and(|sent| sent.is(kind));
        if name == "id" {
            return Self::Number;
        }
        if item
            .properties
            .get(name)
            .is_some_and(|sent| sent.kind == schema.kind)
        {
            return Self::Sent;
        }
        let identified = |object: &Schema| object.properties.contains_key("id");
        let reference = format!("{name}Id");
        if identified(schema) && sent(&reference, "string") {
            return Self::Object(reference);
        }
        let Some(stem) = name
            .strip_suffix('s')
            .filter(|_| schema.items.as_deref().is_some_and(identified))
        else {
            return Self::Chosen;
        };
        let references = format!("{stem}Ids");
        let lists_strings = item.properties.get(&references).is_some_and(|sent| {
            sent.is("array") && sent.items.as_ref().is_some_and(|id| id.is("string"))
        });
        if lists_strings {
            Self::Objects(references)
        } else {
            Self::Chosen
        }
    }

    /// The field of the item that the entity's field `name` comes from, if it comes from there.
    fn sent_as<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        match self {
            Self::Sent => Some(name),
            Self::Objects(field) | Self::Object(field) => Some(field),
            Self::Number | Self::Awaited | Self::Chosen => None,
        }
    }

    /// What the caller sent for `field`. Left out, it is empty: an example here would be words the caller
    /// never sent. A state is no words, so there is always one.
    fn sent(
        &self,
        item: &Map<String, Value>,
        field: &Field,
        occasion: Occasion<'_>,
    ) -> Option<Value> {
        let schema = &field.schema;
        let sent = self
            .sent_as(&field.name)
            .and_then(|name| item.get(name))
            .filter(|value| !value.is_null());
        match (self, sent, schema.items.as_deref()) {
            (Self::Objects(_), Some(Value::Array(ids)), Some(object)) => Some(
                ids.iter()
                    .map(|id| referred(id, object, occasion))
                    .collect(),
            ),
            (Self::Object(_), Some(id), _) => Some(referred(id, schema, occasion)),
            (_, Some(value), _) => Some(value.clone()),
            (_, None, _) if !schema.values.is_empty() => {
                chosen(&field.name, schema, Choice::for_anything(occasion.caller))
            }
            (_, None, _) => empty(schema),
        }
    }
}

impl<'a> Choice<'a> {
    fn for_anything(caller: &'a Caller) -> Self {
        Self {
            caller,
            example_and_id: None,
        }
    }
}

/// An object of which the caller knows only that `caller` caused it.
pub(crate) fn object(schema: &Schema, caller: &Caller) -> Map<String, Value> {
    properties(schema, Choice::for_anything(caller))
}

/// Whether this is an object that tells who somebody is.
pub(crate) fn is_person(schema: &Schema) -> bool {
    schema.properties.contains_key("userId")
}

fn empty(schema: &Schema) -> Option<Value> {
    if schema.is("array") {
        Some(json!([]))
    } else {
        schema.nullable.then_some(Value::Null)
    }
}

/// The object with this id that the caller refers to, which is taken to exist. Of a file that was uploaded,
/// more is known than that.
fn referred(id: &Value, schema: &Schema, occasion: Occasion<'_>) -> Value {
    let mut object = object(schema, occasion.caller);
    object.insert("id".to_owned(), id.clone());
    let upload = id.as_str().and_then(|id| occasion.uploads.get(id));
    for (name, value) in upload.into_iter().flat_map(facts) {
        if let Some(property) = object.get_mut(name) {
            *property = value;
        }
    }
    Value::Object(object)
}

fn facts(upload: &Upload) -> impl Iterator<Item = (&'static str, Value)> {
    let file = &upload.file;
    let facts = [
        ("fileName", Some(json!(file.file_name))),
        ("fileSize", Some(json!(size_in_words(file.content.len())))),
        ("url", upload.url.clone()),
    ];
    facts
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
}

/// `24 KB`, as the documentation shows it.
fn size_in_words(bytes: usize) -> String {
    let (unit, name) = match bytes {
        0..1_024 => (1, "B"),
        1_024..1_048_576 => (1_024, "KB"),
        _ => (1_048_576, "MB"),
    };
    format!("{} {name}", (bytes + unit / 2) / unit)
}

/// A field that is the server's to fill.
fn chosen(name: &str, schema: &Schema, choice: Choice<'_>) -> Option<Value> {
    let now = &choice.caller.now;
    match schema.format.as_deref() {
        Some("date-time") => return Some(json!(now)),
        Some("date") => return now.get(.."YYYY-MM-DD".len()).map(Value::from),
        _ => {}
    }
    // Nothing has happened to a new entity yet, whatever the example of a list shows.
    if schema.is("array") {
        return Some(json!([]));
    }
    if let Some(documented) = schema.example.as_ref().or(schema.values.first()) {
        return Some(match (documented, choice.example_and_id) {
            // An address within an example contains the id that the examples have.
            (Value::String(text), Some((example, id))) => json!(text.replace(example, id)),
            _ => documented.clone(),
        });
    }
    if schema.nullable && !is_person(schema) {
        return Some(Value::Null);
    }
    match schema.kind.as_deref()? {
        "object" => Some(Value::Object(properties(schema, choice))),
        "string" => Some(Value::String(placeholder(name, schema.format.as_deref()))),
        "integer" | "number" => Some(json!(0)),
        "boolean" => Some(json!(false)),
        _ => None,
    }
}

fn properties(object: &Schema, choice: Choice<'_>) -> Map<String, Value> {
    let mut properties: Map<_, _> = object
        .properties
        .iter()
        .filter_map(|(name, schema)| Some((name.clone(), chosen(name, schema, choice)?)))
        .collect();
    if is_person(object) {
        properties.insert("userId".to_owned(), json!(choice.caller.user));
    }
    properties
}

/// A string of which the document gives only the name: `owner_sandbox` for `ownerId`.
pub(crate) fn placeholder(name: &str, format: Option<&str>) -> String {
    match (format, name.strip_suffix("Id")) {
        (Some("email"), _) => "sandbox@example.com".to_owned(),
        (Some("uri"), _) => "https://example.com/sandbox".to_owned(),
        (_, Some(owner)) => format!("{owner}_sandbox"),
        (_, None) => "sandbox".to_owned(),
    }
}
