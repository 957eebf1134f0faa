//! Names the schemas that need names, and inlines those that need none.
//!
//! The SDK has a type for each object and each enum, named after its schema, and none for a string or a list. So objects and enums
//! without a name are named after their place, and named strings, lists and free-form objects are inlined wherever they are referred to.

use heck::ToUpperCamelCase;
use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value, json};

use super::walk::{self, REFERENCE};

/// The maximum length of a chain of names to inline.
const HOPS: usize = 16;

/// Puts the schemas of an operation's document in order, and says what was done.
pub(super) fn tidy(document: &mut Value, operation: &str) -> Vec<String> {
    let mut notes = Vec::new();
    let written_out = write_out(document);
    if !written_out.is_empty() {
        let names: Vec<String> = written_out.iter().map(|name| format!("`{name}`")).collect();
        notes.push(format!(
            "written out where they are referred to, since they are neither objects with properties nor enums: {}",
            names.join(", ")
        ));
    }
    let named = name_shapes(document, operation);
    if !named.is_empty() {
        let names: Vec<String> = named.iter().map(|name| format!("`{name}`")).collect();
        notes.push(format!(
            "named after what they stand in, since the document does not name them: {}",
            names.join(", ")
        ));
    }
    arrange(document);
    notes
}

/// Whether a schema is a type of its own: an object with properties, one of several parts, an enum, or a choice.
fn is_type(schema: &Value) -> bool {
    let is_object = schema["properties"]
        .as_object()
        .is_some_and(|properties| !properties.is_empty());
    let is_enum = schema.get("enum").is_some()
        && matches!(schema["type"].as_str(), Some("string" | "integer"));
    let is_choice = ["anyOf", "oneOf", "not"]
        .iter()
        .any(|key| schema.get(key).is_some());
    let is_of_parts = schema["allOf"]
        .as_array()
        .is_some_and(|parts| parts.len() > 1 || walk::referred(&parts[0]).is_none());
    is_object || is_enum || is_choice || is_of_parts
}

/// Writes out what is not a type of its own, wherever it is referred to.
fn write_out(document: &mut Value) -> IndexSet<String> {
    let Some(schemas) = walk::named(document) else {
        return IndexSet::new();
    };
    let plain: IndexMap<String, Value> = (schemas.iter())
        .filter(|(_, schema)| !is_type(schema))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    let mut used = IndexSet::new();
    if plain.is_empty() {
        return used;
    }
    let plain = ends(plain);
    let mut replace = |schema: &mut Value| {
        for _ in 0..HOPS {
            let Some((name, beside)) = reference_of(schema) else {
                break;
            };
            let Some(written) = plain.get(&name) else {
                break;
            };
            *schema = together(written, beside);
            used.insert(name);
        }
    };
    for (_, schema) in schemas.iter_mut() {
        // A name that goes is read off the copy.
        walk::within(schema, &mut replace);
    }
    walk::of_operation(document, &mut replace);
    used
}

/// The name that a schema refers to, and what it says beside it.
fn reference_of(schema: &Value) -> Option<(String, Map<String, Value>)> {
    if let Some(name) = walk::referred(schema) {
        return Some((name.to_owned(), Map::new()));
    }
    let [only] = schema["allOf"].as_array()?.as_slice() else {
        return None;
    };
    let name = walk::referred(only)?.to_owned();
    let mut beside = schema.as_object()?.clone();
    beside.shift_remove("allOf");
    Some((name, beside))
}

/// The content of a named schema, with the keywords beside the reference.
fn together(written: &Value, beside: Map<String, Value>) -> Value {
    let mut whole = written.as_object().cloned().unwrap_or_default();
    if let Some(reference) = whole.get("$ref").cloned().filter(|_| !beside.is_empty()) {
        whole.shift_remove("$ref");
        whole.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
    whole.extend(beside);
    Value::Object(whole)
}

/// Those of the schemas that can be inlined: not recursive, and in few steps.
fn ends(schemas: IndexMap<String, Value>) -> IndexMap<String, Value> {
    let inner: IndexMap<String, IndexSet<String>> = (schemas.iter())
        .map(|(name, schema)| (name.clone(), walk::references(schema)))
        .collect();
    let mut ended: IndexSet<String> = IndexSet::new();
    for _ in 0..HOPS {
        let is_next = |name: &&String| {
            !ended.contains(*name)
                && inner[*name]
                    .iter()
                    .all(|inner| ended.contains(inner) || !schemas.contains_key(inner))
        };
        let next: Vec<String> = schemas.keys().filter(is_next).cloned().collect();
        if next.is_empty() {
            break;
        }
        ended.extend(next);
    }
    schemas
        .into_iter()
        .filter(|(name, _)| ended.contains(name))
        .collect()
}

/// Names the shapes that stand somewhere without a name.
fn name_shapes(document: &mut Value, operation: &str) -> IndexSet<String> {
    let mut schemas = walk::named(document)
        .map(std::mem::take)
        .unwrap_or_default();
    let mut naming = Naming {
        taken: schemas.keys().cloned().collect(),
        new: Map::new(),
        named: IndexSet::new(),
        enums: Vec::new(),
    };
    let owner = operation.to_upper_camel_case();

    if let Some(operation) = operation_of(document) {
        for parameter in operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            let word = parameter["name"].as_str().unwrap_or_default();
            let word = word.to_upper_camel_case();
            if let Some(schema) = parameter.get_mut("schema") {
                naming.within(schema, &format!("{owner}{word}"), &word);
                plainly(schema);
            }
        }
        let request = operation.get_mut("requestBody");
        naming.content(request, &format!("{owner}Request"));
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for (status, response) in responses.into_iter().flatten() {
            let of = if status.starts_with('2') { "" } else { status };
            naming.content(
                Some(response),
                &format!("{owner}{}Response", of.to_upper_camel_case()),
            );
        }
    }
    for (name, schema) in &mut schemas {
        naming.parts(schema, name);
    }
    // What was named holds no shapes without a name: those in it were named before.
    schemas.extend(naming.new);
    if !schemas.is_empty() {
        document["components"]["schemas"] = Value::Object(schemas);
    }
    naming.named
}

fn operation_of(document: &mut Value) -> Option<&mut Value> {
    let paths = document.get_mut("paths")?.as_object_mut()?;
    paths
        .values_mut()
        .next()?
        .as_object_mut()?
        .values_mut()
        .next()
}

struct Naming {
    taken: IndexSet<String>,
    new: Map<String, Value>,
    named: IndexSet<String>,
    /// The enums among them, each with the word that it was named by.
    enums: Vec<(String, Value, String)>,
}

impl Naming {
    fn content(&mut self, body: Option<&mut Value>, name: &str) {
        let content = body
            .and_then(|body| body.get_mut("content"))
            .and_then(Value::as_object_mut);
        for (media, described) in content.into_iter().flatten() {
            let Some(schema) = described.get_mut("schema") else {
                continue;
            };
            if media.starts_with("multipart/") {
                // The parts of a request are no type.
                self.parts(schema, name.strip_suffix("Request").unwrap_or(name));
            } else {
                self.within(schema, name, name);
                plainly(schema);
            }
        }
    }

    /// Names a schema, if it is a shape, and what is in it. `word` is the part of the name that says what it is of. Enums of one word
    /// that have the same values are one.
    fn within(&mut self, schema: &mut Value, name: &str, word: &str) {
        if walk::referred(schema).is_some() {
            return;
        }
        if !is_type(schema) {
            return self.parts(schema, name);
        }
        let mut shape = std::mem::take(schema);
        // Who refers to it says what holds there alone.
        let mut reference = Map::new();
        for key in ["nullable", "readOnly", "writeOnly", "deprecated"] {
            if let Some(value) = shape
                .as_object_mut()
                .and_then(|shape| shape.shift_remove(key))
            {
                reference.insert(key.to_owned(), value);
            }
        }
        // A list of values that has null is one of values that may be null.
        if shape["enum"]
            .as_array()
            .is_some_and(|values| values.contains(&Value::Null))
        {
            shape["nullable"] = true.into();
        }
        let known = self
            .enums
            .iter()
            .find(|(of, known, _)| of == word && *known == shape);
        let name = match known {
            Some((_, _, name)) => name.clone(),
            None => {
                let name = self.free(name);
                if shape["enum"]
                    .as_array()
                    .is_some_and(|values| values.len() > 1)
                {
                    self.enums
                        .push((word.to_owned(), shape.clone(), name.clone()));
                }
                self.parts(&mut shape, &name);
                self.new.insert(name.clone(), shape);
                self.named.insert(name.clone());
                name
            }
        };
        let to = json!({ "$ref": format!("{REFERENCE}{name}") });
        reference.insert("allOf".to_owned(), json!([to]));
        *schema = Value::Object(reference);
    }

    /// Names what is in a schema that is named itself, or has no need of a name.
    fn parts(&mut self, schema: &mut Value, owner: &str) {
        let singular = singular(owner);
        for (key, value) in schema.as_object_mut().into_iter().flatten() {
            match key.as_str() {
                "properties" => {
                    for (property, schema) in value.as_object_mut().into_iter().flatten() {
                        let word = property.to_upper_camel_case();
                        self.within(schema, &format!("{owner}{word}"), &word);
                    }
                }
                "items" => {
                    self.within(value, &singular, &singular);
                    plainly(value);
                }
                "additionalProperties" if value.is_object() => {
                    let name = format!("{singular}Value");
                    self.within(value, &name, &name);
                    plainly(value);
                }
                // The parts of one object have no names of their own.
                "allOf" => {
                    for part in value.as_array_mut().into_iter().flatten() {
                        self.parts(part, owner);
                    }
                }
                "anyOf" | "oneOf" => {
                    for (index, part) in value.as_array_mut().into_iter().flatten().enumerate() {
                        let name = format!("{owner}{}", index + 1);
                        self.within(part, &name, &name);
                        plainly(part);
                    }
                }
                _ => {}
            }
        }
    }

    /// A name that is not taken: itself, or with a number behind it.
    fn free(&mut self, name: &str) -> String {
        let mut free = name.to_owned();
        let mut number = 2;
        while !self.taken.insert(free.clone()) {
            free = format!("{name}{number}");
            number += 1;
        }
        free
    }
}

/// A reference alone in `allOf`, without `allOf`: only properties have it, beside which words may stand.
fn plainly(schema: &mut Value) {
    let reference = match schema.as_object() {
        Some(said) if said.len() == 1 => schema["allOf"]
            .as_array()
            .filter(|parts| parts.len() == 1)
            .map(|parts| parts[0].clone()),
        _ => None,
    };
    if let Some(reference) = reference.filter(|reference| walk::referred(reference).is_some()) {
        *schema = reference;
    }
}

/// The name of one of several: `Companies` → `Company`. What is no plural gets `Item` behind it.
fn singular(name: &str) -> String {
    if let Some(stem) = name.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        return format!("{stem}y");
    }
    for ending in ["sses", "shes", "ches", "xes"] {
        if name.ends_with(ending) {
            return name[..name.len() - 2].to_owned();
        }
    }
    match name
        .strip_suffix('s')
        .filter(|stem| !stem.ends_with(['s', 'u', 'i']))
    {
        Some(stem) => stem.to_owned(),
        None => format!("{name}Item"),
    }
}

/// Calls the schemas otherwise.
pub(super) fn rename(document: &mut Value, name: &dyn Fn(&str) -> String) -> Result<(), String> {
    let mut renamed = document.clone();
    let mut schemas = walk::named(&mut renamed)
        .map(std::mem::take)
        .unwrap_or_default();
    let mut call = |schema: &mut Value| {
        if let Some(old) = walk::referred(schema) {
            let new = format!("{REFERENCE}{}", name(old));
            schema["$ref"] = new.into();
        }
        let mapping = schema
            .get_mut("discriminator")
            .and_then(|of| of.get_mut("mapping"));
        for target in mapping
            .and_then(Value::as_object_mut)
            .into_iter()
            .flat_map(Map::values_mut)
        {
            if let Some(old) = target
                .as_str()
                .and_then(|target| target.strip_prefix(REFERENCE))
            {
                *target = format!("{REFERENCE}{}", name(old)).into();
            }
        }
    };
    walk::of_operation(&mut renamed, &mut call);
    let mut called: IndexMap<String, (String, Value)> = IndexMap::new();
    for (old, mut schema) in std::mem::take(&mut schemas) {
        walk::within(&mut schema, &mut call);
        let new = name(&old);
        match called.get(&new) {
            Some((first, other)) if *other != schema => {
                return Err(format!(
                    "`{first}` and `{old}` differ, and both would be called `{new}`"
                ));
            }
            Some(_) => {}
            None => drop(called.insert(new, (old, schema))),
        }
    }
    if !called.is_empty() {
        let schemas: Map<String, Value> = called
            .into_iter()
            .map(|(new, (_, schema))| (new, schema))
            .collect();
        renamed["components"]["schemas"] = Value::Object(schemas);
    }
    *document = renamed;
    Ok(())
}

/// Keeps the schemas that are referred to, in the order in which a reader comes by them: each before those that it refers to.
fn arrange(document: &mut Value) {
    let mut schemas = walk::named(document)
        .map(std::mem::take)
        .unwrap_or_default();
    let mut open: Vec<String> = Vec::new();
    walk::of_operation(document, &mut |schema| open.extend(walk::names_in(schema)));
    open.reverse();
    let mut arranged = Map::new();
    while let Some(name) = open.pop() {
        if let Some(schema) = schemas.shift_remove(&name) {
            open.extend(walk::references(&schema).into_iter().rev());
            arranged.insert(name, schema);
        }
    }
    let Some(components) = document
        .get_mut("components")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    if arranged.is_empty() {
        components.shift_remove("schemas");
    } else {
        components.insert("schemas".to_owned(), Value::Object(arranged));
    }
    if components.is_empty()
        && let Some(document) = document.as_object_mut()
    {
        document.shift_remove("components");
    }
}
