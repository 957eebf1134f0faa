//! Reads the type of a value.

use super::keywords;
use crate::diagnostic::Faults;
use crate::document::Node;

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// A string.
    Text,
    /// A secret string.
    Secret,
    /// A point in time.
    Timestamp,
    /// A calendar date.
    Date,
    /// A decimal number that travels as a string.
    Decimal,
    /// An integer.
    Integer,
    /// A number.
    Number,
    /// A boolean.
    Boolean,
    /// A free-form object.
    FreeForm,
    /// A named schema.
    Named(String),
    /// A list.
    List(Box<Type>),
    /// A map: an object with any keys, and values of one type.
    Map(Box<Type>),
}

/// The limits of an integer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Range {
    /// The minimum.
    pub minimum: Option<i64>,
    /// The maximum.
    pub maximum: Option<i64>,
}

impl Type {
    /// The named schema, if it is one.
    pub fn schema(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            _ => None,
        }
    }

    /// The named schema of the list's items, if it is a list of one.
    pub fn listed(&self) -> Option<&str> {
        match self {
            Self::List(item) => item.schema(),
            _ => None,
        }
    }

    /// The named schema that it is, or that its items or values are.
    pub fn named(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::List(inner) | Self::Map(inner) => inner.named(),
            _ => None,
        }
    }
}

/// The schema component that a schema stands for: a `$ref`, or one `$ref` alone in `allOf` (which is how OpenAPI 3.0 writes a
/// reference that has something to say beside it).
pub(super) fn reference<'d>(schema: &Node<'d>) -> Option<&'d str> {
    let reference = schema.reference().or_else(|| {
        let parts = schema.get("allOf")?;
        let mut parts = parts.items();
        let only = parts.next()?;
        parts.next().is_none().then(|| only.reference())?
    })?;
    reference
        .strip_prefix("#/components/schemas/")
        .filter(|name| !name.contains('/'))
}

/// The schema that one stands for, if it is a reference.
pub(super) fn referred<'d>(schema: &Node<'d>) -> Option<Node<'d>> {
    reference(schema)?;
    match schema.get("allOf") {
        Some(parts) => parts.item(0).map(|part| part.follow()),
        None => Some(schema.follow()),
    }
}

/// Reads what the items of a list or the values of a map are. One that may be null is no item where it is, and is never sent.
fn read_inner(schema: &Node<'_>, faults: &Faults) -> Type {
    for flag in ["readOnly", "writeOnly"] {
        if let Some(node) = schema.get(flag).filter(|_| schema.flag(flag)) {
            faults.add(
                node.fault(format!(
                    "the items of a list or the values of a map are `{flag}`"
                ))
                .help("state it on the property that contains them"),
            );
        }
    }
    read(schema, faults)
}

/// Reads the type of a value. After an error it returns a string, so that reading can go on.
pub(super) fn read(schema: &Node<'_>, faults: &Faults) -> Type {
    if let Some(name) = reference(schema) {
        keywords::check_beside_reference(schema, faults);
        return Type::Named(name.to_owned());
    }
    let fault = |message: &str, help: &str| {
        faults.add(schema.fault(message).help(help));
        Type::Text
    };
    const NAME_IT: &str =
        "move it to `components/schemas` under a name of its own, and refer to it with `$ref`";
    if schema.get("enum").is_some() && schema.get("type").is_some() {
        return fault("this enum has no name", NAME_IT);
    }
    if schema.get("allOf").is_some() {
        return fault("this object of several parts has no name", NAME_IT);
    }
    let format = schema.text("format");
    match schema.text("type") {
        Some("string") => match format {
            Some("date-time") => Type::Timestamp,
            Some("date") => Type::Date,
            Some("password") => Type::Secret,
            Some("decimal") => Type::Decimal,
            _ => Type::Text,
        },
        Some("integer") => Type::Integer,
        Some("number") => Type::Number,
        Some("boolean") => Type::Boolean,
        Some("array") => match schema.get("items") {
            Some(items) => Type::List(Box::new(read_inner(&items, faults))),
            None => fault(
                "the list does not describe its items",
                "give it `items`, such as `{type: string}`",
            ),
        },
        Some("object") => {
            if schema
                .get("properties")
                .is_some_and(|properties| properties.entries().next().is_some())
            {
                return fault("this object has no name", NAME_IT);
            }
            match schema.get("additionalProperties") {
                Some(values) if values.is_object() && values.entries().next().is_some() => {
                    Type::Map(Box::new(read_inner(&values, faults)))
                }
                _ => Type::FreeForm,
            }
        }
        Some(other) => {
            let message = format!("`{other}` is not a type that OpenAPI 3.0 has");
            fault(
                &message,
                "the types are string, integer, number, boolean, array and object",
            )
        }
        // What stands there in its place has been reported.
        None if is_reported(schema) => Type::Text,
        // Words about a property that the page has dropped make a schema of nothing but words.
        None if schema.pages().next().is_none() => fault(
            "the overlay amends something that no captured page has",
            "the page has changed: drop this from the overlay, or use the new name",
        ),
        None => fault(
            "`type` is missing",
            "give it a `type`, or refer to a schema with `$ref`",
        ),
    }
}

/// Whether a schema without a type has something in its place that is a fault of itself.
pub(super) fn is_reported(schema: &Node<'_>) -> bool {
    !schema.is_object()
        || ["type", "oneOf", "anyOf"]
            .iter()
            .any(|key| schema.get(key).is_some())
}

/// The limits of a number.
pub(super) fn range(schema: &Node<'_>) -> Range {
    let bound = |name: &str, to_whole: fn(f64) -> f64| {
        let bound = schema.get(name)?;
        // A bound may be written as 250.0.
        #[allow(clippy::cast_possible_truncation, reason = "it saturates")]
        let from_float = || bound.f64().map(|bound| to_whole(bound) as i64);
        bound.i64().or_else(from_float)
    };
    Range {
        minimum: bound("minimum", f64::ceil),
        maximum: bound("maximum", f64::floor),
    }
}
