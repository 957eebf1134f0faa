//! Reads documents that were not written for this repository, and values that are to be written as YAML.
//!
//! These are read as plain YAML 1.2 or JSON where both agree, without the stricter rules for the files of this repository.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::lint;
use super::node::{Document, Node};
use super::read::{Writer, read};
use super::scalar::loses_digits;
use super::store::{Author, FileId, Store};
use super::structure;
use super::values;
use crate::diagnostic::Faults;

impl Document {
    /// Reads a document that others wrote, as YAML or as JSON. Errors are added to `faults`; there is a document
    /// if it can be read at all.
    pub fn read_foreign(file: &str, text: &str, faults: &Faults) -> Option<Self> {
        let files: Arc<[String]> = Arc::from([file.to_owned()]);
        let text = if text
            .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
            .starts_with('{')
        {
            with_whole_characters(text)
        } else {
            Cow::Borrowed(text)
        };
        read(&files, FileId(0), &text, Writer::Others, faults).map(Self::new)
    }

    /// A document of that value, for writing it.
    pub fn of_value(value: &Value) -> Self {
        let mut document = Self::new(Store::new(Arc::from([]), Author::Codegen));
        let store = &mut document.store;
        let (root, written) = (store.root, store.add_value(value));
        store.take_over(root, written);
        document
    }

    /// Whether each value is of the form that belongs where it stands: a mapping, a list, a text; and null only among data. What
    /// is wrong is added to the faults.
    pub fn check_forms(&self, faults: &Faults) {
        structure::check(self.root(), faults);
    }

    /// Whether examples, defaults and enums are of the types of their schemas, as far as these have one. What is wrong is added to
    /// the faults.
    pub fn check_values(&self, faults: &Faults) {
        values::check(self.root(), true, faults);
    }

    /// Whether references lead somewhere. Errors are added to `faults`.
    pub fn check_references(&self, faults: &Faults) {
        lint::references(self.root(), faults);
    }
}

impl Node<'_> {
    /// Whether it is a number that no program reads as that number.
    pub fn loses_digits(&self) -> bool {
        self.number().is_some_and(loses_digits)
    }
}

/// JSON whose characters beyond the first plane are written as they are: JSON may write them as two halves, which YAML does not
/// know. A half without the other stays as it is, for the reader to tell.
fn with_whole_characters(json: &str) -> Cow<'_, str> {
    let mut rest = json;
    let mut whole = String::new();
    while let Some(at) = rest.find("\\") {
        let (before, escape) = rest.split_at(at);
        whole.push_str(before);
        let (escape, after, character) =
            match half(escape).zip(half(escape.get(6..).unwrap_or_default())) {
                Some((high @ 0xd800..0xdc00, low @ 0xdc00..0xe000)) => {
                    let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                    (&escape[..12], &escape[12..], char::from_u32(code))
                }
                _ => {
                    let length = 1 + escape[1..].chars().next().map_or(0, char::len_utf8);
                    (&escape[..length], &escape[length..], None)
                }
            };
        match character {
            Some(character) => whole.push(character),
            None => whole.push_str(escape),
        }
        rest = after;
    }
    if whole.is_empty() && rest.len() == json.len() {
        return Cow::Borrowed(json);
    }
    whole.push_str(rest);
    Cow::Owned(whole)
}

/// The code of an escape `\uXXXX` that a text begins with.
fn half(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}
