//! Filters: which entities match a query. The names of a filter's parts and of the entities' fields define its
//! meaning, or `x-domain` does. Parts that the sandbox does not support are refused by name.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::{
    document::{
        names,
        types::{Fields, Type},
    },
    envelope::ApiError,
    store::{order::compare, synthesis::placeholder, time},
};

/// Asks for full objects instead of ids. The sandbox always shows full objects.
const EXPAND: &str = "expand";

/// All conditions of a request.
#[derive(Debug, Default)]
pub(crate) struct Filter(Vec<Condition>);

#[derive(Debug)]
struct Condition {
    about: About,
    operator: Operator,
    operand: Value,
    /// Whether both sides are times.
    of_times: bool,
}

#[derive(Debug, Clone)]
enum About {
    /// The field at this place of the entity.
    Field(Vec<String>),
    /// Something that all entities have, but do not show.
    Hidden(Value),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    GreaterThan,
    GreaterThanEqual,
    LessThan,
    LessThanEqual,
    Contain,
    In,
    NotIn,
}

/// The meaning of a part of a filter whose name does not tell it.
#[derive(Debug, Clone)]
pub(crate) struct Meaning {
    /// The part, as a path with dots.
    pub(crate) asks: String,
    pub(crate) of: FilterTarget,
}

#[derive(Debug, Clone)]
pub(crate) enum FilterTarget {
    /// The field at this place; and the comparison, if the filter has no operators of its own.
    Field(Vec<String>, Option<Operator>),
    /// Something that all entities have, but do not show.
    Hidden,
}

impl Filter {
    /// Reads `asked`, which is valid for its type `wanted`, for entities with these `fields`.
    ///
    /// # Errors
    ///
    /// Returns an error for each part that the sandbox does not support.
    pub(crate) fn read(
        asked: &Map<String, Value>,
        wanted: Type<'_>,
        fields: Fields<'_>,
        meanings: &[Meaning],
    ) -> Result<Self, Vec<ApiError>> {
        let mut reader = Reader {
            meanings,
            root: fields,
            conditions: Vec::new(),
            unknown: Vec::new(),
        };
        reader.group(asked, wanted.fields(), fields, &mut Place::default());
        if reader.unknown.is_empty() {
            Ok(Self(reader.conditions))
        } else {
            Err(reader.unknown)
        }
    }

    /// Matches entities with `value` in the field `name`, if the field can be compared.
    pub(crate) fn by_field(name: &str, value: &Value, field: Type<'_>) -> Option<Self> {
        let operator = if value.is_array() {
            Operator::In
        } else {
            Operator::Equal
        };
        let condition = Condition {
            about: About::Field(vec![name.to_owned()]),
            operator,
            operand: value.clone(),
            of_times: field.format() == Some("date-time"),
        };
        field.is_scalar().then(|| Self(vec![condition]))
    }

    /// Whether `entity` matches all conditions.
    pub(crate) fn matches(&self, entity: &Map<String, Value>) -> bool {
        self.0.iter().all(|condition| {
            let value = match &condition.about {
                About::Field(place) => at(entity, place).unwrap_or(&Value::Null),
                About::Hidden(value) => value,
            };
            condition.holds(value)
        })
    }
}

/// The value at `place`.
pub(crate) fn at<'a>(object: &'a Map<String, Value>, place: &[String]) -> Option<&'a Value> {
    let (first, rest) = place.split_first()?;
    rest.iter()
        .try_fold(object.get(first)?, |value, name| value.get(name))
}

/// The field at `place`.
pub(crate) fn field_at<'a>(fields: Fields<'a>, place: &[String]) -> Option<Type<'a>> {
    let (first, rest) = place.split_first()?;
    rest.iter()
        .try_fold(fields.get(first)?, |field, name| field.field(name))
}

/// The place of a part in the filter, and of its field in the entity.
#[derive(Default)]
struct Place {
    asked: Vec<String>,
    field: Vec<String>,
}

struct Reader<'a> {
    meanings: &'a [Meaning],
    root: Fields<'a>,
    conditions: Vec<Condition>,
    unknown: Vec<ApiError>,
}

impl Reader<'_> {
    /// Reads several parts about the fields of one object.
    fn group(
        &mut self,
        asked: &Map<String, Value>,
        wanted: Fields<'_>,
        fields: Fields<'_>,
        place: &mut Place,
    ) {
        for (name, value) in asked {
            // `null` asks for nothing, and unknown parts are ignored.
            let Some(part) = wanted.get(name).filter(|_| !value.is_null()) else {
                continue;
            };
            place.asked.push(name.clone());
            self.part(name, value, part, fields, place);
            place.asked.pop();
        }
    }

    fn part(
        &mut self,
        name: &str,
        value: &Value,
        part: Type<'_>,
        fields: Fields<'_>,
        place: &mut Place,
    ) {
        if let Some(meant) = self.meaning(place) {
            return self.target(&meant, name, value, part, place);
        }
        if name == EXPAND && part.is("boolean") && !place.field.is_empty() {
            return;
        }
        let Some(object) = value.as_object() else {
            return self.refuse(place, "its meaning is unknown");
        };
        if is_question(part) {
            let Some((field, about)) = find(name, fields, &place.field) else {
                return self.refuse_unless_empty(object, place);
            };
            // A condition on an object is one on its id.
            let (field, about) = match field.field("id") {
                Some(id) if !field.is_scalar() => (id, joined(&about, ["id".to_owned()])),
                _ => (field, about),
            };
            return self.ask(object, part, field, &About::Field(about), place);
        }
        if let Some(inner) = fields.get(name).filter(|inner| !inner.fields().is_empty()) {
            place.field.push(name.to_owned());
            self.group(object, part.fields(), inner.fields(), place);
            place.field.pop();
            return;
        }
        self.reference(name, object, part, fields, place);
    }

    /// Reads a condition on the id of an object that the entity refers to: `attachedEntity: {id}` means
    /// `attachedEntityId`.
    fn reference(
        &mut self,
        name: &str,
        asked: &Map<String, Value>,
        part: Type<'_>,
        fields: Fields<'_>,
        place: &mut Place,
    ) {
        let reference = format!("{name}Id");
        let known = fields.get(&reference);
        for (inner, value) in asked {
            let Some(question) = part.field(inner).filter(|_| !value.is_null()) else {
                continue;
            };
            place.asked.push(inner.clone());
            if let Some(meant) = self.meaning(place) {
                self.target(&meant, inner, value, question, place);
            } else {
                match (known, value.as_object()) {
                    (Some(field), Some(value)) if inner == "id" && is_question(question) => {
                        let about = joined(&place.field, [reference.clone()]);
                        self.ask(value, question, field, &About::Field(about), place);
                    }
                    _ => self.refuse(place, "the entities have no such field"),
                }
            }
            place.asked.pop();
        }
    }

    /// The meaning of this part in `x-domain`.
    fn meaning(&self, place: &Place) -> Option<FilterTarget> {
        let asked = place.asked.join(".");
        let mut meanings = self.meanings.iter();
        let found = meanings.find(|meaning| meaning.asks == asked)?;
        Some(found.of.clone())
    }

    fn target(
        &mut self,
        meant: &FilterTarget,
        name: &str,
        value: &Value,
        part: Type<'_>,
        place: &mut Place,
    ) {
        match (meant, value) {
            (FilterTarget::Hidden, Value::Object(asked)) => {
                let about = About::Hidden(Value::String(placeholder(name, None)));
                for (name, operand) in asked.iter().filter(|(_, operand)| !operand.is_null()) {
                    match Operator::of(name) {
                        Some(operator) => self.conditions.push(Condition {
                            about: about.clone(),
                            operator,
                            operand: operand.clone(),
                            of_times: false,
                        }),
                        None => self.refuse(place, "its comparison is unknown"),
                    }
                }
            }
            (FilterTarget::Field(field, operator), value) => {
                let about = About::Field(field.clone());
                let Some(known) = field_at(self.root, field) else {
                    return self.refuse(place, "the entities have no such field");
                };
                match (value, operator) {
                    (Value::Object(asked), _) => self.ask(asked, part, known, &about, place),
                    (operand, Some(operator)) if operator.suits(part, known) => {
                        self.conditions.push(Condition {
                            about,
                            operator: *operator,
                            operand: operand.clone(),
                            of_times: known.format() == Some("date-time"),
                        });
                    }
                    _ => self.refuse(place, "its comparison is unknown"),
                }
            }
            _ => self.refuse(place, "its meaning is unknown"),
        }
    }

    fn ask(
        &mut self,
        asked: &Map<String, Value>,
        question: Type<'_>,
        field: Type<'_>,
        about: &About,
        place: &mut Place,
    ) {
        for (name, operand) in asked.iter().filter(|(_, operand)| !operand.is_null()) {
            let Some(wanted) = question.field(name) else {
                continue;
            };
            if name == EXPAND {
                continue;
            }
            place.asked.push(name.clone());
            match Operator::of(name).filter(|operator| operator.suits(wanted, field)) {
                Some(operator) => self.conditions.push(Condition {
                    about: about.clone(),
                    operator,
                    operand: operand.clone(),
                    of_times: field.format() == Some("date-time"),
                }),
                None => self.refuse(place, "its comparison is unknown"),
            }
            place.asked.pop();
        }
    }

    fn refuse_unless_empty(&mut self, asked: &Map<String, Value>, place: &Place) {
        if !asked.values().all(Value::is_null) {
            self.refuse(place, "the entities have no such field");
        }
    }

    fn refuse(&mut self, place: &Place, why: &str) {
        let param = format!("filter.{}", place.asked.join("."));
        let message = format!("The sandbox does not support {param}: {why}");
        self.unknown.push(ApiError::unserved(Some(param), message));
    }
}

fn joined(place: &[String], within: impl IntoIterator<Item = String>) -> Vec<String> {
    place.iter().cloned().chain(within).collect()
}

/// Whether this part is a comparison, rather than a group of fields.
fn is_question(part: Type<'_>) -> bool {
    let fields = part.fields();
    !fields.is_empty()
        && fields
            .iter()
            .all(|(name, _)| Operator::of(name).is_some() || name == EXPAND)
        && fields.iter().any(|(name, _)| name != EXPAND)
}

/// The field that a filter calls `name`: itself, or one within an object, as `authorUserId` is `userId` of `author`.
/// `place` is that of the `fields`.
fn find<'a>(name: &str, fields: Fields<'a>, place: &[String]) -> Option<(Type<'a>, Vec<String>)> {
    if let Some(field) = fields.get(name) {
        return Some((field, joined(place, [name.to_owned()])));
    }
    names::splits(name).find_map(|(head, tail)| {
        let object = fields.get(head)?;
        find(&tail, object.fields(), &joined(place, [head.to_owned()]))
    })
}

impl Operator {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "equal" => Self::Equal,
            "notEqual" => Self::NotEqual,
            "greaterThan" => Self::GreaterThan,
            "greaterThanEqual" => Self::GreaterThanEqual,
            "lessThan" => Self::LessThan,
            "lessThanEqual" => Self::LessThanEqual,
            "contain" => Self::Contain,
            "in" => Self::In,
            "notIn" => Self::NotIn,
            _ => return None,
        })
    }

    /// Whether this operator can compare `field` with `operand`. Exact decimals in text cannot be compared: one has
    /// many spellings.
    fn suits(self, operand: Type<'_>, field: Type<'_>) -> bool {
        let operand = match self {
            Self::In | Self::NotIn => match operand.items() {
                Some(items) if operand.is("array") => items,
                _ => return false,
            },
            _ => operand,
        };
        let is_text = |of: Type<'_>| !matches!(of.format(), Some("date-time" | "decimal"));
        let same_text = field.format() == Some("date-time")
            && operand.format() == Some("date-time")
            || is_text(field) && is_text(operand);
        field.is_scalar()
            && field.is_like(operand)
            && same_text
            && (self != Self::Contain || field.is("string") && is_text(field))
    }
}

impl Condition {
    /// Whether `value` matches. A missing value equals nothing, and is neither greater nor less than anything.
    fn holds(&self, value: &Value) -> bool {
        let operand = &self.operand;
        let equals = |operand: &Value| self.compare(value, operand).is_eq();
        let ordered =
            |holds: fn(Ordering) -> bool| !value.is_null() && holds(self.compare(value, operand));
        let is_listed = || {
            operand
                .as_array()
                .is_some_and(|listed| listed.iter().any(equals))
        };
        match self.operator {
            Operator::Equal => equals(operand),
            Operator::NotEqual => !equals(operand),
            Operator::GreaterThan => ordered(Ordering::is_gt),
            Operator::GreaterThanEqual => ordered(Ordering::is_ge),
            Operator::LessThan => ordered(Ordering::is_lt),
            Operator::LessThanEqual => ordered(Ordering::is_le),
            Operator::Contain => value
                .as_str()
                .zip(operand.as_str())
                .is_some_and(|(value, part)| value.contains(part)),
            Operator::In => is_listed(),
            Operator::NotIn => !is_listed(),
        }
    }

    fn compare(&self, one: &Value, other: &Value) -> Ordering {
        let time = |value: &Value| value.as_str().and_then(time::read);
        match (time(one), time(other)) {
            (Some(one), Some(other)) if self.of_times => one.cmp(&other),
            _ => compare(one, other),
        }
    }
}
