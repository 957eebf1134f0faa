//! Imports: batches of what another provider has, in its own form, each item of which becomes an entity of a
//! collection of the API. So an item is put into that collection's own words first, as far as the document says
//! how, and is then saved like any other.

use serde::Deserialize;
use serde_json::{Map, Number, Value};

use crate::{
    document::{
        Document,
        types::{Fields, Type},
    },
    domain::missing_field,
    store::time,
};

/// What the document says of the imports of one operation, which it tells by the collection that these seem to
/// be saved to.
#[derive(Deserialize)]
pub(crate) struct Rule {
    collection: String,
    into: String,
    fields: Vec<FieldRule>,
}

#[derive(Deserialize)]
struct FieldRule {
    /// The field of what is saved.
    field: String,
    /// The field of the item that says the same.
    from: String,
    /// How it says it, if in another way.
    #[serde(rename = "as")]
    form: Option<Form>,
}

/// How an item says what is saved otherwise.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    /// A day, or a time, in seconds since the beginning of 1970.
    Seconds,
    /// An amount in units of which hundredths are saved.
    Units,
}

/// How the items of one operation become entities of a collection.
pub(crate) struct Import {
    pub(crate) into: String,
    rule: Rule,
}

impl Import {
    /// What the document says of imports to `collection`, if these become something else.
    pub(crate) fn to(collection: &str, document: &Document) -> Option<Self> {
        let rules = match document.domain.get("imports")? {
            Value::Array(rules) => rules.as_slice(),
            rule => std::slice::from_ref(rule),
        };
        let mut rules = rules.iter().filter_map(|rule| Rule::deserialize(rule).ok());
        let rule = rules.find(|rule| rule.collection == collection)?;
        Some(Self {
            into: rule.into.clone(),
            rule,
        })
    }

    /// Whether `item`, and what is `sent` to save such an entity, have the fields that the rule names.
    pub(crate) fn check(&self, item: Type<'_>, sent: Fields<'_>) -> Result<(), String> {
        for rule in &self.rule.fields {
            if item.field(&rule.from).is_none() {
                let missing = missing_field(&self.rule.collection, &rule.from);
                return Err(format!("`x-domain.imports`: {missing}"));
            }
            if !sent.get(&rule.field).is_some_and(Type::is_scalar) {
                let missing = missing_field(&self.into, &rule.field);
                return Err(format!("`x-domain.imports`: {missing}"));
            }
        }
        Ok(())
    }

    /// `item` in the words of the collection that it is saved to, whose fields are `wanted`. What cannot be read
    /// is left out, as is what the document knows no counterpart of.
    pub(crate) fn item(&self, item: &Map<String, Value>, wanted: Fields<'_>) -> Map<String, Value> {
        let fields = self.rule.fields.iter().filter_map(|rule| {
            let wanted = wanted.get(&rule.field)?;
            let value = rule.read(item.get(&rule.from)?, wanted)?;
            Some((rule.field.clone(), value))
        });
        fields.collect()
    }
}

impl FieldRule {
    fn read(&self, value: &Value, wanted: Type<'_>) -> Option<Value> {
        let read = match (self.form, value) {
            (_, Value::Null) => return None,
            (Some(Form::Seconds), value) => {
                let time = time::of_seconds(value.as_u64()?)?;
                let is_day = wanted.format() == Some("date");
                Value::from(if is_day { time.get(..DAY)? } else { &time })
            }
            (Some(Form::Units), value) => hundredths(value.as_number()?)?.into(),
            (None, Value::Number(number)) if wanted.is("string") => number.to_string().into(),
            (None, value) => value.clone(),
        };
        let is_day = || read.as_str().is_some_and(time::is_day);
        let fits = wanted.fits(&read) && (wanted.format() != Some("date") || is_day());
        fits.then_some(read)
    }
}

/// How many characters of a time are its day.
const DAY: usize = "YYYY-MM-DD".len();

/// How many hundredths this is, if it is a whole number of them.
fn hundredths(number: &Number) -> Option<i64> {
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 2 {
        return None;
    }
    format!("{whole}{fraction:0<2}").parse().ok()
}
