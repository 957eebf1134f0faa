//! Imports: batches in another provider's form. Each item is converted to the form of a collection of the API, as far
//! as the document says how, and saved like any other.

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

/// The rule for imports of one operation, found by the collection that the operation appears to save to.
#[derive(Deserialize)]
pub(crate) struct Rule {
    collection: String,
    into: String,
    fields: Vec<FieldRule>,
}

#[derive(Deserialize)]
struct FieldRule {
    /// The field of the collection's item.
    field: String,
    /// The field of the imported item.
    from: String,
    /// The conversion, if any.
    #[serde(rename = "as")]
    form: Option<Form>,
}

/// A conversion.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Form {
    /// Seconds since 1970, to a date or time.
    Seconds,
    /// Units, to hundredths.
    Units,
}

/// Converts the items of one operation.
pub(crate) struct Import {
    pub(crate) into: String,
    rule: Rule,
}

impl Import {
    /// The conversion for imports to `collection`, if the document has one.
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

    /// Checks that imported and accepted items have the fields that the rule names.
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

    /// Converts `item` to accepted fields `wanted`. Values that cannot be converted, and fields without a
    /// counterpart, are left out.
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

/// The length of the date in a time.
const DAY: usize = "YYYY-MM-DD".len();

/// The number in hundredths, if that is a whole number.
fn hundredths(number: &Number) -> Option<i64> {
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 2 {
        return None;
    }
    format!("{whole}{fraction:0<2}").parse().ok()
}
