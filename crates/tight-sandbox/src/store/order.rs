//! The order of a list: what `sort` asks for.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::{
    document::names,
    document::schema::Schema,
    envelope::{Flaw, FlawType},
    error::Obstacle,
};

const ORDER_BY: &str = "orderBy";
const DIRECTION: &str = "direction";
const DIRECTIONS: [&str; 2] = ["ASC", "DESC"];

/// The orders that a list can have.
#[derive(Default)]
pub(crate) struct Orders {
    /// What callers call each of them, and the field of the entity that is meant.
    known: Vec<(String, String)>,
}

/// One order of a list. Entities that it does not tell apart are ordered as they were saved: in descending order, the one that
/// was saved last comes first.
#[derive(Debug, Default)]
pub(crate) struct Order<'a> {
    /// The field to order by; without one, it is the number.
    field: Option<&'a str>,
    descending: bool,
}

impl Orders {
    /// Reads the schema of `sort`, which orders entities of the schema `entity`; both are resolved all the way
    /// down.
    pub(crate) fn new(sort: &Schema, entity: &Schema) -> Result<Self, Obstacle> {
        for (name, schema) in &sort.properties {
            let understood = match name.as_str() {
                ORDER_BY => !schema.values.is_empty(),
                DIRECTION => schema.values.iter().all(|value| {
                    value
                        .as_str()
                        .is_some_and(|value| DIRECTIONS.contains(&value))
                }),
                _ => false,
            };
            if !understood {
                return Err(Obstacle::unsupported(format!(
                    "it can be sorted in a way that is not known, by `sort.{name}`"
                )));
            }
        }
        let constants = sort
            .properties
            .get(ORDER_BY)
            .map(|order_by| order_by.values.as_slice())
            .unwrap_or_default();
        let known = constants.iter().filter_map(Value::as_str).map(|constant| {
            let field = names::of_constant(constant);
            if entity.properties.get(&field).is_some_and(is_scalar) {
                Ok((constant.to_owned(), field))
            } else {
                Err(Obstacle::unsupported(format!(
                    "it can be sorted by {constant}, but its entities have no field `{field}`"
                )))
            }
        });
        Ok(Self {
            known: known.collect::<Result<_, _>>()?,
        })
    }

    /// The order that `sort` asks for, which has been checked against its schema.
    pub(crate) fn choose(&self, sort: Option<&Map<String, Value>>) -> Result<Order<'_>, Flaw> {
        let asked = |name: &str| sort?.get(name)?.as_str();
        let unknown = |name: &str| {
            Flaw::of(
                FlawType::InvalidValue,
                format!("sort.{name}"),
                "is no documented order",
            )
        };
        let field = match asked(ORDER_BY) {
            None => None,
            Some(constant) => Some(
                self.known
                    .iter()
                    .find(|(known, _)| known == constant)
                    .map(|(_, field)| &**field)
                    .ok_or_else(|| unknown(ORDER_BY))?,
            ),
        };
        let descending = match asked(DIRECTION) {
            None | Some("ASC") => false,
            Some("DESC") => true,
            Some(_) => return Err(unknown(DIRECTION)),
        };
        Ok(Order { field, descending })
    }
}

impl Order<'_> {
    /// What an entity is ordered by, apart from its number.
    pub(crate) fn key(&self, entity: &Map<String, Value>) -> Value {
        self.field
            .and_then(|field| entity.get(field))
            .cloned()
            .unwrap_or_default()
    }

    /// Compares two entities by their keys and numbers.
    pub(crate) fn compare(&self, one: (&Value, u64), other: (&Value, u64)) -> Ordering {
        let ascending = compare(one.0, other.0).then(one.1.cmp(&other.1));
        if self.descending {
            ascending.reverse()
        } else {
            ascending
        }
    }

    /// A name that no other order has.
    pub(crate) fn name(&self) -> String {
        let direction = DIRECTIONS[usize::from(self.descending)];
        format!("{} {direction}", self.field.unwrap_or_default())
    }
}

/// Whether values of this schema can be compared.
pub(crate) fn is_scalar(schema: &Schema) -> bool {
    ["string", "integer", "number", "boolean"]
        .iter()
        .any(|kind| schema.is(kind))
}

/// Compares two values of one field. What is not there comes before what is.
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
