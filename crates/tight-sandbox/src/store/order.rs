//! The order of a list, from `sort`.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::{
    document::{
        names,
        types::{Fields, Type},
    },
    envelope::{ApiError, ApiErrorType},
    store::time,
};

const ORDER_BY: &str = "orderBy";
const DIRECTION: &str = "direction";
const DIRECTIONS: [&str; 2] = ["ASC", "DESC"];

/// An order. Equal entities keep the order of saving; in descending order, the last saved comes first.
#[derive(Debug, Default)]
pub(crate) struct Order {
    /// The field to sort by; `None` sorts by number.
    field: Option<String>,
    /// Whether the field has times.
    of_times: bool,
    descending: bool,
}

/// Why a list cannot be sorted as requested.
pub(crate) enum Refusal {
    /// The request is invalid.
    Wrong(ApiError),
    /// The sandbox does not support it.
    Unknown(ApiError),
}

impl Order {
    /// Reads `sort`, which is valid for its type `wanted`, for entities with these `fields`.
    pub(crate) fn of(sort: &Value, wanted: Type<'_>, fields: Fields<'_>) -> Result<Self, Refusal> {
        let Some(sort) = sort.as_object() else {
            let message = "The sandbox does not support an order that is not an object";
            let error = ApiError::unserved(Some("sort".to_owned()), message);
            return if sort.is_null() {
                Ok(Self::default())
            } else {
                Err(Refusal::Unknown(error))
            };
        };
        if let Some(name) = unknown_part(sort, wanted) {
            let param = format!("sort.{name}");
            let message = format!("The sandbox does not support {param}");
            return Err(Refusal::Unknown(ApiError::unserved(Some(param), message)));
        }
        let asked = |name: &str| sort.get(name)?.as_str();
        let no_order = |name: &str| {
            let param = format!("sort.{name}");
            Refusal::Wrong(ApiError::of(
                ApiErrorType::InvalidValue,
                param,
                "is no documented order",
            ))
        };
        let field = match asked(ORDER_BY) {
            None => None,
            Some(constant) => {
                let listed = wanted.field(ORDER_BY).map(Type::values).unwrap_or_default();
                if !listed.is_empty() && !listed.iter().any(|known| known == constant) {
                    return Err(no_order(ORDER_BY));
                }
                Some(field(constant, fields)?)
            }
        };
        let descending = match asked(DIRECTION) {
            None | Some("ASC") => false,
            Some("DESC") => true,
            Some(_) => return Err(no_order(DIRECTION)),
        };
        let of_times = field
            .as_ref()
            .and_then(|field| fields.get(field)?.format())
            .is_some_and(|format| format == "date-time");
        Ok(Self {
            field,
            of_times,
            descending,
        })
    }

    /// The sort key of an entity.
    pub(crate) fn key(&self, entity: &Map<String, Value>) -> Value {
        let value = self.field.as_ref().and_then(|field| entity.get(field));
        let value = value.cloned().unwrap_or_default();
        match value
            .as_str()
            .filter(|_| self.of_times)
            .and_then(time::read)
        {
            Some(time) => humantime::format_rfc3339_nanos(time).to_string().into(),
            None => value,
        }
    }

    /// Compares two entities by sort key and number.
    pub(crate) fn compare(&self, one: (&Value, u64), other: (&Value, u64)) -> Ordering {
        let ascending = compare(one.0, other.0).then(one.1.cmp(&other.1));
        if self.descending {
            ascending.reverse()
        } else {
            ascending
        }
    }

    /// A name for this order, for cursors.
    pub(crate) fn name(&self) -> String {
        let direction = DIRECTIONS[usize::from(self.descending)];
        format!("{} {direction}", self.field.as_deref().unwrap_or_default())
    }
}

/// A documented part of `sort` that the sandbox does not support.
fn unknown_part<'a>(sort: &'a Map<String, Value>, wanted: Type<'_>) -> Option<&'a str> {
    let mut asked = sort.iter().filter(|(_, value)| !value.is_null());
    let unknown = asked.find(|(name, _)| {
        ![ORDER_BY, DIRECTION].contains(&name.as_str()) && wanted.field(name).is_some()
    })?;
    Some(unknown.0)
}

/// The field that the constant names.
fn field(constant: &str, fields: Fields<'_>) -> Result<String, Refusal> {
    let field = names::of_constant(constant);
    if fields.get(&field).is_some_and(Type::is_scalar) {
        return Ok(field);
    }
    let message = format!(
        "The sandbox does not support this order: the entities have no comparable field {field}"
    );
    let param = Some(format!("sort.{ORDER_BY}"));
    Err(Refusal::Unknown(ApiError::unserved(param, message)))
}

/// Compares two values of a field. Missing values come first.
pub(crate) fn compare(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => match (one.as_i64(), other.as_i64()) {
            (Some(one), Some(other)) => one.cmp(&other),
            _ => one
                .as_f64()
                .partial_cmp(&other.as_f64())
                .unwrap_or(Ordering::Equal),
        },
        (Value::String(one), Value::String(other)) => one.cmp(other),
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        _ => rank(one).cmp(&rank(other)),
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) | Value::Object(_) => 4,
    }
}
