//! The API in Rust: names and modules, each decided once.
//!
//! ```text
//! naming     converts names of the document
//! types      the Rust type of a value
//! filters    the fields that a query can filter by
//! reachable  which types are generated, their visibility and their sections
//! fields     names of fields and variants
//! calls      names of resources, methods and requests
//! events     names of events, and where entities stand
//! ```

mod calls;
pub mod events;
mod fields;
pub mod filters;
pub(crate) mod naming;
mod reachable;
pub mod types;

use indexmap::IndexMap;

pub use calls::{CallNames, ParameterNames};

use crate::api::{Api, Property, Schema, SchemaKind, Type};
use crate::diagnostic::Faults;

/// What the samples of an operation are called: `resource.method`. `chosen` is the method's name, if a person chose one.
pub fn sample_stem(operation_id: &str, tag: &str, chosen: Option<&str>) -> String {
    let method = chosen.map_or_else(|| naming::method_name(operation_id, tag), str::to_owned);
    format!("{}.{method}", naming::snake(tag)).replace('_', "-")
}

/// The types and names that the kind of an operation needs.
#[derive(Debug, Default)]
pub struct Needs {
    /// The schemas that users pass or receive, which become types.
    pub types: Vec<Need>,
    /// The schema of a query for pages.
    pub query: Option<String>,
    /// Whether the kind unwraps the request body, so that its schema becomes no type.
    pub takes_body_apart: bool,
    /// Suffixes of further methods: the method's name, `_` and the suffix.
    pub further_methods: &'static [&'static str],
}

/// A schema that becomes a type.
#[derive(Debug)]
pub struct Need {
    /// The schema.
    pub schema: String,
    /// The properties that the type lacks, because they belong to the envelope.
    pub without: &'static [&'static str],
}

impl Need {
    /// A whole schema.
    pub fn whole(schema: impl Into<String>) -> Self {
        Self {
            schema: schema.into(),
            without: &[],
        }
    }
}

/// The API in Rust.
#[derive(Debug)]
pub struct Surface<'d> {
    /// The types that there are, in the order of the document. A schema that is none of these is an envelope, which the SDK's
    /// own reader takes apart.
    pub types: IndexMap<&'d str, TypeNames>,
    /// The names of each operation, in the order of the API's.
    pub calls: Vec<CallNames<'d>>,
    /// The variant of each event, in the order of the API's.
    pub events: Vec<String>,
    /// The sections of generated code, by the names of their modules.
    pub sections: Vec<Section<'d>>,
}

/// A type in Rust.
#[derive(Debug)]
pub struct TypeNames {
    /// The module of its section.
    pub section: String,
    /// Whether it is public.
    pub is_public: bool,
    /// Whether it is a query for pages.
    pub is_query: bool,
    /// Whether it is used only in queries.
    pub is_query_only: bool,
    /// Its fields, if it is an object: those that it is with, each by its index in the schema's properties, and its name.
    pub fields: Vec<(usize, String)>,
    /// Its variants, if it is an enum, in the order of the schema's values.
    pub variants: Vec<String>,
}

/// A section of generated code.
#[derive(Debug)]
pub struct Section<'d> {
    /// Its module.
    pub module: String,
    /// Its types.
    pub types: Vec<&'d str>,
    /// Its operations: their indexes.
    pub operations: Vec<usize>,
}

/// The section of shared types.
pub const SHARED: &str = "shared";

/// The types of the envelope that the SDK's runtime knows by name.
const ENVELOPE_TYPES: &[&str] = &["ResultStatus", "ApiError"];

impl<'d> Surface<'d> {
    /// Decides names, types and sections. `needs` has an entry per operation, in order.
    pub fn new(api: &Api<'d>, needs: &[Needs], faults: &Faults) -> Self {
        check_envelope(api, faults);
        let mut types = reachable::types(api, needs);
        fields::name(api, &mut types, faults);
        let calls = calls::name(api, needs, faults);
        let events = events::names(api, faults);
        let sections = sections(api, &types);
        Self {
            types,
            calls,
            events,
            sections,
        }
    }

    /// A type, by the name of its schema.
    pub fn ty(&self, schema: &str) -> Option<&TypeNames> {
        self.types.get(schema)
    }

    /// How a property of a schema is held. Users do not set the cursor and the limit of a query.
    pub fn holding(&self, schema: &Schema<'_>, property: &Property<'_>) -> types::Holding {
        let is_query = self.ty(schema.name).is_some_and(|names| names.is_query);
        match types::holding(schema, property) {
            types::Holding::Clearable if is_query => types::Holding::Optional,
            holding => holding,
        }
    }

    /// The name of a field.
    pub fn field(&self, schema: &str, index: usize) -> Option<&str> {
        let fields = &self.types.get(schema)?.fields;
        fields
            .iter()
            .find(|(property, _)| *property == index)
            .map(|(_, name)| name.as_str())
    }
}

/// Checks that the schemas of the envelope are as the runtime expects.
fn check_envelope(api: &Api<'_>, faults: &Faults) {
    let is_text = |schema: &Schema<'_>, name: &str| {
        schema
            .property(name)
            .is_some_and(|property| property.ty == Type::Text)
    };
    for name in ENVELOPE_TYPES {
        let Some(schema) = api.schema(name) else {
            continue;
        };
        let fits = match &schema.kind {
            SchemaKind::StringEnum(values) => ["SUCCESS", "FAILURE"]
                .iter()
                .all(|wanted| values.iter().any(|(value, _)| value == wanted)),
            SchemaKind::Object(_) => {
                let kind = schema
                    .property("type")
                    .and_then(|kind| api.schema(kind.ty.schema()?));
                let is_enum =
                    kind.is_some_and(|kind| matches!(kind.kind, SchemaKind::StringEnum(_)));
                is_enum && is_text(schema, "message") && is_text(schema, "param")
            }
            SchemaKind::IntegerEnum(_) => false,
        };
        // A response that says neither has no verdict, and must not pass for one that says nothing.
        if let Some(closed) = schema.node.get("x-open-enum").filter(|_| !schema.open) {
            faults.add(
                closed
                    .fault(format!(
                        "`{name}` is closed, but the SDK's runtime must read any value of it"
                    ))
                    .help("leave it open"),
            );
        }
        if !fits {
            faults.add(schema.node.fault(format!("`{name}` does not have the form that the SDK's runtime expects")).help(
                "it needs an enum `ResultStatus` with SUCCESS and FAILURE, and an object `ApiError` with an enum `type` and the \
                 strings `message` and `param`; if the API has changed, crates/tight-api/src/runtime has to",
            ));
        }
    }
}

fn sections<'d>(api: &Api<'d>, types: &IndexMap<&'d str, TypeNames>) -> Vec<Section<'d>> {
    let mut sections: IndexMap<String, Section<'d>> = IndexMap::new();
    let mut section = |module: &str, add: &dyn Fn(&mut Section<'d>)| {
        add(sections
            .entry(module.to_owned())
            .or_insert_with(|| Section {
                module: module.to_owned(),
                types: Vec::new(),
                operations: Vec::new(),
            }));
    };
    for (index, operation) in api.operations.iter().enumerate() {
        section(&module(&operation.section), &|section| {
            section.operations.push(index)
        });
    }
    for (name, ty) in types {
        section(&ty.section, &|section| section.types.push(name));
    }
    sections.sort_keys();
    sections.into_values().collect()
}

/// The module of a section of the documentation.
fn module(section: &str) -> String {
    naming::snake(section)
}
