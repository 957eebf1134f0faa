//! Filters: which entities a query asks for. What a filter can ask is compiled from the document when the
//! sandbox starts, so that a question which the entities cannot answer is found then.

use std::{borrow::Cow, cmp::Ordering};

use serde_json::{Map, Value};

use crate::{
    document::names,
    document::schema::Schema,
    error::Obstacle,
    store::order::{compare, is_scalar},
    store::synthesis::placeholder,
};

/// All questions that the filter of one operation can ask.
#[derive(Default)]
pub(crate) struct Filter(Vec<Question>);

struct Question {
    /// Where in the filter it stands.
    asked: Vec<String>,
    about: About,
    operators: Vec<(String, Operator)>,
}

enum About {
    /// A field of the entity, by its place.
    Field(Vec<String>),
    /// What all entities have, though they do not show it.
    Unshown(Value),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
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

/// What becomes of a question about something that the entities do not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unshown {
    /// Nobody can say what it is.
    Unknown,
    /// The sandbox itself makes these entities, with a placeholder there.
    Placeholder,
}

impl Filter {
    /// Reads the schema of a filter, which asks for entities of the schema `entity`; both are resolved all the
    /// way down.
    pub(crate) fn new(
        filter: &Schema,
        entity: &Schema,
        unshown: Unshown,
    ) -> Result<Self, Obstacle> {
        let mut questions = Vec::new();
        Reader {
            unshown,
            questions: &mut questions,
        }
        .read(filter, entity, &mut Vec::new(), &mut Vec::new())?;
        Ok(Self(questions))
    }

    /// Whether `entity` is what all questions of `filter` ask for.
    pub(crate) fn matches(&self, filter: &Map<String, Value>, entity: &Map<String, Value>) -> bool {
        self.0.iter().all(|question| {
            let Some(asked) = at(filter, &question.asked).and_then(Value::as_object) else {
                return true;
            };
            let value = match &question.about {
                About::Field(place) => at(entity, place).unwrap_or(&Value::Null),
                About::Unshown(value) => value,
            };
            question
                .operators
                .iter()
                .filter_map(|(name, operator)| Some((operator, asked.get(name)?)))
                .all(|(operator, operand)| operator.holds(value, operand))
        })
    }
}

/// What stands at `place`.
fn at<'a>(object: &'a Map<String, Value>, place: &[String]) -> Option<&'a Value> {
    let (first, rest) = place.split_first()?;
    rest.iter()
        .try_fold(object.get(first)?, |value, name| value.get(name))
}

struct Reader<'a> {
    unshown: Unshown,
    questions: &'a mut Vec<Question>,
}

impl Reader<'_> {
    /// Reads the part of the filter at `asked`, which is about the part of the entity at `place`.
    fn read(
        &mut self,
        filter: &Schema,
        entity: &Schema,
        asked: &mut Vec<String>,
        place: &mut Vec<String>,
    ) -> Result<(), Obstacle> {
        for (name, part) in &filter.properties {
            asked.push(name.clone());
            if is_question(part) {
                let about = self.about(name, entity, asked, place)?;
                self.ask(part, about, asked)?;
            } else if let Some(inner) = entity
                .properties
                .get(name)
                .filter(|inner| !inner.properties.is_empty() && !part.properties.is_empty())
            {
                place.push(name.clone());
                self.read(part, inner, asked, place)?;
                place.pop();
            } else {
                self.read_reference(name, part, entity, asked, place)?;
            }
            asked.pop();
        }
        Ok(())
    }

    /// Reads a question about the id of an object that the entity refers to by its id: `attachedEntity: {id}`
    /// asks for `attachedEntityId`.
    fn read_reference(
        &mut self,
        name: &str,
        part: &Schema,
        entity: &Schema,
        asked: &mut Vec<String>,
        place: &[String],
    ) -> Result<(), Obstacle> {
        let reference = format!("{name}Id");
        let known = entity.properties.get_key_value(&reference);
        for (inner, question) in &part.properties {
            asked.push(inner.clone());
            match known {
                Some((reference, field)) if inner == "id" && is_question(question) => {
                    let about = (
                        Cow::Borrowed(field),
                        About::Field(joined(place, [reference.clone()])),
                    );
                    self.ask(question, about, asked)?;
                }
                _ => return Err(unanswerable(asked)),
            }
            asked.pop();
        }
        if part.properties.is_empty() {
            return Err(unanswerable(asked));
        }
        Ok(())
    }

    /// What a question with this name is about, and of which schema that is.
    fn about<'s>(
        &self,
        name: &str,
        entity: &'s Schema,
        asked: &[String],
        place: &[String],
    ) -> Result<(Cow<'s, Schema>, About), Obstacle> {
        if let Some((field, within)) = find(name, entity) {
            return Ok((Cow::Borrowed(field), About::Field(joined(place, within))));
        }
        if self.unshown == Unshown::Placeholder && !place.is_empty() {
            let value = Value::String(placeholder(name, None));
            let field = Schema::of_kind("string");
            return Ok((Cow::Owned(field), About::Unshown(value)));
        }
        Err(unanswerable(asked))
    }

    fn ask(
        &mut self,
        question: &Schema,
        (field, about): (Cow<'_, Schema>, About),
        asked: &[String],
    ) -> Result<(), Obstacle> {
        let operators = question.properties.iter().map(|(name, operand)| {
            let operator = Operator::of(name).filter(|operator| operator.suits(operand, &field));
            operator
                .map(|operator| (name.clone(), operator))
                .ok_or_else(|| {
                    Obstacle::unsupported(format!(
                        "its filter compares `{}` in a way that is not known, by `{name}`",
                        asked.join(".")
                    ))
                })
        });
        self.questions.push(Question {
            asked: asked.to_vec(),
            about,
            operators: operators.collect::<Result<_, _>>()?,
        });
        Ok(())
    }
}

fn unanswerable(asked: &[String]) -> Obstacle {
    Obstacle::unsupported(format!(
        "its filter asks for `{}`, which its entities do not have",
        asked.join(".")
    ))
}

fn joined(place: &[String], within: impl IntoIterator<Item = String>) -> Vec<String> {
    place.iter().cloned().chain(within).collect()
}

/// Whether this part of a filter compares a field, and is not about several fields of an object.
fn is_question(part: &Schema) -> bool {
    !part.properties.is_empty()
        && part
            .properties
            .keys()
            .all(|name| Operator::of(name).is_some())
}

/// The field of `entity` that a filter calls `name`: itself, or one within an object, as `authorUserId` is the
/// `userId` of `author`.
fn find<'a>(name: &str, entity: &'a Schema) -> Option<(&'a Schema, Vec<String>)> {
    if let Some(field) = entity.properties.get(name) {
        return Some((field, vec![name.to_owned()]));
    }
    names::splits(name).find_map(|(head, tail)| {
        let (field, within) = find(&tail, entity.properties.get(head)?)?;
        Some((field, joined(&[head.to_owned()], within)))
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

    /// Whether this operator can compare `field` with `operand`. Times cannot be compared yet: there are many
    /// ways to write the same one.
    fn suits(self, operand: &Schema, field: &Schema) -> bool {
        let operand = match self {
            Self::In | Self::NotIn => match operand.items.as_deref() {
                Some(items) if operand.is("array") => items,
                _ => return false,
            },
            _ => operand,
        };
        let is_number = |schema: &Schema| schema.is("integer") || schema.is("number");
        is_scalar(field)
            && field.format.as_deref() != Some("date-time")
            && (field.kind == operand.kind || is_number(field) && is_number(operand))
            && (self != Self::Contain || field.is("string"))
    }

    /// Whether `value` is what is asked for. A field without a value is equal to nothing, and is neither
    /// greater nor less than anything.
    fn holds(self, value: &Value, operand: &Value) -> bool {
        let equals = |operand: &Value| compare(value, operand).is_eq();
        let ordered =
            |holds: fn(Ordering) -> bool| !value.is_null() && holds(compare(value, operand));
        let is_listed = || {
            operand
                .as_array()
                .is_some_and(|listed| listed.iter().any(equals))
        };
        if operand.is_null() {
            return true;
        }
        match self {
            Self::Equal => equals(operand),
            Self::NotEqual => !equals(operand),
            Self::GreaterThan => ordered(Ordering::is_gt),
            Self::GreaterThanEqual => ordered(Ordering::is_ge),
            Self::LessThan => ordered(Ordering::is_lt),
            Self::LessThanEqual => ordered(Ordering::is_le),
            Self::Contain => value
                .as_str()
                .zip(operand.as_str())
                .is_some_and(|(value, part)| value.contains(part)),
            Self::In => is_listed(),
            Self::NotIn => !is_listed(),
        }
    }
}
