//! Checks the keywords of schemas. A keyword that affects what is sent or read must be supported here, or it is an error.

use std::collections::HashSet;

use crate::diagnostic::Faults;
use crate::document::Node;

/// Keywords that constrain values.
const STRUCTURE: &[&str] = &[
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "enum",
    "format",
    "items",
    "nullable",
    "properties",
    "readOnly",
    "required",
    "type",
    "writeOnly",
];

/// Keywords for people, or for the server to enforce.
const OTHER: &[&str] = &[
    "default",
    "deprecated",
    "description",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "title",
    "uniqueItems",
];

/// The formats of OpenAPI and JSON Schema, and `decimal`. A misspelt `password` would show a secret.
const FORMATS: &[&str] = &[
    "binary",
    "byte",
    "date",
    "date-time",
    "decimal",
    "double",
    "email",
    "float",
    "hostname",
    "int32",
    "int64",
    "ipv4",
    "ipv6",
    "password",
    "uri",
    "uuid",
];

/// What may stand beside the one reference of an `allOf`, since it says nothing about the values, or only more.
const BESIDE_REFERENCE: &[&str] = &[
    "allOf",
    "default",
    "deprecated",
    "description",
    "example",
    "externalDocs",
    "nullable",
    "readOnly",
    "title",
    "writeOnly",
];

/// Checks a schema and those within it.
pub(super) fn check(schema: &Node<'_>, faults: &Faults) {
    // What is no mapping, or no list, is reported of the document.
    if !schema.is_object() {
        return;
    }
    check_bounds(schema, faults);
    if let Some(other) = schema
        .get("writeOnly")
        .filter(|_| schema.flag("readOnly") && schema.flag("writeOnly"))
    {
        faults.add(
            other
                .fault("this is never sent, and never received")
                .help("leave out `readOnly` or `writeOnly`"),
        );
    }
    for (keyword, value) in schema.entries() {
        check_keyword(keyword, &value, schema, faults);
    }
}

/// Checks a part of an object, which may demand what another part has.
fn check_part(part: &Node<'_>, faults: &Faults) {
    if !part.is_object() || part.get("required").is_none() {
        return check(part, faults);
    }
    check_bounds(part, faults);
    for (keyword, value) in part.entries().filter(|(keyword, _)| *keyword != "required") {
        check_keyword(keyword, &value, part, faults);
    }
}

fn check_keyword(keyword: &str, value: &Node<'_>, schema: &Node<'_>, faults: &Faults) {
    let fault = |message: &str, help: &str| faults.add(value.fault(message).help(help));
    match keyword {
        "oneOf" | "anyOf" if keyword == "oneOf" || !is_alternatives(value, schema) => fault(
            &format!("`{keyword}` is a choice of several shapes"),
            "the SDK has one type for one place: state the properties of all of them in one schema, none of them required; \
             in `anyOf`, a schema may say which of its own properties are `required`",
        ),
        "not" | "discriminator" | "xml" => fault(
            &format!("the SDK does not support `{keyword}`"),
            "express it in another way, or leave it out",
        ),
        "examples" => fault(
            "`examples` of a schema are not OpenAPI 3.0",
            "write one `example`",
        ),
        keyword if keyword.starts_with("x-") => {}
        keyword if !STRUCTURE.contains(&keyword) && !OTHER.contains(&keyword) => fault(
            &format!("`{keyword}` is not a keyword of OpenAPI 3.0"),
            "fix its name, or leave it out",
        ),
        keyword if !value.is_unclear() && !is_of_its_kind(keyword, value) => fault(
            &format!("`{keyword}` has a value of the wrong kind"),
            "see https://spec.openapis.org/oas/v3.0.3#schema-object for what it takes",
        ),
        "format"
            if !value.is_null() && !value.str().is_some_and(|format| FORMATS.contains(&format)) =>
        {
            fault(
                &format!(
                    "`{}` is not a format that the generators know",
                    value.str().unwrap_or_default()
                ),
                &format!("the formats are {}", FORMATS.join(", ")),
            )
        }
        "items" => check(value, faults),
        "additionalProperties" if value.is_object() => check(value, faults),
        "properties" => value
            .entries()
            .for_each(|(_, property)| check(&property, faults)),
        "allOf" => {
            for part in value.items() {
                if part.reference().is_none() {
                    check_part(&part, faults);
                }
            }
        }
        "required" => check_required(value, schema, faults),
        _ => {}
    }
}

/// Whether a keyword has a value of the kind that it takes.
fn is_of_its_kind(keyword: &str, value: &Node<'_>) -> bool {
    match keyword {
        // It is reported with the document.
        _ if value.is_null() => true,
        "deprecated" | "nullable" | "readOnly" | "uniqueItems" | "writeOnly"
        | "exclusiveMaximum" | "exclusiveMinimum" => value.bool().is_some(),
        "$ref" | "description" | "format" | "pattern" | "title" | "type" => value.str().is_some(),
        "maxItems" | "maxLength" | "minItems" | "minLength" | "minProperties" | "maxProperties" => {
            value.i64().is_some_and(|number| number >= 0)
        }
        "maximum" | "minimum" | "multipleOf" => value.f64().is_some(),
        "externalDocs" => value.is_object(),
        _ => true,
    }
}

fn check_bounds(schema: &Node<'_>, faults: &Faults) {
    for (least, most) in [
        ("minimum", "maximum"),
        ("minLength", "maxLength"),
        ("minItems", "maxItems"),
    ] {
        let bound = |name: &str| schema.get(name).and_then(|bound| bound.f64());
        if let (Some(at_least), Some(at_most)) = (bound(least), bound(most))
            && at_least > at_most
        {
            faults.add(
                schema
                    .fault(format!(
                        "nothing is at least {at_least} and at most {at_most}"
                    ))
                    .help(format!("fix `{least}` or `{most}`")),
            );
        }
    }
}

/// What stands beside a reference and says something about the values would be lost, unless what is referred to says it, too.
pub(super) fn check_beside_reference(schema: &Node<'_>, faults: &Faults) {
    let is_plain = schema.reference().is_some();
    let referred = match schema.get("allOf").and_then(|parts| parts.item(0)) {
        Some(part) => part.follow(),
        None => schema.follow(),
    };
    for (keyword, value) in schema.entries() {
        let is_lost = if is_plain {
            keyword != "$ref" && !keyword.starts_with("x-")
        } else {
            !BESIDE_REFERENCE.contains(&keyword)
                && !keyword.starts_with("x-")
                && !is_said(keyword, &value, &referred)
        };
        if is_lost {
            let help = if is_plain {
                "OpenAPI 3.0 ignores what stands beside `$ref`: put the reference into `allOf`, beside which words may stand"
            } else {
                "give both together a schema of its own in `components/schemas`, with the reference and the rest in its `allOf`"
            };
            faults.add(
                value
                    .fault(format!("`{keyword}` stands beside a reference"))
                    .help(help),
            );
        }
    }
}

/// Whether a schema says what stands beside a reference to it.
fn is_said(keyword: &str, value: &Node<'_>, referred: &Node<'_>) -> bool {
    let Some(said) = referred.get(keyword) else {
        return false;
    };
    let texts = |list: &Node<'_>| {
        list.items()
            .map(|item| item.to_value().to_string())
            .collect::<HashSet<_>>()
    };
    match keyword {
        "type" | "format" => value.same(said),
        "enum" => texts(value) == texts(&said),
        _ => false,
    }
}

/// Whether `anyOf` says no more than which of the schema's own properties must be there.
fn is_alternatives(value: &Node<'_>, schema: &Node<'_>) -> bool {
    let mut branches = value.items().peekable();
    branches.peek().is_some()
        && branches.all(|branch| {
            let mut entries = branch.entries();
            matches!((entries.next(), entries.next()), (Some(("required", names)), None)
                if names.items().all(|name| name.str().is_some_and(|name| has_property(schema, name))))
        })
}

fn has_property(schema: &Node<'_>, name: &str) -> bool {
    schema
        .get("properties")
        .is_some_and(|properties| properties.get(name).is_some())
}

/// `required` names properties of the schema, and each of them once. Of an object of several parts, they may be another's.
fn check_required(list: &Node<'_>, schema: &Node<'_>, faults: &Faults) {
    let mut seen = HashSet::new();
    for name in list.items().filter(|name| !name.is_null()) {
        let known = name
            .str()
            .is_some_and(|name| has_property(schema, name) || schema.get("allOf").is_some());
        if !known || !seen.insert(name.str()) {
            faults.add(
                name.fault("this is not the name of one of the schema's own properties, or is listed twice")
                    .help("fix the names; OpenAPI 3.0 has no `required: true` for a property"),
            );
        }
    }
}
