//! Makes the entity that a save answers with. The server chooses most of its fields, and the document says no
//! more about them than their schemas do: so what the caller sent is kept, and the rest follows from format,
//! enum, example or name.

use serde_json::{Map, Value, json};

use crate::schema::Schema;

/// Makes the entities of one collection.
pub(crate) struct Synthesis {
    /// What is saved, resolved all the way down.
    pub(crate) entity: Schema,
    /// What the caller sends, resolved all the way down.
    pub(crate) item: Schema,
    /// What every id starts with.
    pub(crate) id_prefix: String,
}

impl Synthesis {
    /// `collection` stands in for the prefix of an id that has no example.
    pub(crate) fn new(entity: Schema, item: Schema, collection: &str) -> Self {
        let example = entity
            .properties
            .get("id")
            .and_then(|id| id.example.as_ref())
            .and_then(Value::as_str);
        let id_prefix = match example
            .and_then(|example| example.rfind('_').and_then(|end| example.get(..=end)))
        {
            Some(prefix) => prefix.to_owned(),
            None => format!("{collection}_"),
        };
        Self {
            entity,
            item,
            id_prefix,
        }
    }

    /// The entity for `item`, the `number`th of its collection. `now` is a date-time as this API writes it.
    pub(crate) fn entity(&self, item: &Value, number: u64, now: &str) -> Value {
        let mut entity = Map::new();
        for (name, schema) in &self.entity.properties {
            let value = if name == "id" {
                Some(Value::String(format!("{}{number}", self.id_prefix)))
            } else if self
                .item
                .properties
                .get(name)
                .is_some_and(|sent| sent.kind == schema.kind)
            {
                sent(item.get(name), schema)
            } else if let (Some(ids), Some(object)) = (self.ids_for(name), schema.items.as_deref())
            {
                Some(referred(item.get(ids), object, now))
            } else {
                chosen(name, schema, now)
            };
            entity.extend(value.map(|value| (name.clone(), value)));
        }
        Value::Object(entity)
    }

    /// The field of the item that lists the ids of the objects in the entity's field `name`: `<x>Ids` for
    /// `<x>s`.
    fn ids_for(&self, name: &str) -> Option<&str> {
        let objects = self.entity.properties.get(name)?.items.as_deref()?;
        let (ids, sent) = self
            .item
            .properties
            .get_key_value(&format!("{}Ids", name.strip_suffix('s')?))?;
        let lists_strings =
            sent.is("array") && sent.items.as_ref().is_some_and(|id| id.is("string"));
        (lists_strings && objects.properties.contains_key("id")).then_some(ids)
    }
}

/// A field that is the caller's to fill. Left out, it is empty: an example here would be words the caller
/// never sent.
fn sent(value: Option<&Value>, schema: &Schema) -> Option<Value> {
    match value {
        Some(value) if !value.is_null() => Some(value.clone()),
        _ if schema.is("array") => Some(json!([])),
        _ if schema.nullable => Some(Value::Null),
        _ => None,
    }
}

/// One object for each id that the caller sent.
fn referred(ids: Option<&Value>, object: &Schema, now: &str) -> Value {
    let ids = ids
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let refer = |id: &Value| {
        let mut object = properties(object, now);
        object.insert("id".to_owned(), id.clone());
        Value::Object(object)
    };
    ids.iter().map(refer).collect()
}

/// A field that is the server's to fill.
fn chosen(name: &str, schema: &Schema, now: &str) -> Option<Value> {
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
        return Some(documented.clone());
    }
    if schema.nullable {
        return Some(Value::Null);
    }
    match schema.kind.as_deref()? {
        "object" => Some(Value::Object(properties(schema, now))),
        "string" => Some(Value::String(placeholder(name, schema.format.as_deref()))),
        "integer" | "number" => Some(json!(0)),
        "boolean" => Some(json!(false)),
        _ => None,
    }
}

fn properties(object: &Schema, now: &str) -> Map<String, Value> {
    let property =
        |(name, schema): (&String, &Schema)| Some((name.clone(), chosen(name, schema, now)?));
    object.properties.iter().filter_map(property).collect()
}

/// A string of which the document gives only the name: `owner_sandbox` for `ownerId`.
fn placeholder(name: &str, format: Option<&str>) -> String {
    match (format, name.strip_suffix("Id")) {
        (Some("email"), _) => "sandbox@example.com".to_owned(),
        (Some("uri"), _) => "https://example.com/sandbox".to_owned(),
        (_, Some(owner)) => format!("{owner}_sandbox"),
        (_, None) => "sandbox".to_owned(),
    }
}
