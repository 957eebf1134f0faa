//! Turns drafts into schemas, with the values of the page as examples.
//!
//! A value becomes the `example` of its property if that renders the page's sample. If one schema shows different values in several
//! places, the first place has its values beside the properties, and the others have theirs beside the reference.

use serde_json::{Map, Value, json};

use super::answer;
use super::draft::{Draft, Drafts, Object, PropertyDraft, TextSamples};
use super::inferred_type::InferredType;
use crate::capture::reading::{Attribute, Shown};
use crate::sample::is_beginning;

/// A schema, and what the site renders of it.
type Rendered = (Value, Value);

/// The schemas of a page.
pub(crate) struct Schemas<'d> {
    pub(crate) drafts: &'d Drafts,
}

impl Schemas<'_> {
    /// The names of the schemas that these lead to: each before what it refers to.
    pub(crate) fn order<'h>(
        &self,
        roots: impl IntoIterator<Item = &'h InferredType>,
    ) -> Vec<String> {
        let mut order = Vec::new();
        for root in roots {
            self.follow(root, &mut order);
        }
        order
    }

    fn follow(&self, holds: &InferredType, order: &mut Vec<String>) {
        let Some(name) = holds.name() else { return };
        if order.iter().any(|known| known == name) {
            return;
        }
        order.push(name.to_owned());
        if let Some(Draft::Object(object)) = self.drafts.get(name) {
            for slot in object.slots.values() {
                self.follow(&slot.holds, order);
            }
        }
    }

    /// The schema of that name.
    pub(crate) fn schema(&self, name: &str) -> Value {
        match self.drafts.get(name) {
            Some(Draft::Object(object)) => self.object(name, object),
            Some(Draft::TextSamples(texts)) => texts_schema(name, texts),
            None => json!({ "type": "object" }),
        }
    }

    fn object(&self, name: &str, object: &Object) -> Value {
        let mut schema = Map::new();
        schema.insert("type".to_owned(), "object".into());
        let required: Vec<&String> = (object.slots.iter())
            .filter(|(_, slot)| slot.says.as_ref().is_some_and(|says| says.is_required))
            .map(|(name, _)| name)
            .collect();
        if object.is_sent && !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        let mut properties = Map::new();
        let mut open = vec![name.to_owned()];
        for (property, slot) in &object.slots {
            if let Some((schema, _)) = self.property(object, property, slot, &mut open) {
                properties.insert(property.clone(), schema);
            }
        }
        if !properties.is_empty() {
            schema.insert("properties".to_owned(), properties.into());
        }
        schema.into()
    }

    /// A property, and what the site renders of it; none if nothing is known of it.
    fn property(
        &self,
        object: &Object,
        name: &str,
        slot: &PropertyDraft,
        open: &mut Vec<String>,
    ) -> Option<Rendered> {
        let seen = object.example();
        let shown = seen.and_then(|seen| seen.members.get(name));
        let is_last = seen.is_some_and(|seen| {
            seen.is_cut
                && seen
                    .members
                    .keys()
                    .next_back()
                    .is_some_and(|last| last == name)
        });
        self.place(
            &slot.holds,
            slot.says.as_ref(),
            slot.words,
            shown,
            is_last,
            open,
        )
    }

    /// The schema of a place that shows this value, if any.
    fn place(
        &self,
        holds: &InferredType,
        says: Option<&Attribute>,
        words: Option<&str>,
        shown: Option<&Value>,
        is_cut: bool,
        open: &mut Vec<String>,
    ) -> Option<Rendered> {
        let mut schema = Map::new();
        let mut put = |key: &str, value: Value| drop(schema.insert(key.to_owned(), value));
        let described = says
            .and_then(|says| says.words_of_ours.as_deref())
            .or(words);
        let is_as_shown = |rendered: &Value| {
            shown.is_none_or(|shown| shown == rendered || is_cut && is_beginning(shown, rendered))
        };
        let rendered = match holds {
            InferredType::Unknown => return None,
            InferredType::Named(name) => {
                let rendered = self.named(name, open);
                if let Some(words) = described {
                    put("description", words.into());
                }
                put("allOf", json!([reference(name)]));
                rendered
            }
            InferredType::List(item) => {
                put("type", "array".into());
                if let Some(words) = described {
                    put("description", words.into());
                }
                return Some(self.list(schema, item, shown, is_cut, open));
            }
            _ => {
                let mut rendered = scalar(holds, says, &mut put);
                if let Some(words) = described {
                    put("description", words.into());
                }
                if let Some(default) = says.and_then(|says| typed(holds, says.default.as_deref()?))
                {
                    // A default comes before the type's own placeholder.
                    if shown.is_none_or(|shown| *shown == default) {
                        put("default", default.clone());
                        rendered = default;
                    }
                }
                let example = says.and_then(|says| typed(holds, says.example.as_deref()?));
                match (example, shown) {
                    (Some(example), None) => {
                        put("example", example.clone());
                        return Some((schema.into(), example));
                    }
                    (Some(example), Some(shown)) if example == *shown => {
                        put("example", example.clone());
                        return Some((schema.into(), example));
                    }
                    _ => rendered,
                }
            }
        };
        match shown.filter(|_| !is_as_shown(&rendered)) {
            Some(shown) => {
                put("example", shown.clone());
                Some((schema.into(), shown.clone()))
            }
            None => Some((schema.into(), rendered)),
        }
    }

    fn list(
        &self,
        mut schema: Map<String, Value>,
        item: &InferredType,
        shown: Option<&Value>,
        is_cut: bool,
        open: &mut Vec<String>,
    ) -> Rendered {
        let item = match item {
            InferredType::Unknown => &InferredType::Text {
                format: None,
                is_sure: false,
            },
            known => known,
        };
        let items = |schema: Value| match (item, schema) {
            // Nothing stands beside the reference.
            (InferredType::Named(name), Value::Object(schema)) if schema.len() == 1 => {
                reference(name)
            }
            (_, schema) => schema,
        };
        let plain = self
            .place(item, None, None, None, false, open)
            .unwrap_or_default();
        let is_again = matches!(item, InferredType::Named(name) if open.contains(name));
        let rendered = match is_again {
            true => "<array>".into(),
            false => json!([plain.1]),
        };
        let is_as_shown = match shown {
            None => true,
            Some(shown) => *shown == rendered || is_cut && is_beginning(shown, &rendered),
        };
        if is_as_shown {
            schema.insert("items".to_owned(), items(plain.0));
            return (schema.into(), rendered);
        }
        let shown = shown.cloned().unwrap_or_default();
        if let Value::Array(values) = &shown
            && let [value] = values.as_slice()
            && (!value.is_object() || *item == InferredType::Free)
            && let Some((with_example, rendered)) =
                self.place(item, None, None, Some(value), is_cut, open)
        {
            schema.insert("items".to_owned(), items(with_example));
            return (schema.into(), json!([rendered]));
        }
        schema.insert("example".to_owned(), shown.clone());
        schema.insert("items".to_owned(), items(plain.0));
        (schema.into(), shown)
    }

    /// The sample that the site renders of a named schema.
    fn named(&self, name: &str, open: &mut Vec<String>) -> Value {
        match self.drafts.get(name) {
            Some(Draft::TextSamples(texts)) => texts_value(texts).into(),
            Some(Draft::Object(_)) if open.iter().any(|known| known == name) => "<unknown>".into(),
            Some(Draft::Object(object)) => {
                open.push(name.to_owned());
                let mut members = Map::new();
                for (property, slot) in &object.slots {
                    if let Some((_, rendered)) = self.property(object, property, slot, open) {
                        members.insert(property.clone(), rendered);
                    }
                }
                open.pop();
                members.into()
            }
            None => json!({}),
        }
    }

    /// A body as a whole.
    pub(crate) fn body(&self, holds: &InferredType) -> Value {
        match holds {
            InferredType::Named(name) => reference(name),
            other => {
                let place = self.place(other, None, None, None, false, &mut Vec::new());
                place.map_or_else(|| json!({ "type": "object" }), |(schema, _)| schema)
            }
        }
    }

    /// A part of a body.
    pub(crate) fn part(&self, holds: &InferredType, shown: Option<&Value>) -> Value {
        let place = self.place(holds, None, None, shown, false, &mut Vec::new());
        place.map_or_else(|| json!({ "type": "object" }), |(schema, _)| schema)
    }
}

pub(crate) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn texts_value(texts: &TextSamples) -> &str {
    let listed = texts
        .default
        .as_deref()
        .or(texts.options.first().map(String::as_str));
    listed.or(texts.example.as_deref()).unwrap_or("<string>")
}

fn texts_schema(name: &str, texts: &TextSamples) -> Value {
    let mut schema = Map::new();
    let mut put = |key: &str, value: Value| drop(schema.insert(key.to_owned(), value));
    put("type", "string".into());
    if let Some(words) = answer::words(&Draft::TextSamples(texts.clone()), name) {
        put("description", words.into());
    }
    if !texts.options.is_empty() {
        put("enum", json!(texts.options));
    }
    if let Some(default) = &texts.default {
        put("default", default.as_str().into());
    }
    // Where the values are listed, each place shows its own.
    let is_listed = texts.default.is_some() || !texts.options.is_empty();
    if let Some(example) = texts.example.as_deref().filter(|_| !is_listed) {
        put("example", example.into());
    }
    schema.into()
}

/// The keywords of a scalar, and what the site renders of it.
fn scalar(
    holds: &InferredType,
    says: Option<&Attribute>,
    put: &mut impl FnMut(&str, Value),
) -> Value {
    let format = |put: &mut dyn FnMut(&str, Value)| {
        let format =
            says.and_then(|says| super::attributes::Type::of(says.type_words.as_deref()?).format);
        if let Some(format) = format {
            put("format", format.into());
        }
    };
    let rendered = match holds {
        InferredType::Text { format, .. } => {
            put("type", "string".into());
            if let Some(format) = format {
                put("format", format.as_str().into());
            }
            let text = Shown::Placeholder(match format.as_deref() {
                Some("date") => crate::capture::reading::Scalar::Date,
                Some("date-time") => crate::capture::reading::Scalar::DateTime,
                Some("email") => crate::capture::reading::Scalar::Email,
                Some("uuid") => crate::capture::reading::Scalar::Uuid,
                Some("byte") => crate::capture::reading::Scalar::Bytes,
                _ => crate::capture::reading::Scalar::Text,
            });
            super::draft::value(&text).unwrap_or_default()
        }
        InferredType::Integer { .. } => {
            put("type", "integer".into());
            format(put);
            number(says)
        }
        InferredType::Number => {
            put("type", "number".into());
            format(put);
            number(says)
        }
        InferredType::Flag => {
            put("type", "boolean".into());
            true.into()
        }
        _ => {
            put("type", "object".into());
            json!({})
        }
    };
    let Some(says) = says else { return rendered };
    if says.is_nullable {
        put("nullable", true.into());
    }
    if says.is_deprecated {
        put("deprecated", true.into());
    }
    let bounds = [("minimum", says.minimum), ("maximum", says.maximum)];
    let is_number = matches!(holds, InferredType::Integer { .. } | InferredType::Number);
    for (key, bound) in bounds.into_iter().filter(|_| is_number) {
        if let Some(bound) = bound {
            put(key, bound.into());
        }
    }
    if let InferredType::Text { .. } = holds {
        for (key, bound) in [
            ("minLength", says.min_length),
            ("maxLength", says.max_length),
        ] {
            if let Some(bound) = bound {
                put(key, bound.into());
            }
        }
        if let Some(pattern) = &says.pattern {
            put("pattern", pattern.as_str().into());
        }
    }
    rendered
}

fn number(says: Option<&Attribute>) -> Value {
    match says.map(|says| (says.minimum, says.maximum)) {
        Some((Some(minimum), None)) => minimum.saturating_add(1).into(),
        Some((Some(minimum), Some(maximum))) => minimum
            .saturating_add(maximum.saturating_sub(minimum) / 2)
            .into(),
        _ => 123.into(),
    }
}

/// A value that the page says in words, if it is one of the type.
pub(crate) fn typed(holds: &InferredType, text: &str) -> Option<Value> {
    match holds {
        InferredType::Text { .. } => Some(text.into()),
        InferredType::Integer { .. } => text.parse::<i64>().ok().map(Value::from),
        InferredType::Number => text.parse::<serde_json::Number>().ok().map(Value::Number),
        InferredType::Flag => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    }
}
