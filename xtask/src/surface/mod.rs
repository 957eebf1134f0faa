//! How Rust says what the API is: names, modules and documentation pages, each decided once.
//!
//! ```text
//! words    words of the document, in Rust
//! types    what a type is in Rust
//! filters  what a query can be asked about
//! reach    which types there are, who sees them, and where they stand
//! fields   the names of fields and variants
//! calls    the names of resources, methods and requests
//! events   the names of events, and where entities stand
//! ```

mod calls;
pub mod events;
mod fields;
pub mod filters;
mod reach;
pub mod types;
pub(crate) mod words;

use indexmap::IndexMap;

pub use calls::{CallNames, ParameterNames};

use crate::api::{Api, Property, Schema, SchemaKind, Type};
use crate::diagnostic::Faults;

/// What the samples of an operation are called: `resource.method`. `chosen` is the method's name, if a person chose one.
pub fn sample_stem(operation_id: &str, tag: &str, chosen: Option<&str>) -> String {
    let method = chosen.map_or_else(|| words::method(operation_id, tag), str::to_owned);
    format!("{}.{method}", words::snake(tag)).replace('_', "-")
}

/// What the kind of an operation says about the types and names that it needs.
#[derive(Debug, Default)]
pub struct Needs {
    /// The schemas that are types because users hand them over or get them.
    pub types: Vec<Need>,
    /// The schema that pages are asked for with.
    pub query: Option<String>,
    /// Whether the kind takes the body of the request apart, so that its schema is no type.
    pub takes_body_apart: bool,
    /// What the operation's further methods are called: its own name, and `_` and this.
    pub further_methods: &'static [&'static str],
}

/// A schema that is a type.
#[derive(Debug)]
pub struct Need {
    /// The schema.
    pub schema: String,
    /// The properties that it is without, since they are the envelope's.
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

/// How Rust says what the API is.
#[derive(Debug)]
pub struct Surface<'d> {
    /// The types that there are, in the order of the document. A schema that is none of these is an envelope, which the SDK's
    /// own reader takes apart.
    pub types: IndexMap<&'d str, TypeNames<'d>>,
    /// The names of each operation, in the order of the API's.
    pub calls: Vec<CallNames<'d>>,
    /// The variant of each event, in the order of the API's.
    pub events: Vec<String>,
    /// The sections of generated code, by the names of their modules.
    pub sections: Vec<Section<'d>>,
}

/// A type, as Rust says it.
#[derive(Debug)]
pub struct TypeNames<'d> {
    /// The module of its section.
    pub section: String,
    /// Whether users see it.
    pub is_public: bool,
    /// Whether pages are asked for with it.
    pub is_query: bool,
    /// Whether it says what is asked for, and nothing else.
    pub is_of_queries: bool,
    /// The documentation page that it is best looked up on.
    pub page: Option<&'d str>,
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

/// The section of what several sections have in common.
pub const SHARED: &str = "shared";

/// The types of the envelope that the SDK's runtime knows by name.
const OF_ENVELOPE: &[&str] = &["ResultStatus", "ApiError"];

impl<'d> Surface<'d> {
    /// Decides how Rust says what the API is; the needs are of each operation, in order.
    pub fn new(api: &Api<'d>, needs: &[Needs], faults: &Faults) -> Self {
        check_envelope(api, faults);
        let mut types = reach::types(api, needs);
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
    pub fn ty(&self, schema: &str) -> Option<&TypeNames<'d>> {
        self.types.get(schema)
    }

    /// How a property of a schema is held. Which page a query asks for is not for its users to say.
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

/// The runtime reads envelopes by the names of what is in them, whatever the document says.
fn check_envelope(api: &Api<'_>, faults: &Faults) {
    let is_text = |schema: &Schema<'_>, name: &str| {
        schema
            .property(name)
            .is_some_and(|property| property.ty == Type::Text)
    };
    for name in OF_ENVELOPE {
        let Some(schema) = api.schema(name) else {
            continue;
        };
        let fits = match &schema.kind {
            SchemaKind::Texts(values) => ["SUCCESS", "FAILURE"]
                .iter()
                .all(|wanted| values.iter().any(|(value, _)| value == wanted)),
            SchemaKind::Object(_) => {
                let kind = schema
                    .property("type")
                    .and_then(|kind| api.schema(kind.ty.schema()?));
                let is_enum = kind.is_some_and(|kind| matches!(kind.kind, SchemaKind::Texts(_)));
                is_enum && is_text(schema, "message") && is_text(schema, "param")
            }
            SchemaKind::Numbers(_) => false,
        };
        // An answer that says neither has no verdict, and must not pass for one that says nothing.
        if let Some(closed) = schema.node.get("x-open-enum").filter(|_| !schema.open) {
            faults.add(
                closed
                    .fault(format!(
                        "`{name}` is closed, and the SDK's runtime reads whatever it says"
                    ))
                    .help("leave it open"),
            );
        }
        if !fits {
            faults.add(schema.node.fault(format!("`{name}` is not as the SDK's runtime knows it")).help(
                "it needs an enum `ResultStatus` with SUCCESS and FAILURE, and an object `ApiError` with an enum `type` and the \
                 strings `message` and `param`; if the API has changed, crates/tight-api/src/runtime has to",
            ));
        }
    }
}

fn sections<'d>(api: &Api<'d>, types: &IndexMap<&'d str, TypeNames<'d>>) -> Vec<Section<'d>> {
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
    words::snake(section)
}
