//! Filters of queries: which objects are conditions, and which fields a query can filter by.
//!
//! All queries have the form `{cursor, limit, sort, filter: {…}}`. A condition is an object whose properties are operators (`equal`,
//! `in`, …), or one about a related entity: a condition on its `id`, and whether to include all of it (`expand`).

use crate::api::{Api, Property, Schema, Type};

/// The operators, by their names on the wire.
const OPERATORS: &[&str] = &[
    "equal",
    "notEqual",
    "greaterThan",
    "greaterThanEqual",
    "lessThan",
    "lessThanEqual",
    "contain",
    "in",
    "notIn",
];

/// A condition on a field.
#[derive(Debug)]
pub enum Condition<'a> {
    /// Operators on values of one type.
    Operators {
        /// The type of the values.
        operand: &'a Type,
    },
    /// A condition on a related entity: on its id, whether to expand it, and perhaps on fields of its own.
    Reference,
}

/// A field that a query can filter by.
#[derive(Debug)]
pub struct FilterField<'a, 'd> {
    /// The path from the query's `filter` to the field.
    pub path: Vec<&'a Property<'d>>,
}

/// The condition that a schema is, if it is one. A schema that responses contain is not.
pub fn condition<'a>(api: &'a Api<'_>, schema: &'a Schema<'_>) -> Option<Condition<'a>> {
    let properties = schema.properties();
    if properties.is_empty()
        || schema.received
        || properties
            .iter()
            .any(|property| property.required || property.nullable)
    {
        return None;
    }
    operators(properties).or_else(|| reference(api, properties))
}

fn operators<'a>(properties: &'a [Property<'_>]) -> Option<Condition<'a>> {
    let mut operand: Option<&Type> = None;
    for property in properties {
        if !OPERATORS.contains(&property.name) {
            return None;
        }
        let own = match (&property.ty, property.name) {
            (Type::List(item), "in" | "notIn") => item,
            (_, "in" | "notIn") | (Type::List(_) | Type::Map(_) | Type::FreeForm, _) => {
                return None;
            }
            (ty, _) => ty,
        };
        if operand.is_some_and(|operand| operand != own) {
            return None;
        }
        operand = Some(own);
    }
    operand.map(|operand| Condition::Operators { operand })
}

fn reference<'a>(api: &'a Api<'_>, properties: &'a [Property<'_>]) -> Option<Condition<'a>> {
    let is_mark = |property: &Property<'_>| match (property.name, &property.ty) {
        ("id", Type::Named(name)) => operators(api.properties(name)).is_some(),
        ("expand", Type::Boolean) => true,
        _ => false,
    };
    properties
        .iter()
        .any(is_mark)
        .then_some(Condition::Reference)
}

/// The fields that a query can be asked about: down from its `filter`, through objects whose parts are all optional, to what
/// says how a field is compared, or to a plain value.
pub fn fields<'a, 'd>(api: &'a Api<'d>, query: &'a Schema<'d>) -> Vec<FilterField<'a, 'd>> {
    let mut fields = Vec::new();
    if let Some(filter) = query.property("filter").filter(|filter| !filter.required) {
        collect(api, &[filter], &mut fields);
    }
    fields
}

fn collect<'a, 'd>(
    api: &'a Api<'d>,
    path: &[&'a Property<'d>],
    fields: &mut Vec<FilterField<'a, 'd>>,
) {
    let Some(last) = path.last() else { return };
    let schema = last.ty.schema().and_then(|name| api.schema(name));
    let is_within = schema.is_some_and(|schema| {
        schema.is_object()
            && condition(api, schema).is_none()
            && schema
                .properties()
                .iter()
                .all(|property| !property.required)
    });
    // A filter that contains itself ends where it does.
    let is_again = path[..path.len() - 1]
        .iter()
        .any(|above| above.ty == last.ty);
    match schema {
        Some(schema) if is_within && !is_again => {
            for property in schema.properties() {
                collect(api, &[path, &[property]].concat(), fields);
            }
        }
        _ if path.len() > 1 => fields.push(FilterField {
            path: path.to_vec(),
        }),
        _ => {}
    }
}

/// The sort order of a query: an object with a field to sort by and a direction.
#[derive(Debug)]
pub struct Sort<'a, 'd> {
    /// The query's property.
    pub property: &'a Property<'d>,
    /// The schema of the property.
    pub schema: &'a Schema<'d>,
    /// The enum of fields to sort by.
    pub order: &'a str,
    /// The enum of directions.
    pub direction: &'a str,
    /// Whether it has no other properties, so that methods can replace it.
    pub is_complete: bool,
}

/// The sort order of a query, if it has the usual form.
pub fn sort<'a, 'd>(api: &'a Api<'d>, query: &'a Schema<'d>) -> Option<Sort<'a, 'd>> {
    let property = query.property("sort").filter(|sort| !sort.required)?;
    let schema = api.schema(property.ty.schema()?)?;
    if schema.properties().iter().any(|property| property.required) {
        return None;
    }
    let part = |name: &str| {
        let name = schema.property(name)?.ty.schema()?;
        super::types::is_enum(api, name).then_some(name)
    };
    let (order, direction) = (part("orderBy")?, part("direction")?);
    let has_both = ["ASC", "DESC"].iter().all(|value| {
        match api.schema(direction).map(|schema| &schema.kind) {
            Some(crate::api::SchemaKind::StringEnum(values)) => {
                values.iter().any(|(known, _)| known == value)
            }
            _ => false,
        }
    });
    has_both.then_some(Sort {
        property,
        schema,
        order,
        direction,
        is_complete: schema.properties().len() == 2,
    })
}
