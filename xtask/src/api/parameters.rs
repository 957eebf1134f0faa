//! Reads path, query and header parameters.

use super::types::{self, Range, Type};
use super::{Schemas, deprecated, description_of, keywords, secrets};
use crate::diagnostic::Faults;
use crate::document::Node;

/// A path, query or header parameter.
#[derive(Debug)]
pub struct Parameter<'d> {
    /// The name on the wire.
    pub name: &'d str,
    /// The description.
    pub description: &'d str,
    /// Its location in the request.
    pub position: Position,
    /// Whether it is required.
    pub required: bool,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// Its type.
    pub ty: Type,
    /// The limits, if it is an integer.
    pub range: Range,
    /// Its node in the document.
    pub node: Node<'d>,
}

/// The location of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// In the path, in place of `{name}`.
    Path,
    /// In the query, as `name=value`.
    Query,
    /// In a header.
    Header,
}

/// Headers that the SDK sets, or that the HTTP client does.
const OWN_HEADERS: &[&str] = &[
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
    "transfer-encoding",
    "user-agent",
];

/// Reads the parameters of an operation whose path has these placeholders: those of the path first, in its order.
pub(super) fn read<'d>(
    operation: &Node<'d>,
    placeholders: &[&str],
    schemas: &Schemas<'d>,
    faults: &Faults,
) -> Vec<Parameter<'d>> {
    let list = operation.get("parameters");
    if list.as_ref().is_some_and(Node::is_null) {
        return Vec::new();
    }
    if let Some(list) = list.as_ref().filter(|list| !list.is_list()) {
        faults.add(
            list.fault("`parameters` is not a list")
                .help("write each parameter as an item of a list, with its `name`"),
        );
    }
    let mut read: Vec<Parameter<'d>> = Vec::new();
    for node in list.iter().flat_map(Node::items) {
        let Some(parameter) = read_one(&node.follow(), schemas, faults) else {
            continue;
        };
        let is_same = |other: &Parameter<'_>| {
            other.name == parameter.name && other.position == parameter.position
        };
        if read.iter().any(is_same) {
            faults.add(
                node.fault(format!("`{}` is described twice", parameter.name))
                    .help("drop one of the two"),
            );
            continue;
        }
        if parameter.position == Position::Path && !placeholders.contains(&parameter.name) {
            let message = format!("the path has no `{{{}}}`", parameter.name);
            faults.add(
                node.fault(message)
                    .help("drop the parameter, or name it as the path does"),
            );
        }
        read.push(parameter);
    }
    let place = |parameter: &Parameter<'_>| match parameter.position {
        Position::Path => placeholders.iter().position(|name| *name == parameter.name),
        _ => None,
    };
    read.sort_by_key(|parameter| place(parameter).unwrap_or(usize::MAX));
    for name in placeholders {
        let is_described = |parameter: &Parameter<'_>| {
            parameter.position == Position::Path && parameter.name == *name
        };
        if !read.iter().any(is_described) {
            faults.add(
                operation
                    .fault(format!("`{name}` of the path is not described"))
                    .help("describe it as `{name: …, in: path, required: true, schema: {type: string}}`"),
            );
        }
    }
    read
}

fn read_one<'d>(node: &Node<'d>, schemas: &Schemas<'d>, faults: &Faults) -> Option<Parameter<'d>> {
    const KEYS: &[&str] = &[
        "name",
        "in",
        "required",
        "deprecated",
        "description",
        "schema",
        "example",
        "style",
        "explode",
    ];
    for (key, value) in node.entries() {
        if !KEYS.contains(&key) && !key.starts_with("x-") {
            faults.add(
                value
                    .fault(format!("the SDK does not support `{key}`"))
                    .help(format!("a parameter has {}", KEYS.join(", "))),
            );
        }
    }
    let Some(name) = node.text("name").filter(|name| is_name(name)) else {
        faults.add(
            node.fault("the parameter has no name that can be written into a request")
                .help("give it a `name` of visible ASCII characters"),
        );
        return None;
    };
    let position = match node.text("in") {
        Some("path") => Position::Path,
        Some("query") => Position::Query,
        Some("header") => Position::Header,
        _ => {
            faults.add(
                node.fault(format!(
                    "`{name}` is in a place where the SDK supports no parameters"
                ))
                .help("the SDK supports parameters in `path`, `query` and `header`"),
            );
            return None;
        }
    };
    if position == Position::Header && OWN_HEADERS.iter().any(|own| name.eq_ignore_ascii_case(own))
    {
        faults.add(
            node.fault(format!("the header `{name}` is not a parameter"))
                .help("the SDK sets it: drop the parameter"),
        );
        return None;
    }
    for key in ["required", "deprecated", "explode"] {
        if let Some(value) = node.get(key).filter(|value| value.bool().is_none()) {
            faults.add(
                value
                    .fault(format!("`{key}` is neither true nor false"))
                    .help(format!("write `{key}: true`, without quotes")),
            );
        }
    }
    let required = node.flag("required");
    if position == Position::Path && !required {
        let node = node.get("required").unwrap_or(*node);
        faults.add(
            node.fault(format!("`{name}` stands in the path and is not required"))
                .help("write `required: true`, as OpenAPI demands"),
        );
    }
    let Some(schema) = node.get("schema") else {
        faults.add(
            node.fault(format!("`{name}` has no schema"))
                .help("give it a `schema`, such as `{type: string}`"),
        );
        return None;
    };
    keywords::check(&schema, faults);
    let ty = types::read(&schema, faults);
    check_type(name, &ty, position, &schema, schemas, faults);
    check_style(position, node, faults);
    secrets::check(name, &ty, &schema, node, faults);
    Some(Parameter {
        name,
        description: description_of(node, "description"),
        position,
        required,
        deprecated: deprecated(node),
        range: types::range(&schema),
        ty,
        node: *node,
    })
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|char| char.is_ascii_graphic() && !"'\"`\\".contains(char))
}

fn check_type(
    name: &str,
    ty: &Type,
    position: Position,
    schema: &Node<'_>,
    schemas: &Schemas<'_>,
    faults: &Faults,
) {
    let is_scalar = |ty: &Type| match ty {
        Type::Text
        | Type::Timestamp
        | Type::Date
        | Type::Decimal
        | Type::Integer
        | Type::Number
        | Type::Boolean => true,
        Type::Secret => position == Position::Header,
        Type::Named(name) => schemas
            .get(name.as_str())
            .is_none_or(|schema| !schema.is_object()),
        Type::FreeForm | Type::List(_) | Type::Map(_) => false,
    };
    let fits = match ty {
        Type::List(item) if position == Position::Query => is_scalar(item),
        ty => is_scalar(ty),
    };
    if fits {
        return;
    }
    let fault = match ty {
        Type::Secret => schema
            .fault(format!("`{name}` is a secret in an address, which servers and proxies log"))
            .help("send it in a header or a body"),
        _ => schema
            .fault(format!("`{name}` has a type that cannot be written in its place"))
            .help("a parameter is a string, a number, a boolean, a date, a time or a named enum, or in the query a list of these"),
    };
    faults.add(fault);
}

/// Checks how lists are written: as repeated parameters, which is OpenAPI's default.
fn check_style(position: Position, node: &Node<'_>, faults: &Faults) {
    let usual = match position {
        Position::Query => "form",
        Position::Path | Position::Header => "simple",
    };
    let style = node.get("style").filter(|style| style.str() != Some(usual));
    let explode = node
        .get("explode")
        .filter(|explode| position == Position::Query && explode.bool() == Some(false));
    for other in style.into_iter().chain(explode) {
        faults.add(
            other
                .fault("the SDK supports one style of parameters")
                .help(format!(
                    "that is `style: {usual}`, lists as repeated parameters (`explode: true`)"
                )),
        );
    }
}
