//! Resolved schemas: references followed, `allOf` merged. Schemas may be recursive and shared, so types are nodes of
//! a graph. To walk it safely, follow a value, which is finite, or skip nodes that were visited.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use serde_json::Value;

use crate::document::schema::{Additional, Schema, Schemas};

/// The maximum depth of `allOf`, as that of JSON.
const DEPTH: usize = 128;

/// All types of a document.
#[derive(Debug)]
pub(crate) struct Types {
    nodes: Vec<Node>,
    /// The named schemas that are referred to.
    named: HashMap<String, Node>,
    /// Whether any of them is invalid.
    has_faults: bool,
}

/// The index of a type in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TypeId(usize);

/// A type, with access to its parts.
#[derive(Clone, Copy)]
pub(crate) struct Type<'a> {
    types: &'a Types,
    id: TypeId,
}

/// Fields by name: those of a type, or those that several operations declare of an entity.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    types: &'a Types,
    ids: &'a IndexMap<String, TypeId>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    kind: Option<String>,
    format: Option<String>,
    values: Vec<Value>,
    example: Option<Value>,
    default: Option<Value>,
    maximum: Option<u64>,
    nullable: bool,
    read_only: bool,
    write_only: bool,
    required: Vec<String>,
    properties: IndexMap<String, TypeId>,
    items: Option<TypeId>,
    /// The type of additional properties, if the document states it.
    others: Option<TypeId>,
    /// Whether additional properties are allowed.
    is_open: bool,
    /// Why the schema is invalid.
    fault: Option<String>,
}

/// Builds the types of a document.
pub(crate) struct Builder<'a> {
    schemas: &'a Schemas,
    /// The types built so far, and placeholders for those in `open`.
    nodes: Vec<Node>,
    open: Vec<(TypeId, Schema)>,
    /// Each named schema once, so its parts are identical wherever it is referred to.
    named: HashMap<String, Node>,
    references: HashMap<String, TypeId>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(schemas: &'a Schemas) -> Self {
        Self {
            schemas,
            nodes: Vec::new(),
            open: Vec::new(),
            named: HashMap::new(),
            references: HashMap::new(),
        }
    }

    /// Adds `schema`. Its type is available after [`build`](Self::build).
    pub(crate) fn add(&mut self, schema: &Schema) -> TypeId {
        if let Some(reference) = &schema.reference {
            if let Some(known) = self.references.get(reference) {
                return *known;
            }
            let id = self.reserve(schema.clone());
            self.references.insert(reference.clone(), id);
            return id;
        }
        self.reserve(schema.clone())
    }

    pub(crate) fn build(mut self) -> Types {
        while let Some((id, schema)) = self.open.pop() {
            let node = self.fold(&schema, &mut Vec::new());
            self.nodes[id.0] = node;
        }
        Types {
            has_faults: self.nodes.iter().any(|node| node.fault.is_some()),
            nodes: self.nodes,
            named: self.named,
        }
    }

    fn reserve(&mut self, schema: Schema) -> TypeId {
        let id = TypeId(self.nodes.len());
        self.nodes.push(Node::default());
        self.open.push((id, schema));
        id
    }

    /// Resolves `schema`. `open` has the references being followed: a cycle adds nothing.
    fn fold(&mut self, schema: &Schema, open: &mut Vec<String>) -> Node {
        // OpenAPI 3.0 ignores siblings of `$ref`.
        if let Some(reference) = &schema.reference {
            return self.referred(reference, open);
        }
        let mut node = self.own(schema);
        for part in &schema.all_of {
            node.absorb(self.fold(part, open));
        }
        // The first of several alternatives represents them all.
        for form in schema.any_of.iter().chain(&schema.one_of) {
            if node.says_what_it_is() {
                break;
            }
            node.absorb(self.fold(form, open));
        }
        node.infer_kind();
        node
    }

    fn referred(&mut self, reference: &str, open: &mut Vec<String>) -> Node {
        if open.iter().any(|open| open == reference) {
            return Node::default();
        }
        if open.len() > DEPTH {
            return Node::faulty(format!("`{reference}` is nested too deeply"));
        }
        let (name, schema) = match self.schemas.at(reference) {
            Ok(found) => found,
            Err(reason) => return Node::faulty(reason),
        };
        if let Some(known) = self.named.get(name) {
            return known.clone();
        }
        open.push(reference.to_owned());
        let node = self.fold(schema, open);
        open.pop();
        self.named.insert(name.to_owned(), node.clone());
        node
    }

    /// Reads the keywords of `schema` itself.
    fn own(&mut self, schema: &Schema) -> Node {
        let properties = schema.properties.iter();
        Node {
            kind: schema.kind.clone(),
            format: schema.format.clone(),
            values: schema.values.clone(),
            example: schema.example.clone(),
            default: schema.other.get("default").cloned(),
            maximum: schema.other.get("maximum").and_then(Value::as_u64),
            nullable: schema.nullable,
            read_only: schema.read_only,
            write_only: schema.write_only,
            required: schema.required.clone(),
            properties: properties
                .map(|(name, property)| (name.clone(), self.add(property)))
                .collect(),
            items: schema.items.as_ref().map(|items| self.add(items)),
            others: match &schema.additional_properties {
                Some(Additional::Of(schema)) => Some(self.add(schema)),
                _ => None,
            },
            is_open: matches!(
                schema.additional_properties,
                Some(Additional::Allowed(true))
            ),
            fault: None,
        }
    }
}

impl Node {
    fn faulty(reason: String) -> Self {
        Self {
            fault: Some(reason),
            ..Self::default()
        }
    }

    /// Adds what `part` states and this type does not.
    fn absorb(&mut self, part: Self) {
        self.kind = self.kind.take().or(part.kind);
        self.format = self.format.take().or(part.format);
        self.example = self.example.take().or(part.example);
        self.default = self.default.take().or(part.default);
        self.maximum = self.maximum.or(part.maximum);
        self.items = self.items.or(part.items);
        self.others = self.others.or(part.others);
        self.fault = self.fault.take().or(part.fault);
        self.is_open |= part.is_open;
        self.nullable |= part.nullable;
        self.read_only |= part.read_only;
        self.write_only |= part.write_only;
        self.required.extend(part.required);
        if self.values.is_empty() {
            self.values = part.values;
        }
        for (name, property) in part.properties {
            self.properties.entry(name).or_insert(property);
        }
    }

    fn says_what_it_is(&self) -> bool {
        let is_vague = self.kind.as_deref().is_none_or(|kind| kind == "object");
        !is_vague || !self.properties.is_empty() || self.items.is_some() || self.others.is_some()
    }

    fn infer_kind(&mut self) {
        if self.kind.is_some() {
            return;
        }
        let kind = if !self.properties.is_empty() || self.others.is_some() {
            "object"
        } else if self.items.is_some() {
            "array"
        } else if !self.values.is_empty() && self.values.iter().all(Value::is_string) {
            "string"
        } else {
            return;
        };
        self.kind = Some(kind.to_owned());
    }

    fn parts(&self) -> impl Iterator<Item = TypeId> {
        let properties = self.properties.values().copied();
        properties.chain(self.items).chain(self.others)
    }
}

impl Types {
    pub(crate) fn get(&self, id: TypeId) -> Type<'_> {
        Type { types: self, id }
    }

    pub(crate) fn fields<'a>(&'a self, ids: &'a IndexMap<String, TypeId>) -> Fields<'a> {
        Fields { types: self, ids }
    }

    /// The fields of the named schema `name`.
    pub(crate) fn fields_of(&self, name: &str) -> Option<Fields<'_>> {
        Some(self.fields(&self.named.get(name)?.properties))
    }

    /// Whether the named schema itself is read-only.
    pub(crate) fn is_read_only(&self, name: &str) -> bool {
        self.named.get(name).is_some_and(|node| node.read_only)
    }

    /// Why the type, or a part of it, is invalid.
    pub(crate) fn fault(&self, id: TypeId) -> Option<&str> {
        // Most documents have no invalid schema, so nothing is searched.
        if !self.has_faults {
            return None;
        }
        let mut met = HashSet::from([id]);
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let node = &self.nodes[id.0];
            if let Some(fault) = &node.fault {
                return Some(fault);
            }
            open.extend(node.parts().filter(|part| met.insert(*part)));
        }
        None
    }
}

impl<'a> Type<'a> {
    fn node(self) -> &'a Node {
        &self.types.nodes[self.id.0]
    }

    pub(crate) fn id(self) -> TypeId {
        self.id
    }

    /// Whether both have the same fields from the same schema.
    pub(crate) fn is_same(self, other: Type<'_>) -> bool {
        let (own, others) = (&self.node().properties, &other.node().properties);
        self.id == other.id || !own.is_empty() && own.values().eq(others.values())
    }

    pub(crate) fn kind(self) -> Option<&'a str> {
        self.node().kind.as_deref()
    }

    pub(crate) fn is(self, kind: &str) -> bool {
        self.kind() == Some(kind)
    }

    pub(crate) fn is_number(self) -> bool {
        self.is("integer") || self.is("number")
    }

    /// Whether values of this type can be compared.
    pub(crate) fn is_scalar(self) -> bool {
        self.is("string") || self.is("boolean") || self.is_number()
    }

    /// Whether both types have the same JSON values.
    pub(crate) fn is_like(self, other: Type<'_>) -> bool {
        self.kind() == other.kind() || self.is_number() && other.is_number()
    }

    /// Whether `value` has this type, without looking inside.
    pub(crate) fn fits(self, value: &Value) -> bool {
        match (value, self.kind()) {
            (_, None) | (Value::Null, _) => true,
            (Value::Object(_), Some(kind)) => kind == "object",
            (Value::Array(_), Some(kind)) => kind == "array",
            (Value::String(_), Some(kind)) => kind == "string",
            (Value::Bool(_), Some(kind)) => kind == "boolean",
            (Value::Number(_), Some(_)) => self.is_number(),
        }
    }

    pub(crate) fn format(self) -> Option<&'a str> {
        self.node().format.as_deref()
    }

    /// The values of an enum, if it is one.
    pub(crate) fn values(self) -> &'a [Value] {
        &self.node().values
    }

    pub(crate) fn example(self) -> Option<&'a Value> {
        self.node().example.as_ref()
    }

    pub(crate) fn default(self) -> Option<&'a Value> {
        self.node().default.as_ref()
    }

    pub(crate) fn maximum(self) -> Option<u64> {
        self.node().maximum
    }

    pub(crate) fn nullable(self) -> bool {
        self.node().nullable
    }

    /// Whether it is in responses only.
    pub(crate) fn read_only(self) -> bool {
        self.node().read_only
    }

    /// Whether it is in requests only.
    pub(crate) fn write_only(self) -> bool {
        self.node().write_only
    }

    pub(crate) fn requires(self, name: &str) -> bool {
        self.node().required.iter().any(|required| required == name)
    }

    /// Whether additional properties are allowed.
    pub(crate) fn is_open(self) -> bool {
        self.node().is_open
    }

    pub(crate) fn fields(self) -> Fields<'a> {
        self.types.fields(&self.node().properties)
    }

    pub(crate) fn field(self, name: &str) -> Option<Type<'a>> {
        self.fields().get(name)
    }

    /// The type of list items.
    pub(crate) fn items(self) -> Option<Type<'a>> {
        Some(self.types.get(self.node().items?))
    }

    /// The type of additional properties, if stated.
    pub(crate) fn others(self) -> Option<Type<'a>> {
        Some(self.types.get(self.node().others?))
    }
}

impl<'a> Fields<'a> {
    pub(crate) fn get(self, name: &str) -> Option<Type<'a>> {
        Some(self.types.get(*self.ids.get(name)?))
    }

    /// Whether these fields include all fields of `part`, from the same schemas.
    pub(crate) fn hold(self, part: Type<'_>) -> bool {
        let own = &part.node().properties;
        let is_own = |(name, id): (&String, &TypeId)| self.ids.get(name) == Some(id);
        !own.is_empty() && own.iter().all(is_own)
    }

    /// The index of the field.
    pub(crate) fn position(self, name: &str) -> Option<usize> {
        self.ids.get_index_of(name)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.ids.is_empty()
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = (&'a str, Type<'a>)> {
        let types = self.types;
        let fields = self.ids.iter();
        fields.map(move |(name, id)| (name.as_str(), types.get(*id)))
    }
}
