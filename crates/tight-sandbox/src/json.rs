//! Reads JSON with exact numbers. serde_json silently rounds numbers that it cannot represent. So numbers are read
//! from their text here, and those that would change are reported with their places, for validation to reject.

use indexmap::IndexMap;
use serde::de::Error;
use serde_json::{Map, Number, Value, value::RawValue};

/// The maximum depth of JSON, as in serde_json; deeper values could overflow the stack.
const DEPTH: usize = 128;

/// A JSON value, in which inexact numbers are rounded.
#[derive(Debug)]
pub(crate) struct Json {
    pub(crate) value: Value,
    pub(crate) inexact: Vec<InexactNumber>,
}

/// A number that cannot be represented exactly.
#[derive(Debug, Clone)]
pub(crate) struct InexactNumber {
    pub(crate) place: Vec<Step>,
    /// What is wrong with it; completes a sentence that starts with its name.
    pub(crate) predicate: &'static str,
}

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Property(String),
    Index(usize),
}

impl Step {
    /// The step as a part of a JSON pointer.
    pub(crate) fn pointer(&self) -> String {
        match self {
            Self::Property(name) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
            Self::Index(index) => format!("/{index}"),
        }
    }
}

/// Parses `text`.
pub(crate) fn read(text: &[u8]) -> Result<Json, serde_json::Error> {
    let raw: &RawValue = serde_json::from_slice(text)?;
    let mut inexact = Vec::new();
    match value(raw, DEPTH, &mut Vec::new(), &mut inexact) {
        Ok(value) => Ok(Json { value, inexact }),
        // Errors of a part are reported by their place in the whole.
        Err(error) => Err(serde_json::from_slice::<Value>(text).err().unwrap_or(error)),
    }
}

/// Reads `raw`, which is at `place`.
fn value(
    raw: &RawValue,
    depth: usize,
    place: &mut Vec<Step>,
    inexact: &mut Vec<InexactNumber>,
) -> Result<Value, serde_json::Error> {
    let text = raw.get();
    let depth = match text.as_bytes().first() {
        Some(b'{' | b'[') => depth
            .checked_sub(1)
            .filter(|depth| *depth > 0)
            .ok_or_else(|| serde_json::Error::custom("it is nested too deeply"))?,
        _ => depth,
    };
    let mut within = |step, raw| {
        place.push(step);
        let value = value(raw, depth, place, inexact);
        place.pop();
        value
    };
    match text.as_bytes().first() {
        Some(b'{') => {
            let mut object = Map::new();
            for (name, raw) in serde_json::from_str::<IndexMap<String, &RawValue>>(text)? {
                let value = within(Step::Property(name.clone()), raw)?;
                object.insert(name, value);
            }
            Ok(Value::Object(object))
        }
        Some(b'[') => {
            let raws: Vec<&RawValue> = serde_json::from_str(text)?;
            let values = raws.into_iter().enumerate();
            let values = values.map(|(index, raw)| within(Step::Index(index), raw));
            Ok(Value::Array(values.collect::<Result<_, _>>()?))
        }
        Some(b'-' | b'0'..=b'9') => {
            let (number, error) = number(text);
            inexact.extend(error.map(|predicate| InexactNumber {
                place: place.clone(),
                predicate,
            }));
            Ok(Value::Number(number))
        }
        _ => serde_json::from_str(text),
    }
}

/// The nearest representable number, and what is wrong if it differs.
fn number(text: &str) -> (Number, Option<&'static str>) {
    const OUT_OF_RANGE: Option<&str> = Some("is out of range");

    let is_negative = text.starts_with('-');
    if !text.contains(['.', 'e', 'E']) {
        return match text.parse::<i64>() {
            Ok(whole) => (whole.into(), None),
            Err(_) if is_negative => (i64::MIN.into(), OUT_OF_RANGE),
            Err(_) => (i64::MAX.into(), OUT_OF_RANGE),
        };
    }
    // Rust parses all numbers of JSON.
    let nearest: f64 = text.parse().unwrap_or_default();
    let Some(number) = Number::from_f64(nearest) else {
        let end = if is_negative { f64::MIN } else { f64::MAX };
        return (Number::from_f64(end).unwrap_or(0.into()), OUT_OF_RANGE);
    };
    let error = match (decimal(text), decimal(&format!("{nearest:e}"))) {
        (sent, kept) if sent == kept => None,
        (_, Some((digits, _))) if digits.is_empty() => OUT_OF_RANGE,
        _ => Some("has more digits than can be kept"),
    };
    (number, error)
}

/// The digits of a number without zeros at either end, and the power of ten of the last digit. Zero has no digits.
/// `None` if the exponent is out of range. Signs are ignored: they are always exact.
fn decimal(text: &str) -> Option<(String, i64)> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{}{fraction}", whole.trim_start_matches('-'));
    let significant = digits.trim_end_matches('0');
    let zeros = i64::try_from(digits.len() - significant.len()).ok()?;
    let significant = significant.trim_start_matches('0');
    if significant.is_empty() {
        return Some((String::new(), 0));
    }
    let exponent: i64 = exponent.parse().ok()?;
    let exponent = exponent
        .checked_sub(i64::try_from(fraction.len()).ok()?)?
        .checked_add(zeros)?;
    Some((significant.to_owned(), exponent))
}
