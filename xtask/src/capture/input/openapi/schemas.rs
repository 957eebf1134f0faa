//! Converts schemas to OpenAPI 3.0, without their descriptions.
//!
//! What 3.0 expresses differently is converted; what it cannot express is an error, and never left out.

use std::cell::RefCell;
use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::keywords::{DIALECTS, Form, Keyword, ORDER, TYPES, keyword, type_of};
use super::source::{Dialect, Source, Target};
use super::walk::REFERENCE;
use crate::document::Node;

/// How deeply schemas may be nested, those that are referred to without a name written out.
const DEPTH: usize = 64;

/// Converts schemas.
pub(super) struct Schemas<'s, 'd> {
    source: &'s Source<'d>,
    /// The places without a name that are being written out.
    open: RefCell<Vec<String>>,
    depth: std::cell::Cell<usize>,
}

/// A schema on the way to its form in OpenAPI 3.0.
#[derive(Default)]
struct Draft {
    said: Map<String, Value>,
    /// Parts that hold beside what is said.
    parts: Vec<Value>,
    /// Whether `null` is one of the types.
    has_null: bool,
}

impl<'s, 'd> Schemas<'s, 'd> {
    pub(super) fn new(source: &'s Source<'d>) -> Self {
        Self {
            source,
            open: RefCell::default(),
            depth: std::cell::Cell::new(0),
        }
    }

    /// A converted schema.
    pub(super) fn read(&self, node: Node<'d>) -> Value {
        self.depth.set(self.depth.get() + 1);
        let read = if self.depth.get() > DEPTH {
            let message = format!("schemas are nested more than {DEPTH} deep");
            self.source.fault(
                node,
                message,
                "give those that others refer to a name in `components/schemas`",
            );
            json!({})
        } else if self.source.counts(node) {
            self.read_one(node)
        } else {
            json!({})
        };
        self.depth.set(self.depth.get() - 1);
        read
    }

    fn read_one(&self, node: Node<'d>) -> Value {
        if let Some(is_any) = node.bool() {
            return if is_any {
                json!({})
            } else {
                json!({ "not": {} })
            };
        }
        let mut draft = Draft::default();
        match node.get("$ref") {
            None => self.fill(node, &mut draft),
            Some(reference) => {
                let Some(text) = reference.str() else {
                    self.source.fault(
                        reference,
                        "this reference is not a text",
                        "write `$ref: '#/…'`",
                    );
                    return json!({});
                };
                let Some(referred) = self.referred(node, text) else {
                    return json!({});
                };
                if self.source.dialect == Dialect::V30 {
                    self.pass_over_siblings(node);
                    return referred;
                }
                self.fill(node, &mut draft);
                if draft.is_empty() {
                    return referred;
                }
                draft.parts.insert(0, referred);
            }
        }
        self.finish(node, draft)
    }

    /// Resolves a reference: to a reference to a named schema, or to its content.
    fn referred(&self, node: Node<'d>, reference: &str) -> Option<Value> {
        match self.source.target(node, reference)? {
            Target::Schema(name) => Some(json!({ "$ref": format!("{REFERENCE}{name}") })),
            Target::Place(place) => {
                let pointer = place.pointer();
                if self.open.borrow().contains(&pointer) {
                    self.source.fault(
                        node,
                        format!(
                            "`{reference}` refers to a schema that contains it and has no name"
                        ),
                        "give it a name in `components/schemas`, and refer to that",
                    );
                    return None;
                }
                if !place.is_object() && place.bool().is_none() {
                    self.source.fault(
                        node,
                        format!("`{reference}` refers to no schema"),
                        "fix the reference",
                    );
                    return None;
                }
                self.open.borrow_mut().push(pointer);
                let read = self.read(place);
                self.open.borrow_mut().pop();
                Some(read)
            }
        }
    }

    /// OpenAPI 3.0 ignores what stands beside a reference.
    fn pass_over_siblings(&self, node: Node<'d>) {
        for (key, sibling) in node.entries() {
            let is_said = key != "$ref"
                && !matches!(
                    keyword(key, self.source.dialect),
                    Keyword::Words | Keyword::Aside
                );
            if is_said {
                let note =
                    format!("`{key}` stands beside a reference, where OpenAPI 3.0 ignores it");
                self.source.note(sibling, &note);
            }
        }
    }

    fn fill(&self, node: Node<'d>, draft: &mut Draft) {
        for (key, value) in node.entries() {
            match keyword(key, self.source.dialect) {
                Keyword::Words => {}
                Keyword::Aside => self.source.leave_out(key),
                Keyword::Same(form) => self.same(key, value, form, draft),
                Keyword::Special => self.special(key, node, value, draft),
                Keyword::Unsayable => self.unsayable(key, value),
                Keyword::Unknown => self.source.fault(
                    value,
                    format!(
                        "`{key}` is not a keyword of schemas in OpenAPI {}",
                        self.source.dialect.name()
                    ),
                    "fix its name, or leave it out",
                ),
            }
        }
    }

    fn unsayable(&self, what: &str, value: Node<'_>) {
        self.source.fault(
            value,
            format!("`{what}` cannot be expressed in OpenAPI 3.0"),
            "captured pages are OpenAPI 3.0: express it in another way, or leave it out, and capture that",
        );
    }

    fn same(&self, key: &str, value: Node<'d>, form: Form, draft: &mut Draft) {
        if !form.fits(value) {
            let message = format!("`{key}` takes {}", form.wanted());
            return self.source.fault(value, message, "fix the value");
        }
        match form {
            Form::Flag if value.bool() == Some(false) => {}
            Form::Flag if key == "nullable" && self.source.dialect == Dialect::V31 => {
                self.source.note(
                    value,
                    "`nullable` is not a keyword of OpenAPI 3.1, and is applied nevertheless",
                );
                draft.has_null = true;
            }
            _ => draft.say(key, self.data(value)),
        }
    }

    /// A value of the API's, such as an example.
    pub(super) fn data(&self, value: Node<'d>) -> Value {
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            if value.loses_digits() {
                self.source.fault(
                    value,
                    format!(
                        "`{}` has more digits than programs keep",
                        value.number().unwrap_or_default()
                    ),
                    "write fewer digits; if they matter, the value is a text, and is quoted",
                );
            }
            open.extend(value.items());
            open.extend(value.entries().map(|(_, member)| member));
        }
        value.to_value()
    }

    fn special(&self, key: &str, schema: Node<'d>, value: Node<'d>, draft: &mut Draft) {
        match key {
            "type" => self.types(value, draft),
            "enum" => self.values(value, draft),
            "const" => draft.say("enum", Value::Array(vec![self.data(value)])),
            "examples" => self.examples(value, draft),
            "required" => self.required(value, draft),
            "properties" => {
                let properties = value.entries();
                let properties =
                    properties.map(|(name, property)| (name.to_owned(), self.property(property)));
                draft.say(key, Value::Object(properties.collect()));
            }
            "items" | "not" => draft.say(key, self.read(value)),
            "additionalProperties" if value.bool().is_some() => draft.say(key, value.to_value()),
            "additionalProperties" => draft.say(key, self.read(value)),
            "allOf" => {
                if self.has_items(key, value) {
                    draft
                        .parts
                        .extend(value.items().map(|part| self.read(part)));
                }
            }
            "anyOf" | "oneOf" => self.choice(key, value, draft),
            "discriminator" => self.discriminator(value, draft),
            "exclusiveMinimum" => self.bound("minimum", key, schema, value, draft),
            "exclusiveMaximum" => self.bound("maximum", key, schema, value, draft),
            "contentMediaType" | "contentEncoding" => self.content(key, schema, value, draft),
            "$schema" if value.str().is_some_and(|text| DIALECTS.contains(&text)) => {}
            "propertyNames" if is_any_text(value) => {}
            "$ref" => {}
            _ => self.unsayable(key, value),
        }
    }

    /// A property that refers does so in `allOf`, beside which words may stand.
    fn property(&self, node: Node<'d>) -> Value {
        let read = self.read(node);
        if read.get("$ref").is_some() {
            return json!({ "allOf": [read] });
        }
        read
    }

    fn has_items(&self, key: &str, list: Node<'_>) -> bool {
        let has_items = list.items().len() > 0;
        if !has_items {
            self.source.fault(
                list,
                format!("`{key}` takes a list of at least one item"),
                "fix it, or leave it out",
            );
        }
        has_items
    }

    fn types(&self, value: Node<'d>, draft: &mut Draft) {
        let is_list = value.is_list() && self.source.dialect == Dialect::V31;
        let named: Vec<Node<'d>> = if is_list {
            value.items().collect()
        } else {
            vec![value]
        };
        let mut types: Vec<&str> = Vec::new();
        for name in named {
            match name.str() {
                Some("null") if self.source.dialect == Dialect::V31 => draft.has_null = true,
                Some(text) if TYPES.contains(&text) => {
                    if !types.contains(&text) {
                        types.push(text);
                    }
                }
                _ => self.source.fault(
                    name,
                    format!(
                        "`{}` is not a type that OpenAPI {} has",
                        brief(name),
                        self.source.dialect.name()
                    ),
                    format!("the types are {}", TYPES.join(", ")),
                ),
            }
        }
        match types.as_slice() {
            [] if draft.has_null => self.unsayable("type: 'null'", value),
            [] => {
                if is_list {
                    self.has_items("type", value);
                }
            }
            [one] => draft.say("type", (*one).into()),
            ["number", "integer"] | ["integer", "number"] => draft.say("type", "number".into()),
            several => {
                let branches = several.iter().map(|one| {
                    let mut branch = json!({ "type": one });
                    if draft.has_null {
                        branch["nullable"] = true.into();
                    }
                    if *one == "array" {
                        branch["items"] = json!({});
                    }
                    branch
                });
                let branches = Value::Array(branches.collect());
                draft.choose("anyOf", branches);
            }
        }
    }

    fn values(&self, value: Node<'d>, draft: &mut Draft) {
        if !value.is_list() || !self.has_items("enum", value) {
            return;
        }
        let mut values: Vec<Value> = Vec::new();
        for item in value.items() {
            let item = self.data(item);
            if !values.contains(&item) {
                values.push(item);
            }
        }
        draft.say("enum", Value::Array(values));
    }

    fn examples(&self, value: Node<'d>, draft: &mut Draft) {
        if !value.is_list() {
            return self.source.fault(
                value,
                "`examples` of a schema are a list",
                "fix it, or leave it out",
            );
        }
        let mut examples = value.items();
        let Some(first) = examples.next() else { return };
        if let Some(second) = examples.next() {
            self.source
                .note(second, "of several `examples`, the first is kept");
        }
        if !draft.said.contains_key("example") {
            draft.say("example", self.data(first));
        }
    }

    fn required(&self, value: Node<'d>, draft: &mut Draft) {
        if !value.is_list() {
            return self.source.fault(
                value,
                "`required` of a schema is the list of those of its properties that must be there",
                "fix it, or leave it out",
            );
        }
        let mut names = Vec::new();
        let mut known = HashSet::new();
        for name in value.items() {
            match name.str() {
                Some(text) if known.insert(text) => names.push(text.into()),
                Some(_) => {}
                None => self.source.fault(
                    name,
                    "this is not the name of a property",
                    "names are texts",
                ),
            }
        }
        if !names.is_empty() {
            draft.say("required", Value::Array(names));
        }
    }

    fn choice(&self, key: &str, list: Node<'d>, draft: &mut Draft) {
        if !list.is_list() || !self.has_items(key, list) {
            return;
        }
        let is_null =
            |branch: &Node<'d>| self.source.dialect == Dialect::V31 && is_only_null(*branch);
        let (nulls, branches): (Vec<_>, Vec<_>) = list.items().partition(is_null);
        draft.has_null |= !nulls.is_empty();
        if branches.is_empty() {
            return self.unsayable("type: 'null'", list);
        }
        let mut branches: Vec<Value> = branches
            .into_iter()
            .map(|branch| self.read(branch))
            .collect();
        let one = match values_of_all(&branches) {
            Some(together) => Some(together),
            None if branches.len() == 1 => branches.pop(),
            None => None,
        };
        if let Some(mut one) = one {
            let values = one.get_mut("enum").and_then(Value::as_array_mut);
            if let Some(values) =
                values.filter(|values| !nulls.is_empty() && !values.contains(&Value::Null))
            {
                values.push(Value::Null);
            }
            return draft.unite(one);
        }
        if draft.has_null {
            for branch in branches.iter_mut().filter_map(Value::as_object_mut) {
                if branch.contains_key("type") {
                    branch.insert("nullable".to_owned(), true.into());
                }
            }
        }
        draft.choose(key, Value::Array(branches));
    }

    fn discriminator(&self, value: Node<'d>, draft: &mut Draft) {
        let Some(name) = value.text("propertyName") else {
            return self.source.fault(
                value,
                "the discriminator names no property",
                "give it a `propertyName`",
            );
        };
        let mut discriminator = json!({ "propertyName": name });
        let mut mapping = Map::new();
        for (tag, target) in value.get("mapping").iter().flat_map(Node::entries) {
            let text = target.str().unwrap_or_default();
            let reference = match self.source.schema(text) {
                Some(_) => format!("{REFERENCE}{text}"),
                None => text.to_owned(),
            };
            match self.source.target(target, &reference) {
                Some(Target::Schema(name)) => {
                    mapping.insert(tag.to_owned(), format!("{REFERENCE}{name}").into());
                }
                Some(Target::Place(_)) => {
                    self.source.fault(
                        target,
                        "this is not the name of a schema",
                        "name a schema of `components/schemas`",
                    );
                }
                None => {}
            }
        }
        if !mapping.is_empty() {
            discriminator["mapping"] = Value::Object(mapping);
        }
        draft.say("discriminator", discriminator);
    }

    /// A bound that is itself excluded: a number in OpenAPI 3.1, and a flag beside the bound in 3.0.
    fn bound(
        &self,
        key: &str,
        exclusive: &str,
        schema: Node<'d>,
        value: Node<'d>,
        draft: &mut Draft,
    ) {
        let Some(limit) = value.f64() else {
            let message = format!("`{exclusive}` takes a number in OpenAPI 3.1");
            return self.source.fault(value, message, "fix the value");
        };
        let other = schema.get(key).and_then(|other| other.f64());
        let is_tighter = other.is_none_or(|other| {
            if key == "minimum" {
                limit >= other
            } else {
                limit <= other
            }
        });
        if is_tighter {
            draft.say(exclusive, true.into());
            draft.said.insert(key.to_owned(), self.data(value));
        }
    }

    /// The content of a string: bytes of a file are a format in OpenAPI 3.0.
    fn content(&self, key: &str, schema: Node<'d>, value: Node<'d>, draft: &mut Draft) {
        let media = schema.text("contentMediaType");
        let format = match schema.text("contentEncoding") {
            Some("base64") => "byte",
            Some(_) => return self.unsayable("contentEncoding", value),
            None if media.is_some_and(is_file) => "binary",
            None => return self.unsayable(key, value),
        };
        draft.said.entry("type").or_insert_with(|| "string".into());
        draft.said.entry("format").or_insert_with(|| format.into());
    }

    /// The schema that a draft comes to.
    fn finish(&self, node: Node<'d>, mut draft: Draft) -> Value {
        self.infer(node, &mut draft);
        if draft.has_null {
            let allows_null = draft.said.get("enum").and_then(Value::as_array);
            // A list of values that has no null leaves none, whatever the type says.
            if allows_null.is_none_or(|values| values.contains(&Value::Null)) {
                draft.said.insert("nullable".to_owned(), true.into());
            }
        }
        if draft.said.get("type") == Some(&json!("array")) && !draft.said.contains_key("items") {
            draft.say("items", json!({}));
        }
        let is_single = draft.parts.len() == 1;
        if is_single && draft.said.is_empty() {
            let part = draft.parts.remove(0);
            // A reference alone says the same without `allOf`.
            return part;
        }
        if !draft.parts.is_empty() {
            let parts = Value::Array(std::mem::take(&mut draft.parts));
            draft.said.insert("allOf".to_owned(), parts);
        }
        let mut said: Vec<(String, Value)> = draft.said.into_iter().collect();
        said.sort_by_key(|(key, _)| ORDER.iter().position(|known| known == key));
        Value::Object(said.into_iter().collect())
    }

    /// The type, where the rest of the schema leaves one.
    fn infer(&self, node: Node<'d>, draft: &mut Draft) {
        if draft.said.contains_key("type") || !draft.parts.is_empty() {
            return;
        }
        if let Some(values) = draft.said.get("enum").and_then(Value::as_array) {
            let types: HashSet<_> = values.iter().filter_map(type_of).collect();
            let is_nullable = values.contains(&Value::Null);
            let only = match types.iter().collect::<Vec<_>>().as_slice() {
                [only] => Some(**only),
                _ if types.iter().all(|of| matches!(*of, "integer" | "number"))
                    && !types.is_empty() =>
                {
                    Some("number")
                }
                _ => None,
            };
            match only {
                Some(only) => {
                    draft.say("type", only.into());
                    draft.has_null |= is_nullable;
                }
                None if types.is_empty() => self.unsayable("enum: [null]", node),
                None => {}
            }
            return;
        }
        let inferred = [("properties", "object"), ("items", "array")];
        for (key, of) in inferred {
            if draft.said.contains_key(key) {
                let note =
                    format!("a schema with `{key}` and without a type is taken for `type: {of}`");
                self.source.note(node, &note);
                draft.say("type", of.into());
                return;
            }
        }
    }
}

impl Draft {
    fn is_empty(&self) -> bool {
        self.said.is_empty() && self.parts.is_empty() && !self.has_null
    }

    /// Says something, unless that was said already in a way that must come first.
    fn say(&mut self, key: &str, value: Value) {
        if key == "enum" && self.said.contains_key(key) {
            // Two lists of values hold both.
            return self.parts.push(json!({ key: value }));
        }
        self.said.entry(key).or_insert(value);
    }

    /// Adds a choice of shapes; where there is one already, both hold.
    fn choose(&mut self, key: &str, branches: Value) {
        if self.said.contains_key(key) {
            self.parts.push(json!({ key: branches }));
        } else {
            self.said.insert(key.to_owned(), branches);
        }
    }

    /// Adds what another schema says. Both hold.
    fn unite(&mut self, other: Value) {
        match other {
            Value::Object(other)
                if !other.contains_key("$ref")
                    && other.keys().all(|key| !self.said.contains_key(key)) =>
            {
                for (key, value) in other {
                    match value {
                        Value::Array(parts) if key == "allOf" => self.parts.extend(parts),
                        value => drop(self.said.insert(key, value)),
                    }
                }
            }
            other => self.parts.push(other),
        }
    }
}

/// The values of branches that each are nothing but some values.
fn values_of_all(branches: &[Value]) -> Option<Value> {
    let mut values: Vec<&Value> = Vec::new();
    let mut types = HashSet::new();
    for branch in branches {
        let branch = branch.as_object()?;
        if !branch
            .keys()
            .all(|key| matches!(key.as_str(), "enum" | "type"))
        {
            return None;
        }
        for value in branch.get("enum")?.as_array()? {
            // One that two branches have is not one of `oneOf`.
            if values.contains(&value) {
                return None;
            }
            values.push(value);
        }
        types.insert(branch.get("type")?.as_str()?);
    }
    let only = match types.into_iter().collect::<Vec<_>>().as_slice() {
        [only] => *only,
        _ => return None,
    };
    (branches.len() > 1).then(|| json!({ "type": only, "enum": values }))
}

/// Whether a branch says `null`, and nothing else.
fn is_only_null(branch: Node<'_>) -> bool {
    let mut said = branch
        .entries()
        .filter(|(key, _)| keyword(key, Dialect::V31) != Keyword::Words);
    let (Some((key, value)), None) = (said.next(), said.next()) else {
        return false;
    };
    let is_null = |node: Node<'_>| node.is_null() || (key == "type" && node.str() == Some("null"));
    match key {
        "type" | "const" => is_null(value) || is_list_of_one(value, is_null),
        "enum" => is_list_of_one(value, is_null),
        _ => false,
    }
}

fn is_list_of_one(list: Node<'_>, is: impl Fn(Node<'_>) -> bool) -> bool {
    let mut items = list.items();
    matches!((items.next(), items.next()), (Some(only), None) if is(only))
}

/// Whether names of properties may be any text.
fn is_any_text(names: Node<'_>) -> bool {
    names.bool() == Some(true)
        || names
            .entries()
            .all(|(key, value)| key == "type" && value.str() == Some("string"))
}

/// Whether content of a media type is the bytes of a file, and no data of the API's.
fn is_file(media: &str) -> bool {
    let media = media.to_ascii_lowercase();
    !media.contains("json")
        && !media.ends_with("xml")
        && media != "application/x-www-form-urlencoded"
}

/// A value for a message.
fn brief(node: Node<'_>) -> String {
    match node.str() {
        Some(text) => text.to_owned(),
        None => node.to_value().to_string().chars().take(60).collect(),
    }
}
