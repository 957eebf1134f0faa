//! Checks what a caller sends against the document, and says what is wrong in this API's own terms: an error
//! type, a sentence and the parameter at fault. A JSON Schema validator finds the flaws; this module
//! translates.

use std::fmt;

use jsonschema::{
    Draft, JsonType, ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind},
    paths::LocationSegment,
};
use serde_json::{Map, Value, json};

use crate::{
    document::schema::{REFERENCE, Schema, Schemas},
    envelope::{Flaw, FlawType},
    json::{Lost, Step},
};

/// Checks values against one schema of the document.
pub(crate) struct Checker {
    validator: Validator,
    /// The same schema in one piece, for the order of its properties and for which of them are required.
    schema: Schema,
    /// What messages call the value as a whole.
    subject: &'static str,
}

impl Checker {
    pub(crate) fn new(
        schemas: &Schemas,
        schema: &Schema,
        subject: &'static str,
    ) -> Result<Self, String> {
        let root = json_schema(schema)?;
        // Only what is referred to, so that a sandbox starts quickly.
        let mut named = Map::new();
        let mut open = references(&root);
        while let Some(name) = open.pop() {
            let Some(schema) = schemas.named(&name).filter(|_| !named.contains_key(&name)) else {
                continue;
            };
            let schema = json_schema(schema)?;
            open.extend(references(&schema));
            named.insert(name, schema);
        }
        // The schemas of OpenAPI 3.0 extend an early draft of JSON Schema; draft 4 reads all that they have
        // in common alike.
        let validator = jsonschema::options()
            .with_draft(Draft::Draft4)
            .should_validate_formats(true)
            .build(&json!({ "components": { "schemas": named }, "allOf": [root] }))
            .map_err(|error| error.to_string())?;
        Ok(Self {
            validator,
            schema: schemas.resolve(schema)?,
            subject,
        })
    }

    /// All flaws of `value`, in the order in which the document lists the properties. The `lost` numbers are
    /// those of which only the nearest ones stand in it.
    pub(crate) fn check(&self, value: &Value, lost: &[Lost]) -> Vec<Flaw> {
        let mut found = Vec::new();
        for error in self.validator.iter_errors(value) {
            self.translate(&error, &mut found);
        }
        for lost in lost {
            // What the document says is wrong with such a number is true of the nearest one as well.
            if found.iter().all(|(place, _)| place.0 != lost.place) {
                let place = Place(lost.place.clone());
                found.push(self.flaw(place, FlawType::InvalidValue, lost.predicate));
            }
        }
        found.sort_by_cached_key(|(place, _)| place.rank(&self.schema));
        found.into_iter().map(|(_, flaw)| flaw).collect()
    }

    fn translate(&self, error: &ValidationError<'_>, found: &mut Vec<(Place, Flaw)>) {
        use FlawType::{InvalidFormat, InvalidValue, Required};
        use ValidationErrorKind as Kind;

        let place = Place::of(error);
        found.push(match error.kind() {
            Kind::Required { property } => self.flaw(place.join(property), Required, "is required"),
            Kind::MinLength { .. }
                if is_empty(error.instance()) && place.is_required(&self.schema) =>
            {
                self.flaw(place, Required, "is required")
            }
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
                if let Some(inner) = behind_null(context) {
                    inner.iter().for_each(|error| self.translate(error, found));
                    return;
                }
                match alternatives(error, context) {
                    Some((first, names)) => {
                        flaw_at(place.join(first), Required, format!("{names} is required"))
                    }
                    None => self.flaw(place, InvalidValue, "has none of the documented forms"),
                }
            }
            Kind::Format { format } => {
                self.flaw(place, InvalidFormat, &format!("must be a valid {format}"))
            }
            Kind::Pattern { .. } => {
                self.flaw(place, InvalidFormat, "does not have the documented format")
            }
            other => self.flaw(place, InvalidValue, &violation(other)),
        });
    }

    fn flaw(&self, place: Place, kind: FlawType, predicate: &str) -> (Place, Flaw) {
        let message = match place.0.as_slice() {
            [] => format!("{} {predicate}", self.subject),
            _ => format!("{place} {predicate}"),
        };
        flaw_at(place, kind, message)
    }
}

fn flaw_at(place: Place, kind: FlawType, message: String) -> (Place, Flaw) {
    let param = (!place.0.is_empty()).then(|| place.to_string());
    let flaw = Flaw {
        kind,
        message,
        param,
    };
    (place, flaw)
}

/// What an invalid value must be, or what is wrong with it; the rest of a sentence that starts with its name.
fn violation(kind: &ValidationErrorKind) -> String {
    use ValidationErrorKind as Kind;

    match kind {
        Kind::Type { kind } => format!("must be {}", type_names(kind)),
        Kind::Enum { options } => format!("must be {}", listed(options)),
        Kind::MinLength { limit } => format!("must have {} or more", counted(*limit, "character")),
        Kind::MaxLength { limit } => format!("must have {} or fewer", counted(*limit, "character")),
        Kind::MinItems { limit } => format!("must have {} or more", counted(*limit, "item")),
        Kind::MaxItems { limit } => format!("must have {} or fewer", counted(*limit, "item")),
        Kind::Minimum { limit } => format!("must be {limit} or more"),
        Kind::Maximum { limit } => format!("must be {limit} or less"),
        Kind::OneOfMultipleValid { .. } => "mixes forms that exclude each other".to_owned(),
        Kind::AdditionalProperties { .. } => "has undocumented properties".to_owned(),
        _ => "is not valid".to_owned(),
    }
}

/// Where in the checked value a flaw lies.
struct Place(Vec<Step>);

impl Place {
    fn of(error: &ValidationError<'_>) -> Self {
        let step = |segment| match segment {
            LocationSegment::Property(name) => Step::Property(name.into_owned()),
            LocationSegment::Index(index) => Step::Index(index),
        };
        Self(error.instance_path().iter().map(step).collect())
    }

    fn join(mut self, property: &Value) -> Self {
        self.0.push(Step::Property(
            property.as_str().unwrap_or_default().to_owned(),
        ));
        self
    }

    /// The place as the numbers of its steps in `schema`, so that places sort as the document lists them.
    fn rank(&self, schema: &Schema) -> Vec<usize> {
        let mut schema = Some(schema);
        let mut rank = Vec::with_capacity(self.0.len());
        for step in &self.0 {
            let (number, next) = match step {
                Step::Index(index) => (*index, schema.and_then(|schema| schema.items.as_deref())),
                Step::Property(name) => {
                    match schema.and_then(|schema| schema.properties.get_full(name)) {
                        Some((number, _, property)) => (number, Some(property)),
                        None => (usize::MAX, None),
                    }
                }
            };
            rank.push(number);
            schema = next;
        }
        rank
    }

    /// Whether this is a property that the object around it must have.
    fn is_required(&self, schema: &Schema) -> bool {
        let Some((Step::Property(name), parents)) = self.0.split_last() else {
            return false;
        };
        let parent = parents.iter().try_fold(schema, |schema, step| match step {
            Step::Index(_) => schema.items.as_deref(),
            Step::Property(name) => schema.properties.get(name),
        });
        parent.is_some_and(|parent| parent.required.contains(name))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Property(name) if position == 0 => f.write_str(name)?,
                Step::Property(name) => write!(f, ".{name}")?,
            }
        }
        Ok(())
    }
}

fn json_schema(schema: &Schema) -> Result<Value, String> {
    let mut schema = serde_json::to_value(schema).map_err(|error| error.to_string())?;
    to_json_schema(&mut schema);
    Ok(schema)
}

/// The names of the schemas that `value` refers to.
fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(object) => {
            let reference = object.get("$ref").and_then(Value::as_str);
            let name = reference.and_then(|reference| reference.strip_prefix(REFERENCE));
            let inner = object.values().flat_map(references);
            name.map(str::to_owned).into_iter().chain(inner).collect()
        }
        Value::Array(values) => values.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// Rewrites what JSON Schema reads differently: the keyword `nullable` of OpenAPI 3.0, and enums of which this
/// document says that they are not complete. Only places where a schema stands are visited, so that an example
/// or a property of that name is left alone.
fn to_json_schema(schema: &mut Value) {
    let Some(keywords) = schema.as_object_mut() else {
        return;
    };
    for (keyword, value) in keywords.iter_mut() {
        match (keyword.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties.values_mut().for_each(to_json_schema)
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(parts)) => {
                parts.iter_mut().for_each(to_json_schema)
            }
            ("items" | "not" | "additionalProperties", schema) => to_json_schema(schema),
            _ => {}
        }
    }
    // All others that there are have 64 bits, as have those that can be read.
    if keywords
        .get("format")
        .is_some_and(|format| format == "int32")
    {
        keywords.entry("minimum").or_insert(i32::MIN.into());
        keywords.entry("maximum").or_insert(i32::MAX.into());
    }
    if keywords.get("x-open-enum") == Some(&Value::Bool(true)) {
        keywords.remove("enum");
    }
    if keywords.remove("nullable") == Some(Value::Bool(true)) {
        *schema = json!({ "anyOf": [{ "type": "null" }, schema.take()] });
    }
}

/// What is wrong with a value that might have been null, in the form that [`to_json_schema`] gives it.
fn behind_null<'a>(
    context: &'a [Vec<ValidationError<'static>>],
) -> Option<&'a [ValidationError<'static>]> {
    let [null, otherwise] = context else {
        return None;
    };
    let [null] = null.as_slice() else { return None };
    match null.kind() {
        ValidationErrorKind::Type {
            kind: TypeKind::Single(JsonType::Null),
        } => Some(otherwise),
        _ => None,
    }
}

/// Where all that is wrong is that each of several alternatives lacks properties: the first one lacking,
/// and the names of them all.
fn alternatives<'a>(
    error: &ValidationError<'_>,
    context: &'a [Vec<ValidationError<'static>>],
) -> Option<(&'a Value, String)> {
    let mut lacking = Vec::new();
    for branch in context {
        let properties = branch.iter().map(|inner| match inner.kind() {
            ValidationErrorKind::Required { property } => {
                (inner.instance_path() == error.instance_path()).then_some(property)
            }
            _ => None,
        });
        lacking.push(properties.collect::<Option<Vec<_>>>()?);
    }
    let first = *lacking.first()?.first()?;
    let names: Vec<String> = lacking
        .iter()
        .map(|branch| {
            branch
                .iter()
                .filter_map(|name| name.as_str())
                .collect::<Vec<_>>()
                .join(" and ")
        })
        .collect();
    Some((first, names.join(" or ")))
}

fn counted(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn is_empty(value: &Value) -> bool {
    value.as_str().is_some_and(str::is_empty)
}

fn type_names(kind: &TypeKind) -> String {
    let name = |kind: JsonType| match kind {
        JsonType::Null => "null",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::String => "a string",
        JsonType::Array => "an array",
        JsonType::Object => "an object",
    };
    match kind {
        TypeKind::Single(kind) => name(*kind).to_owned(),
        TypeKind::Multiple(kinds) => kinds.iter().map(name).collect::<Vec<_>>().join(" or "),
    }
}

/// The documented values of an enum.
fn listed(options: &Value) -> String {
    let options = options.as_array().map(Vec::as_slice).unwrap_or_default();
    options
        .iter()
        .map(|option| {
            option
                .as_str()
                .map_or_else(|| option.to_string(), str::to_owned)
        })
        .collect::<Vec<_>>()
        .join(" or ")
}
