//! Named types and their fields.

use serde_json::Value;

use super::{vocabulary, words};
use crate::diagnostic::Result;
use crate::spec::Blame;
use crate::spec::pointer::{join, reference, resolve, schema_name, schema_reference};

/// A named type.
#[derive(Debug)]
pub struct Schema {
    /// Its name, in the document and in Rust.
    pub name: String,
    /// What it is.
    pub description: String,
    /// The documentation page that says so, if it is not the operation's.
    pub page: Option<String>,
    /// Whether requests carry it.
    pub in_requests: bool,
    /// Whether answers carry it.
    pub in_answers: bool,
    /// What it is made of.
    pub kind: Kind,
}

/// What a named type is made of.
#[derive(Debug)]
pub enum Kind {
    /// An object with these fields.
    Object(Vec<Field>),
    /// A string with these known values.
    Enum(Vec<Variant>),
}

/// A known value of an enum.
#[derive(Debug)]
pub struct Variant {
    /// As it travels.
    pub value: String,
    /// As Rust names it.
    pub name: String,
}

/// A field of an object.
#[derive(Debug)]
pub struct Field {
    /// As it travels.
    pub name: String,
    /// As Rust names it.
    pub rust_name: String,
    /// What it means.
    pub description: String,
    /// A documented value, if it is a plain one.
    pub example: Option<String>,
    /// Whether a request must have it.
    pub required: bool,
    /// What it may be at least and at most, if it is a whole number.
    pub range: Range,
    /// What it holds.
    pub ty: FieldType,
}

/// What a whole number may be at least and at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Range {
    /// At least.
    pub minimum: Option<i64>,
    /// At most.
    pub maximum: Option<i64>,
}

/// What a field holds.
#[derive(Debug, PartialEq, Eq)]
pub enum FieldType {
    /// A string.
    Text,
    /// A string that must not show.
    Secret,
    /// A point in time.
    Timestamp,
    /// A calendar date.
    Date,
    /// An object of which nothing is said.
    FreeForm,
    /// A whole number that is only sent.
    Integer,
    /// A whole number that answers carry, however they write it.
    ReceivedInteger,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A named type.
    Schema(String),
    /// A list.
    List(Box<FieldType>),
}

impl Schema {
    /// The fields, if it is an object.
    pub fn fields(&self) -> &[Field] {
        match &self.kind {
            Kind::Object(fields) => fields,
            Kind::Enum(_) => &[],
        }
    }

    /// The field that travels under that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields().iter().find(|field| field.name == name)
    }
}

impl Field {
    /// Its type in Rust, as a field of `schema`. Whatever an answer carries may be absent.
    pub fn rust_type(&self, schema: &Schema) -> String {
        let ty = self.ty.rust_name();
        match self.ty {
            _ if self.is_plain_list(schema) => ty,
            _ if self.required && !schema.in_answers => ty,
            _ => format!("Option<{ty}>"),
        }
    }
}

impl Field {
    /// Whether it is a list that may be left out of what is sent. It tells "none of these" from "nothing said".
    pub fn is_optional_list(&self, schema: &Schema) -> bool {
        matches!(self.ty, FieldType::List(_)) && !self.required && !schema.in_answers
    }

    /// Whether it is a list that is always there, if only as an empty one.
    pub fn is_plain_list(&self, schema: &Schema) -> bool {
        matches!(self.ty, FieldType::List(_)) && !self.is_optional_list(schema)
    }
}

impl FieldType {
    /// Its name in Rust.
    pub fn rust_name(&self) -> String {
        match self {
            Self::Text => "String".to_owned(),
            Self::Secret => "Secret".to_owned(),
            Self::Timestamp => "Timestamp".to_owned(),
            Self::Date => "Date".to_owned(),
            Self::FreeForm => "JsonObject".to_owned(),
            Self::Integer => "i64".to_owned(),
            Self::ReceivedInteger | Self::Number => "Number".to_owned(),
            Self::Boolean => "bool".to_owned(),
            Self::Schema(name) => name.clone(),
            Self::List(item) => format!("Vec<{}>", item.rust_name()),
        }
    }

    /// The same, in a schema that answers carry.
    fn received(self) -> Self {
        match self {
            Self::Integer => Self::ReceivedInteger,
            Self::List(item) => Self::List(Box::new(item.received())),
            ty => ty,
        }
    }

    /// The named type of the list's items, if it is a list of a named type.
    pub fn listed_schema(&self) -> Option<&str> {
        match self {
            Self::List(item) => item.schema(),
            _ => None,
        }
    }

    /// The named type, if it is one.
    pub fn schema(&self) -> Option<&str> {
        match self {
            Self::Schema(name) => Some(name),
            _ => None,
        }
    }

    /// The named type that it is, or is a list of.
    pub fn named(&self) -> Option<&str> {
        self.schema().or_else(|| match self {
            Self::List(item) => item.named(),
            _ => None,
        })
    }
}

const ROOT: &str = "/components/schemas";

pub(super) fn read(document: &Value, blame: Blame<'_>) -> Result<Vec<Schema>> {
    let schemas = document.pointer(ROOT).and_then(Value::as_object);
    let schemas = schemas
        .into_iter()
        .flatten()
        .map(|(name, schema)| read_schema(name, schema, blame));
    let schemas: Vec<Schema> = schemas.collect::<Result<_>>()?;
    refuse_recursion(&schemas, blame)?;
    Ok(schemas)
}

fn read_schema(name: &str, schema: &Value, blame: Blame<'_>) -> Result<Schema> {
    let at = join(ROOT, name);
    vocabulary::check(schema, &at, blame)?;
    if words::is_reserved_type(name)
        || !words::is_identifier(&heck::ToSnakeCase::to_snake_case(name))
    {
        return Err(blame
            .fault(&at, format!("`{name}` is a name that Rust or the SDK uses already"))
            .help("give the schema another name; only ours are in `components`, so nothing on the wire changes"));
    }
    if !words::is_type_name(name) {
        return Err(blame
            .fault(&at, format!("`{name}` cannot name a type"))
            .help(
                "name schemas in UpperCamelCase, letters and digits only, such as `NewMessage`",
            ));
    }
    if let Some(page) = schema.pointer("/externalDocs/url")
        && !page.as_str().is_some_and(words::is_page)
    {
        return Err(blame
            .fault(
                &join(&at, "externalDocs"),
                "this is not the address of a page",
            )
            .help("write the whole address, beginning with https://"));
    }
    let kind = match (
        schema["type"].as_str(),
        schema.get("enum"),
        schema.get("properties"),
    ) {
        (Some("string"), Some(Value::Array(values)), _) if values.is_empty() => {
            return Err(blame
                .fault(&at, format!("`{name}` is an enum without values"))
                .help("list the known values"));
        }
        (Some("string"), Some(values), _) => {
            Kind::Enum(variants(values, &join(&at, "enum"), blame)?)
        }
        (Some("object"), None, Some(properties)) => {
            Kind::Object(fields(schema, properties, &at, blame)?)
        }
        (Some("string"), None, _) => {
            return Err(blame
                .fault(&at, format!("`{name}` is a named string without known values"))
                .help("list the values it is known to have as its `enum` (in the overlay, if the page does not)"));
        }
        _ => {
            return Err(blame
                .fault(
                    &at,
                    format!(
                        "`{name}` is neither an object with properties nor a string with an enum"
                    ),
                )
                .help("write it in place of its references, or make it one of the two"));
        }
    };
    Ok(Schema {
        name: name.to_owned(),
        description: text(schema, "description"),
        page: schema
            .pointer("/externalDocs/url")
            .and_then(Value::as_str)
            .map(str::to_owned),
        in_requests: false,
        in_answers: false,
        kind,
    })
}

fn variants(values: &Value, at: &str, blame: Blame<'_>) -> Result<Vec<Variant>> {
    let mut variants: Vec<Variant> = Vec::new();
    for (index, value) in values.as_array().into_iter().flatten().enumerate() {
        let name = value
            .as_str()
            .map(words::variant)
            .filter(|name| words::is_variant_name(name));
        let (Some(value), Some(name)) = (value.as_str(), name) else {
            return Err(blame
                .fault(
                    &join(at, index.to_string()),
                    format!("{value} cannot name a variant"),
                )
                .help("a value must begin with a letter, be of ASCII letters, digits and separators, and not be a keyword"));
        };
        if let Some(known) = variants.iter().find(|known| known.name == name) {
            let message = format!(
                "`{value}` and `{}` would be the same variant, `{name}`",
                known.value
            );
            return Err(blame
                .fault(&join(at, index.to_string()), message)
                .help("drop one of the two"));
        }
        variants.push(Variant {
            value: value.to_owned(),
            name,
        });
    }
    Ok(variants)
}

fn fields(schema: &Value, properties: &Value, at: &str, blame: Blame<'_>) -> Result<Vec<Field>> {
    let required = required(schema);
    let at = join(at, "properties");
    let mut fields: Vec<Field> = Vec::new();
    for (name, property) in properties.as_object().into_iter().flatten() {
        let at = join(&at, name);
        let rust_name = words::snake(name);
        if let Some(known) = fields.iter().find(|known| known.rust_name == rust_name) {
            let message = format!(
                "`{name}` and `{}` would be the same field, `{rust_name}`",
                known.name
            );
            return Err(blame.fault(&at, message).help("drop one of the two"));
        }
        // The setter of `new` is called `with_new`.
        let clashes = |one: &str, other: &str| {
            rust_name == one && fields.iter().any(|known| known.rust_name == other)
        };
        if clashes("new", "with_new") || clashes("with_new", "new") {
            return Err(blame
                .fault(
                    &at,
                    "`new` and `withNew` would have the same setter, `with_new`",
                )
                .help("the generator has no names for these two together"));
        }
        if !words::is_wire_name(name) || !words::is_identifier(&rust_name) {
            return Err(blame
                .fault(&at, format!("`{name}` cannot name a field"))
                .help("the generator knows names of ASCII letters, digits and `_` that do not begin with a digit and are not keywords"));
        }
        fields.push(Field {
            name: name.clone(),
            rust_name,
            description: text(property, "description"),
            example: property
                .get("example")
                .filter(|value| !value.is_object() && !value.is_array())
                .map(|example| {
                    example
                        .as_str()
                        .map_or_else(|| example.to_string(), str::to_owned)
                }),
            required: required.contains(&name.as_str()),
            range: range(property),
            ty: field_type(property, &at, blame)?,
        });
    }
    Ok(fields)
}

/// The properties that a schema requires.
pub(super) fn required(schema: &Value) -> Vec<&str> {
    let required = schema["required"].as_array().into_iter().flatten();
    required.filter_map(Value::as_str).collect()
}

pub(super) fn range(schema: &Value) -> Range {
    let bound = |name: &str, to_whole: fn(f64) -> f64| {
        let bound = &schema[name];
        // A bound may be written as 250.0.
        #[allow(clippy::cast_possible_truncation, reason = "it saturates")]
        let from_float = || bound.as_f64().map(|bound| to_whole(bound) as i64);
        bound.as_i64().or_else(from_float)
    };
    Range {
        minimum: bound("minimum", f64::ceil),
        maximum: bound("maximum", f64::floor),
    }
}

pub(super) fn field_type(schema: &Value, at: &str, blame: Blame<'_>) -> Result<FieldType> {
    if let Some(name) = schema_reference(schema) {
        return Ok(FieldType::Schema(name.to_owned()));
    }
    let nameless = |what: &str| {
        Err(blame
            .fault(at, format!("{what} without a name stands here"))
            .help("move it to `components/schemas` under a name of its own, and refer to it with `$ref`"))
    };
    if schema.get("enum").is_some() {
        return nameless("an enum");
    }
    match schema["type"].as_str() {
        Some("object") if schema.get("properties").is_some() => nameless("an object"),
        Some("object") => Ok(FieldType::FreeForm),
        Some("array") if schema.get("items").is_none() => Err(blame
            .fault(at, "nothing says what is in this list")
            .help("give it `items`, such as `{type: string}`")),
        Some("array") => {
            let item = field_type(&schema["items"], &join(at, "items"), blame)?;
            if matches!(item, FieldType::List(_)) {
                return Err(blame
                    .fault(at, "a list of lists stands here")
                    .help("setters for these have to be added to xtask/src/generate/models.rs first"));
            }
            Ok(FieldType::List(Box::new(item)))
        }
        Some("string") if schema["format"] == "date-time" => Ok(FieldType::Timestamp),
        Some("string") if schema["format"] == "date" => Ok(FieldType::Date),
        Some("string") if schema["format"] == "password" => Ok(FieldType::Secret),
        Some("string") => Ok(FieldType::Text),
        Some("integer") => Ok(FieldType::Integer),
        Some("number") => Ok(FieldType::Number),
        Some("boolean") => Ok(FieldType::Boolean),
        // Words about a property that the page has dropped make a schema of nothing but words.
        None if !blame.is_captured(at) => Err(blame
            .fault(at, "the overlay speaks of something that no captured page has")
            .help("the page has changed under it: drop this from the overlay, or give it its new name")),
        _ => Err(blame
            .fault(at, "this schema says no type that the generator knows")
            .help("give it a `type`, or refer to a schema with `$ref`")),
    }
}

/// Marks which schemas requests and answers carry, and checks what each side needs: requests are written strictly,
/// answers are read tolerantly, and no type can do both.
pub(super) fn mark_sides(schemas: &mut [Schema], document: &Value, blame: Blame<'_>) -> Result<()> {
    for operation in document["paths"]
        .as_object()
        .into_iter()
        .flat_map(|paths| paths.values())
    {
        for operation in operation
            .as_object()
            .into_iter()
            .flat_map(|item| item.values())
        {
            for side in ["parameters", "requestBody"] {
                mark(schemas, &operation[side], document, |schema| {
                    &mut schema.in_requests
                });
            }
            mark(schemas, &operation["responses"], document, |schema| {
                &mut schema.in_answers
            });
        }
    }
    for schema in schemas.iter_mut().filter(|schema| schema.in_answers) {
        read_tolerantly(schema, blame)?;
    }
    for schema in schemas.iter() {
        let at = join(ROOT, &schema.name);
        if schema.in_requests
            && schema.in_answers
            && schema.fields().iter().any(|field| field.required)
        {
            return Err(blame
                .fault(&at, format!("`{}` is sent and received, and has required fields", schema.name))
                .help("give requests a schema of their own: what is sent must be complete, what is received may not be"));
        }
        let open = document
            .pointer(&at)
            .is_some_and(|schema| schema["x-open-enum"] == true);
        match schema.kind {
            Kind::Enum(_) if schema.in_answers && !open => {
                return Err(blame
                    .fault(&at, format!("answers carry the enum `{}`, which is not marked as open", schema.name))
                    .help("set `x-open-enum: true` in the overlay, and say there why values may come that are not listed"));
            }
            _ => {}
        }
        if !schema.in_requests && !schema.in_answers {
            return Err(blame
                .fault(&at, format!("no operation uses `{}`", schema.name))
                .help("drop it, or refer to it"));
        }
    }
    Ok(())
}

/// The field that the SDK adds to what answers carry.
const UNKNOWN_FIELDS: &str = "unknown_fields";

/// What changes about the fields of a schema if answers carry it.
fn read_tolerantly(schema: &mut Schema, blame: Blame<'_>) -> Result<()> {
    let Kind::Object(fields) = &mut schema.kind else {
        return Ok(());
    };
    for field in fields {
        if field.rust_name == UNKNOWN_FIELDS {
            let at = join(&join(&join(ROOT, &schema.name), "properties"), &field.name);
            let message = format!(
                "`{}` has the name of the field that keeps what is not documented",
                field.name
            );
            return Err(blame
                .fault(&at, message)
                .help("the generator has no other name for it in what answers carry; until it has, drop it here, and it is kept there"));
        }
        let ty = std::mem::replace(&mut field.ty, FieldType::Boolean);
        field.ty = ty.received();
    }
    Ok(())
}

/// Marks every schema that `value` refers to, and those that these refer to.
fn mark(
    schemas: &mut [Schema],
    value: &Value,
    document: &Value,
    side: fn(&mut Schema) -> &mut bool,
) {
    let mut names = Vec::new();
    collect(value, document, &mut Vec::new(), &mut names);
    while let Some(name) = names.pop() {
        let Some(schema) = schemas.iter_mut().find(|schema| schema.name == name) else {
            continue;
        };
        if !std::mem::replace(side(schema), true) {
            names.extend(
                schema
                    .fields()
                    .iter()
                    .filter_map(|field| field.ty.named())
                    .map(str::to_owned),
            );
        }
    }
}

/// The schemas that `value` refers to, directly or through other components.
fn collect<'a>(
    value: &'a Value,
    document: &'a Value,
    seen: &mut Vec<&'a str>,
    names: &mut Vec<String>,
) {
    if let Some(reference) = reference(value).filter(|reference| !seen.contains(reference)) {
        seen.push(reference);
        match schema_name(reference) {
            Some(name) => names.push(name.to_owned()),
            None => resolve(document, reference)
                .into_iter()
                .for_each(|value| collect(value, document, seen, names)),
        }
    }
    match value {
        Value::Object(object) => object
            .values()
            .for_each(|value| collect(value, document, seen, names)),
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect(item, document, seen, names)),
        _ => {}
    }
}

/// Refuses a type that contains itself, which the models do not know yet.
fn refuse_recursion(schemas: &[Schema], blame: Blame<'_>) -> Result<()> {
    for schema in schemas {
        let mut open: Vec<&str> = schema
            .fields()
            .iter()
            .filter_map(|field| field.ty.named())
            .collect();
        let mut seen: Vec<&str> = Vec::new();
        while let Some(name) = open.pop() {
            if name == schema.name {
                return Err(blame
                    .fault(&join(ROOT, name), format!("`{name}` contains itself"))
                    .help("models of recursive types have to be added to xtask/src/generate/models.rs first"));
            }
            if !seen.contains(&name) {
                seen.push(name);
                let inner = schemas.iter().find(|inner| inner.name == name);
                open.extend(
                    inner
                        .into_iter()
                        .flat_map(Schema::fields)
                        .filter_map(|field| field.ty.named()),
                );
            }
        }
    }
    Ok(())
}

pub(super) fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().trim().to_owned()
}
