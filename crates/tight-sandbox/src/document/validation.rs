//! Validates requests against the document with a JSON Schema validator, and translates its errors to those of the
//! API: type, sentence and parameter.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use jsonschema::{
    Draft, JsonType, ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind},
    paths::LocationSegment,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    document::{
        Document,
        operation::Declared,
        schema::{REFERENCE, Schemas},
        types::{Type, Types},
    },
    envelope::{ApiError, ApiErrorType},
    json::{InexactNumber, Step},
};

/// Validates values against one schema.
pub(crate) struct Checker {
    /// Built on first use: most sandboxes use few operations.
    validator: OnceLock<Result<Validator, String>>,
    declared: Declared,
    schemas: Arc<Schemas>,
    types: Arc<Types>,
    /// What messages call the whole value.
    subject: &'static str,
}

impl Checker {
    pub(crate) fn new(document: &Document, declared: Declared, subject: &'static str) -> Self {
        Self {
            validator: OnceLock::new(),
            declared,
            schemas: Arc::clone(&document.schemas),
            types: Arc::clone(&document.types),
            subject,
        }
    }

    /// Checks that the schema is valid.
    pub(crate) fn check_document(&self) -> Result<(), String> {
        self.validator().map(|_| ()).map_err(str::to_owned)
    }

    pub(crate) fn types(&self) -> &Types {
        &self.types
    }

    fn validator(&self) -> Result<&Validator, &str> {
        let made = self.validator.get_or_init(|| {
            let root = self.json_schema(&self.declared.schema)?;
            // Includes only referenced schemas, to be fast.
            let mut named = Map::new();
            let mut open = references(&root);
            while let Some(reference) = open.pop() {
                let (name, schema) = self.schemas.at(&reference)?;
                if !named.contains_key(name) {
                    let schema = self.json_schema(schema)?;
                    open.extend(references(&schema));
                    named.insert(name.to_owned(), schema);
                }
            }
            // OpenAPI 3.0 extends an early draft of JSON Schema; draft 4 agrees with it on all shared keywords.
            jsonschema::options()
                .with_draft(Draft::Draft4)
                .should_validate_formats(true)
                .with_format("decimal", is_decimal)
                .build(&json!({ "components": { "schemas": named }, "allOf": [root] }))
                .map_err(|error| error.to_string())
        });
        made.as_ref().map_err(String::as_str)
    }

    fn json_schema(&self, schema: &impl Serialize) -> Result<Value, String> {
        let mut schema = serde_json::to_value(schema).map_err(|error| error.to_string())?;
        self.to_json_schema(&mut schema, &[]);
        Ok(schema)
    }

    /// All errors of `value`, in the document's order of properties. `inexact` numbers are rounded in `value`.
    pub(crate) fn check(&self, value: &Value, inexact: &[InexactNumber]) -> Vec<ApiError> {
        let found = self.find(value, inexact).into_iter();
        found.map(|found| found.error(self.subject)).collect()
    }

    /// The same, with places.
    pub(crate) fn find(&self, value: &Value, inexact: &[InexactNumber]) -> Vec<Finding> {
        let mut found = Vec::new();
        // Without a validator, the operation is not supported.
        if let Ok(validator) = self.validator() {
            for error in validator.iter_errors(value) {
                self.translate(&error, &mut found);
            }
        }
        for inexact in inexact {
            // Other errors of such a number hold for the rounded one, too.
            if found.iter().all(|found| found.place.0 != inexact.place) {
                let place = Place(inexact.place.clone());
                found.push(Finding::of(
                    place,
                    ApiErrorType::InvalidValue,
                    inexact.predicate,
                ));
            }
        }
        found.sort_by_cached_key(|found| found.place.rank(self.root()));
        found
    }

    fn translate(&self, error: &ValidationError<'_>, found: &mut Vec<Finding>) {
        use ApiErrorType::{InvalidFormat, InvalidValue, Required};
        use ValidationErrorKind as Kind;

        let place = Place::of(error);
        found.push(match error.kind() {
            Kind::Required { property } => {
                Finding::of(place.join(property), Required, "is required")
            }
            Kind::MinLength { .. }
                if is_empty(error.instance()) && place.is_required(self.root()) =>
            {
                Finding::of(place, Required, "is required")
            }
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
                if let Some(inner) = behind_null(context) {
                    inner.iter().for_each(|error| self.translate(error, found));
                    return;
                }
                match alternatives(error, context) {
                    Some((first, names)) => Finding {
                        place: place.join(first),
                        kind: Required,
                        told: Told::Whole(format!("{names} is required")),
                    },
                    None => Finding::of(place, InvalidValue, "has none of the documented forms"),
                }
            }
            Kind::Format { format } => {
                Finding::of(place, InvalidFormat, format!("must be a valid {format}"))
            }
            Kind::Pattern { .. } => {
                Finding::of(place, InvalidFormat, "does not have the documented format")
            }
            other => Finding::of(place, InvalidValue, violation(other)),
        });
    }
}

/// An error, and its place in the value.
pub(crate) struct Finding {
    place: Place,
    kind: ApiErrorType,
    told: Told,
}

enum Told {
    /// Completes a sentence that starts with the place.
    Predicate(String),
    Whole(String),
}

impl Finding {
    fn of(place: Place, kind: ApiErrorType, predicate: impl Into<String>) -> Self {
        Self {
            place,
            kind,
            told: Told::Predicate(predicate.into()),
        }
    }

    pub(crate) fn place(&self) -> &[Step] {
        &self.place.0
    }

    /// The same, relative to a value this many steps down.
    pub(crate) fn within(mut self, steps: usize) -> Self {
        self.place.0.drain(..steps.min(self.place.0.len()));
        self
    }

    /// Converts it to an error of the API; `subject` is what messages call the whole value.
    pub(crate) fn error(self, subject: &str) -> ApiError {
        let param = (!self.place.0.is_empty()).then(|| self.place.to_string());
        let message = match self.told {
            Told::Whole(message) => message,
            Told::Predicate(predicate) => {
                format!("{} {predicate}", param.as_deref().unwrap_or(subject))
            }
        };
        ApiError {
            kind: self.kind,
            message,
            param,
        }
    }
}

/// What is wrong with an invalid value; completes a sentence that starts with its name.
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

/// The place of an error.
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

    /// The place as indexes in `root`, so that places sort in the document's order.
    fn rank(&self, root: Type<'_>) -> Vec<usize> {
        let mut at = Some(root);
        let mut rank = Vec::with_capacity(self.0.len());
        for step in &self.0 {
            let number = match step {
                Step::Index(index) => Some(*index),
                Step::Property(name) => at.and_then(|at| at.fields().position(name)),
            };
            rank.push(number.unwrap_or(usize::MAX));
            at = at.and_then(|at| within(at, step));
        }
        rank
    }

    /// Whether this property is required.
    fn is_required(&self, root: Type<'_>) -> bool {
        let Some((Step::Property(name), parents)) = self.0.split_last() else {
            return false;
        };
        let parent = parents.iter().try_fold(root, within);
        parent.is_some_and(|parent| parent.requires(name))
    }
}

fn within<'a>(at: Type<'a>, step: &Step) -> Option<Type<'a>> {
    match step {
        Step::Index(_) => at.items(),
        Step::Property(name) => at.field(name),
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

/// The schemas that `value` refers to.
fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(object) => {
            let reference = object.get("$ref").and_then(Value::as_str);
            let inner = object.values().flat_map(references);
            reference
                .map(str::to_owned)
                .into_iter()
                .chain(inner)
                .collect()
        }
        Value::Array(values) => values.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

impl Checker {
    fn root(&self) -> Type<'_> {
        self.types.get(self.declared.id)
    }

    /// Converts what JSON Schema reads differently: `nullable` and `readOnly` of OpenAPI 3.0, and incomplete enums.
    /// Visits only places of schemas, so examples and properties with these names stay. `read_only` are the read-only
    /// properties of the enclosing schema.
    fn to_json_schema(&self, schema: &mut Value, read_only: &[String]) {
        let Some(keywords) = schema.as_object_mut() else {
            return;
        };
        // Some keywords hold values that must not be mistaken for schemas.
        keywords
            .retain(|keyword, _| !["example", "default", "discriminator"].contains(&&**keyword));
        let mut read_only = read_only.to_vec();
        self.add_read_only(keywords, &mut read_only);
        for (keyword, value) in keywords.iter_mut() {
            match (keyword.as_str(), value) {
                ("properties", Value::Object(properties)) => {
                    for (name, property) in properties {
                        if read_only.contains(name) {
                            // Read-only properties are ignored.
                            *property = json!({});
                        } else {
                            self.to_json_schema(property, &[]);
                        }
                    }
                }
                ("allOf" | "anyOf" | "oneOf", Value::Array(parts)) => {
                    for part in parts {
                        self.to_json_schema(part, &read_only);
                    }
                }
                ("required", Value::Array(names)) => names.retain(|name| {
                    !name
                        .as_str()
                        .is_some_and(|name| read_only.iter().any(|known| known == name))
                }),
                ("items" | "not" | "additionalProperties", schema) => {
                    self.to_json_schema(schema, &[]);
                }
                _ => {}
            }
        }
        // An empty `required` is invalid in draft 4.
        if keywords
            .get("required")
            .is_some_and(|required| required.as_array().is_some_and(Vec::is_empty))
        {
            keywords.remove("required");
        }
        // All other integers have 64 bits, as those that can be read.
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

    /// Adds the read-only properties of a schema and of the schemas in its `allOf`.
    fn add_read_only(&self, keywords: &Map<String, Value>, names: &mut Vec<String>) {
        if let Some(Value::Object(properties)) = keywords.get("properties") {
            let found = properties
                .iter()
                .filter(|(_, property)| self.is_read_only(property));
            names.extend(found.map(|(name, _)| name.clone()));
        }
        for part in parts(keywords) {
            if let Some(name) = named(part) {
                let fields = self.types.fields_of(name);
                let fields = fields.into_iter().flat_map(|fields| fields.iter());
                let found = fields.filter(|(_, field)| field.read_only());
                names.extend(found.map(|(name, _)| name.to_owned()));
            } else if let Some(part) = part.as_object() {
                self.add_read_only(part, names);
            }
        }
    }

    fn is_read_only(&self, schema: &Value) -> bool {
        schema.get("readOnly") == Some(&Value::Bool(true))
            || named(schema).is_some_and(|name| self.types.is_read_only(name))
            || schema
                .as_object()
                .is_some_and(|keywords| parts(keywords).any(|part| self.is_read_only(part)))
    }
}

/// The schemas in `allOf`.
fn parts(keywords: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let parts = keywords.get("allOf").and_then(Value::as_array);
    parts.into_iter().flatten()
}

/// The name of the schema that this refers to.
fn named(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix(REFERENCE)
}

/// Whether this is an exact number as plain text.
fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(whole) && are_digits(fraction)
}

/// The errors of a nullable value, in the form that [`to_json_schema`] generates.
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

/// If each of several alternatives only lacks properties: the first missing one, and all their names.
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

/// The values of an enum, as text.
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
