//! Reads the type and the limits that a page states for attributes of a body and for parameters.

use super::Walk;
use super::draft::{Draft, Object, PropertyDraft, TextSamples};
use super::inferred_type::InferredType;
use super::walk::Name;
use crate::capture::reading::Attribute;
use crate::diagnostic::{Diagnostic, Result};

/// The cursor of queries, as pages state it.
pub(crate) fn cursor() -> Attribute {
    Attribute {
        name: "cursor".to_owned(),
        type_words: Some("string".to_owned()),
        is_nullable: true,
        ..Attribute::default()
    }
}

/// The limit of queries, as pages state it, without its maximum.
pub(crate) fn limit() -> Attribute {
    Attribute {
        name: "limit".to_owned(),
        type_words: Some("integer<int32>".to_owned()),
        ..Attribute::default()
    }
}

/// A type in the words of a page: `integer<int32>`, `object[]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Type<'w> {
    pub(crate) name: &'w str,
    pub(crate) format: Option<&'w str>,
    pub(crate) is_list: bool,
}

impl<'w> Type<'w> {
    /// Reads it.
    pub(crate) fn of(words: &'w str) -> Self {
        let words = words.trim();
        let (words, is_list) = match words.strip_suffix("[]") {
            Some(item) => (item, true),
            None => (words, false),
        };
        let (name, format) = match words.split_once('<') {
            Some((name, format)) => (name, format.strip_suffix('>')),
            None => (words, None),
        };
        Self {
            name,
            format,
            is_list,
        }
    }

    /// The inferred type, as far as the text determines it.
    fn holds(self) -> InferredType {
        let holds = match self.name {
            "string" => InferredType::Text {
                format: self.format.map(str::to_owned),
                is_sure: true,
            },
            "integer" => InferredType::Integer { is_sure: true },
            "number" => InferredType::Number,
            "boolean" => InferredType::Flag,
            "object" => InferredType::Free,
            _ => InferredType::Unknown,
        };
        match self.is_list {
            true => holds.list(),
            false => holds,
        }
    }
}

impl Walk<'_> {
    /// The draft of an object.
    pub(crate) fn object_of(&mut self, name: &str) -> Result<&mut Object> {
        let missing = Diagnostic::new(self.file, format!("`{name}` is no object"));
        match self.drafts.get_mut(name) {
            Some(Draft::Object(object)) => Ok(object),
            _ => Err(missing),
        }
    }

    /// Adds what the page says in words of an object's attributes. Those that no sample shows are added if `are_all`.
    pub(crate) fn say(
        &mut self,
        name: &str,
        attributes: &[Attribute],
        are_all: bool,
    ) -> Result<()> {
        let resource = self.names.resource.clone();
        for attribute in attributes {
            let own = Name {
                own: name.to_owned(),
                like: match name.strip_suffix("Upsert") == Some(&resource) {
                    true => resource.clone(),
                    false => name.to_owned(),
                },
                base: resource.clone(),
            };
            let at = Self::at(&own, &attribute.name);
            let known = self
                .object_of(name)?
                .slots
                .get(&attribute.name)
                .map(|slot| slot.holds.clone());
            if known.is_none() && !are_all {
                continue;
            }
            let words = attribute.type_words.as_deref().map(Type::of);
            let is_enum =
                words.is_some_and(|words| words.name == "enum") || !attribute.options.is_empty();
            let said = match (&known, is_enum, words) {
                (Some(InferredType::Named(texts)), true, _) => InferredType::Named(texts.clone()),
                (_, true, _) => match self.names.texts(at) {
                    Some(texts) => InferredType::Named(texts),
                    None => InferredType::written(""),
                },
                (.., Some(words)) => words.holds(),
                (.., None) => InferredType::Unknown,
            };
            if let (InferredType::Named(texts), true) = (&said, is_enum) {
                let seen = TextSamples {
                    options: attribute.options.clone(),
                    default: attribute.default.clone(),
                    example: None,
                };
                self.see_texts(texts, seen)?;
            }
            let said = match (&known, &said) {
                // A text that looks like a value of an enum, of which the page says that it is a text, may still be one.
                (Some(InferredType::Named(_)), InferredType::Text { .. })
                | (Some(InferredType::Named(_)), InferredType::Free) => InferredType::Unknown,
                (Some(InferredType::List(_)), InferredType::List(item))
                    if **item == InferredType::Free =>
                {
                    InferredType::Unknown
                }
                (Some(InferredType::Text { .. }), InferredType::Named(_)) => said,
                _ => said,
            };
            let holds = match &known {
                Some(InferredType::Text { .. }) if matches!(said, InferredType::Named(_)) => said,
                Some(known) => self.both(known, &said, at)?,
                None => said,
            };
            let object = self.object_of(name)?;
            let slot = object
                .slots
                .entry(attribute.name.clone())
                .or_insert_with(|| PropertyDraft {
                    is_shown: false,
                    ..PropertyDraft::shown(InferredType::Unknown)
                });
            slot.holds = holds;
            slot.says = Some(attribute.clone());
        }
        Ok(())
    }
}
