//! Reads named schemas and their properties.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::types::{self, Range, Type};
use super::{Schemas, deprecated, description_of, keywords, page, secrets};
use crate::diagnostic::{Diagnostic, Faults};
use crate::document::Node;

/// A named type.
#[derive(Debug)]
pub struct Schema<'d> {
    /// Its name.
    pub name: &'d str,
    /// The description.
    pub description: &'d str,
    /// Its documentation page, if the document names one.
    pub page: Option<&'d str>,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// Its properties, or its values.
    pub kind: SchemaKind<'d>,
    /// Whether an enum may have values besides those listed.
    pub open: bool,
    /// Chosen names of values or properties, by the name on the wire.
    pub names: IndexMap<&'d str, (&'d str, Node<'d>)>,
    /// Whether requests contain it.
    pub sent: bool,
    /// Whether responses contain it.
    pub received: bool,
    /// Its node in the document.
    pub node: Node<'d>,
}

/// Chosen names, by the name on the wire.
pub(super) type Names<'d> = IndexMap<&'d str, (&'d str, Node<'d>)>;

/// The content of a named schema.
#[derive(Debug)]
pub enum SchemaKind<'d> {
    /// An object with these properties.
    Object(Vec<Property<'d>>),
    /// A string with these known values.
    StringEnum(Vec<(&'d str, Node<'d>)>),
    /// An integer with these known values.
    IntegerEnum(Vec<(i64, Node<'d>)>),
}

/// A property of an object.
#[derive(Debug, Clone)]
pub struct Property<'d> {
    /// The name on the wire.
    pub name: &'d str,
    /// The description.
    pub description: &'d str,
    /// A documented value, if it is a plain one.
    pub example: Option<String>,
    /// Whether a request must have it.
    pub required: bool,
    /// Whether it may be null.
    pub nullable: bool,
    /// Whether it is never sent.
    pub read_only: bool,
    /// Whether it is never received.
    pub write_only: bool,
    /// Whether it is deprecated.
    pub deprecated: bool,
    /// The limits, if it is an integer.
    pub range: Range,
    /// Its type.
    pub ty: Type,
    /// Its node in the document.
    pub node: Node<'d>,
}

impl<'d> Schema<'d> {
    /// The properties, if it is an object.
    pub fn properties(&self) -> &[Property<'d>] {
        match &self.kind {
            SchemaKind::Object(properties) => properties,
            SchemaKind::StringEnum(_) | SchemaKind::IntegerEnum(_) => &[],
        }
    }

    /// The property that travels under that name.
    pub fn property(&self, name: &str) -> Option<&Property<'d>> {
        self.properties()
            .iter()
            .find(|property| property.name == name)
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        matches!(self.kind, SchemaKind::Object(_))
    }
}

pub(super) fn read<'d>(root: &Node<'d>, faults: &Faults) -> Schemas<'d> {
    let Some(components) = root.get("components") else {
        return Schemas::new();
    };
    let Some(schemas) = components.get("schemas") else {
        return Schemas::new();
    };
    let mut read = Schemas::new();
    for (name, node) in schemas.entries() {
        if let Some(schema) = read_schema(name, &node, faults) {
            read.insert(name, schema);
        }
    }
    read
}

fn read_schema<'d>(name: &'d str, node: &Node<'d>, faults: &Faults) -> Option<Schema<'d>> {
    keywords::check(node, faults);
    if !node.is_object() {
        return None;
    }
    let kind = kind(name, node, faults)?;
    if let Some(open) = node.get("x-open-enum").filter(|open| open.bool().is_none()) {
        faults.add(
            open.fault("`x-open-enum` is neither true nor false")
                .help("write `x-open-enum: false` to close the enum, without quotes"),
        );
    }
    Some(Schema {
        name,
        description: description_of(node, "description"),
        page: page(node, faults),
        deprecated: deprecated(node),
        kind,
        open: node
            .get("x-open-enum")
            .is_none_or(|open| open.bool() != Some(false)),
        names: names(node, faults),
        sent: false,
        received: false,
        node: *node,
    })
}

fn kind<'d>(name: &str, node: &Node<'d>, faults: &Faults) -> Option<SchemaKind<'d>> {
    let fault = |message: String, help: &str| {
        faults.add(node.fault(message).help(help));
        None
    };
    let kind = node.text("type");
    if node.get("allOf").is_some() || kind == Some("object") && node.get("properties").is_some() {
        if let Some(values) = additional_properties(node) {
            faults.add(values);
        }
        return Some(SchemaKind::Object(properties(name, node, faults)));
    }
    match (kind, node.get("enum")) {
        // What stands there in its place has been reported.
        (None, _) if types::is_reported(node) => None,
        (None, _) => fault(
            "`type` is missing".to_owned(),
            "write `type: object` for an object, `type: string` or `type: integer` for an enum",
        ),
        (Some("string"), Some(values)) => {
            Some(SchemaKind::StringEnum(string_enum(&values, faults)))
        }
        (Some("integer"), Some(values)) => {
            Some(SchemaKind::IntegerEnum(integer_enum(&values, faults)))
        }
        (Some("string"), None) => fault(
            format!("`{name}` is a named string without known values"),
            "list the values it is known to have as its `enum` (in the overlay, if the page does not)",
        ),
        _ => fault(
            format!(
                "`{name}` is neither an object with properties nor an enum of strings or whole numbers"
            ),
            "write it in place of its references, or make it one of these",
        ),
    }
}

/// The fault of an object that has properties, and besides them others of any name.
fn additional_properties(object: &Node<'_>) -> Option<Diagnostic> {
    let values = object.get("additionalProperties")?;
    values.entries().next()?;
    Some(values.fault("the object has properties of its own, and further ones of any name").help(
        "the SDK has no type for both: leave `additionalProperties` out (whatever is not documented is kept), or the properties",
    ))
}

/// The values of an enum that are not `null`: that is said by `nullable`, and checked where values are.
fn values<'d>(list: &Node<'d>, faults: &Faults) -> Vec<Node<'d>> {
    if list.items().next().is_none() {
        faults.add(
            list.fault("this is an enum without values")
                .help("list the known values"),
        );
    }
    list.items().filter(|value| !value.is_null()).collect()
}

fn string_enum<'d>(list: &Node<'d>, faults: &Faults) -> Vec<(&'d str, Node<'d>)> {
    let mut known = HashSet::new();
    let mut string_enum = Vec::new();
    for value in values(list, faults) {
        // That the others are not of the enum's type is reported of the document.
        let Some(text) = value.str() else { continue };
        if !known.insert(text) {
            faults.add(
                value
                    .fault(format!("`{text}` is listed twice"))
                    .help("drop one of the two"),
            );
            continue;
        }
        string_enum.push((text, value));
    }
    string_enum
}

fn integer_enum<'d>(list: &Node<'d>, faults: &Faults) -> Vec<(i64, Node<'d>)> {
    let mut known = HashSet::new();
    let mut integer_enum = Vec::new();
    for value in values(list, faults) {
        match value.i64() {
            Some(number) if known.insert(number) => integer_enum.push((number, value)),
            Some(number) => faults.add(
                value
                    .fault(format!("`{number}` is listed twice"))
                    .help("drop one of the two"),
            ),
            None if value
                .number()
                .is_some_and(|text| !text.contains(['.', 'e', 'E'])) =>
            {
                faults.add(
                    value
                        .fault("this number has too many digits for the SDK")
                        .help("write the values as strings, if they travel as such"),
                )
            }
            None => {}
        }
    }
    integer_enum
}

/// The properties of an object: of its parts, then its own.
fn properties<'d>(name: &str, node: &Node<'d>, faults: &Faults) -> Vec<Property<'d>> {
    let mut found = IndexMap::new();
    let mut required = Vec::new();
    let is_circle = collect(node, &mut found, &mut required, &mut Vec::new(), faults).is_err();
    // Each part may demand what another has.
    for name in required {
        match name.str().and_then(|name| found.get_mut(name)) {
            Some(property) => property.required = true,
            // Of an object of one part, it is reported with the keyword.
            None if node.get("allOf").is_none() => {}
            None => faults.add(
                name.fault("no part of the object has a property of this name")
                    .help("fix the name, or describe the property"),
            ),
        }
    }
    if found.is_empty() && !is_circle {
        faults.add(node.fault(format!("`{name}` has no properties")).help(
            "give it some, or write `type: object` in place of its references: a free-form object has no name",
        ));
    }
    found.into_values().collect()
}

fn collect<'d>(
    node: &Node<'d>,
    found: &mut IndexMap<&'d str, Property<'d>>,
    required: &mut Vec<Node<'d>>,
    open: &mut Vec<String>,
    faults: &Faults,
) -> Result<(), SelfContaining> {
    let pointer = node.pointer();
    if open.contains(&pointer) {
        faults.add(
            node.fault("the object contains itself through `allOf`")
                .help("break the circle in `allOf`"),
        );
        return Err(SelfContaining);
    }
    open.push(pointer);
    for part in node.get("allOf").iter().flat_map(Node::items) {
        let part = part.follow();
        if let Some(fault) = additional_properties(&part) {
            faults.add(fault);
        }
        if part.get("enum").is_some() || part.text("type").is_some_and(|kind| kind != "object") {
            faults.add(
                part.fault("a part of an object is not an object")
                    .help("in `allOf`, write objects"),
            );
            continue;
        }
        collect(&part, found, required, open, faults)?;
    }
    open.pop();
    required.extend(node.get("required").iter().flat_map(Node::items));
    for (name, property) in node.get("properties").iter().flat_map(Node::entries) {
        let property = read_property(name, property, faults);
        if let Some(known) = found.get(name)
            && known.ty != property.ty
        {
            faults.add(
                property
                    .node
                    .fault(format!(
                        "`{name}` is of another type here than in a part of the object, at {}",
                        known.node.pointer()
                    ))
                    .help("make the two say the same"),
            );
        }
        found.insert(name, property);
    }
    Ok(())
}

/// An object that contains itself; already reported.
struct SelfContaining;

fn read_property<'d>(name: &'d str, node: Node<'d>, faults: &Faults) -> Property<'d> {
    let ty = types::read(&node, faults);
    secrets::check(name, &ty, &node, &node, faults);
    // What it refers to may say it, too.
    let referred = types::referred(&node);
    let says = |flag: &str| {
        node.flag(flag)
            || referred
                .as_ref()
                .is_some_and(|referred| referred.flag(flag))
    };
    Property {
        name,
        description: description_of(&node, "description"),
        example: example(&node),
        required: false,
        nullable: says("nullable"),
        read_only: says("readOnly"),
        write_only: says("writeOnly"),
        deprecated: deprecated(&node),
        range: types::range(&node),
        ty,
        node,
    }
}

fn example(node: &Node<'_>) -> Option<String> {
    let example = node.get("example")?;
    if example.is_object() || example.is_list() || example.is_null() {
        return None;
    }
    Some(match example.str() {
        Some(text) => text.to_owned(),
        None => example.to_value().to_string(),
    })
}

fn names<'d>(node: &Node<'d>, faults: &Faults) -> Names<'d> {
    let Some(names) = node.get("x-names") else {
        return Names::new();
    };
    let mut read = Names::new();
    for (wire, name) in names.entries() {
        match name.str() {
            Some(text) => {
                read.insert(wire, (text, name));
            }
            None => faults.add(
                name.fault("a name is not a string")
                    .help("write a name, quoted"),
            ),
        }
    }
    if !names.is_object() {
        faults.add(
            names
                .fault("`x-names` is not a mapping")
                .help("write `x-names: {<as it travels>: <name>}`"),
        );
    }
    read
}
