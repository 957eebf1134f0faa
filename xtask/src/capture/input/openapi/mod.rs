//! Splits OpenAPI documents, 3.0 or 3.1, of an API or of one page, into a document for each operation.
//!
//! ```text
//! source         the document as given: version and references
//! keywords       keywords of schemas, and which of them OpenAPI 3.0 lacks
//! walk           walks the schemas of a document
//! schemas        converts schemas to OpenAPI 3.0
//! bodies         parameters, bodies, responses
//! security       servers and security
//! schema_names   names objects and enums, inlines other named schemas
//! operations     splits a document into operations, with their components
//! ```
//!
//! Each depends only on those above it. Descriptions are not copied: they are not ours.

mod bodies;
mod keywords;
mod operations;
mod schema_names;
mod schemas;
mod security;
mod source;
mod walk;

pub use operations::METHODS;

use serde_json::{Map, Value, json};

use crate::capture::location;
use crate::capture::naming::kebab;
use crate::diagnostic::{Diagnostic, Faults};
use crate::document::Document;

/// A document of one operation.
#[derive(Debug, Clone, PartialEq)]
pub struct OperationDocument {
    /// In lower case.
    pub method: String,
    /// With its parameters in braces: `/v1/things/{id}`.
    pub path: String,
    /// What the reference calls the section, as it is written there: `Invoicing - Invoices`.
    pub section: String,
    /// The name of its page: the last part of the address, or else the title in kebab case.
    pub page: String,
    /// Where the page stands, if the document says so.
    pub address: Option<String>,
    /// The title of its page.
    pub title: String,
    /// The operation, and the components that it needs, as OpenAPI 3.0.3. Its names are the given document's.
    pub document: Value,
    /// Notes on what was inferred and what was left out, a sentence each.
    pub notes: Vec<String>,
}

/// Whether a text claims to be an OpenAPI document, or its forerunner.
pub fn is_document(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let is_blank = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
    // The key, and behind it a version.
    let is_key = |line: &str| {
        let line = line.trim_start_matches(['"', '\'']);
        let rest = line
            .strip_prefix("openapi")
            .or_else(|| line.strip_prefix("swagger"));
        let version = rest.and_then(|rest| rest.trim_start_matches(is_blank).strip_prefix(':'));
        version.is_some_and(|version| {
            version
                .trim_start_matches(is_blank)
                .starts_with(|c: char| c.is_ascii_digit())
        })
    };
    match text.trim_start().strip_prefix('{') {
        // In JSON the key may stand anywhere, and within other objects, too: it counts with the paths.
        Some(json) => {
            let has = |key: &str| json.contains(&format!("\"{key}\""));
            is_key(json.trim_start())
                || (has("openapi") || has("swagger")) && (has("paths") || has("info"))
        }
        None => text.lines().any(is_key),
    }
}

/// Reads an OpenAPI document, as YAML or as JSON: an operation after the other. Reports all errors together.
pub fn read(file: &str, text: &str) -> Result<Vec<OperationDocument>, Faults> {
    let faults = Faults::new();
    let read = Document::read_foreign(file, text, &faults).map(|document| {
        let dialect = match source::Dialect::of(document.root()) {
            Ok(dialect) => dialect,
            Err(fault) => {
                faults.add(*fault);
                return Vec::new();
            }
        };
        document.check_forms(&faults);
        document.check_values(&faults);
        if !faults.is_empty() {
            return Vec::new();
        }
        let operations = operations::read(&document, dialect, &faults);
        if operations.is_empty() && faults.is_empty() {
            faults.add(
                Diagnostic::new(file, "the document has no operation")
                    .help("give the whole document; operations are under its `paths`"),
            );
        }
        operations
    });
    faults.finish()?;
    Ok(read.unwrap_or_default())
}

impl OperationDocument {
    /// Says where the page stands, as whoever captures it knows.
    pub fn stands_at(&mut self, address: &location::Address) {
        self.address = Some(address.url.clone());
        self.page.clone_from(&address.page);
        if let Some(operation) = self.operation_mut() {
            operation.insert("externalDocs".to_owned(), json!({ "url": address.url }));
        }
    }

    /// Gives the operation the title that its page has.
    pub fn is_titled(&mut self, title: &str) {
        title.clone_into(&mut self.title);
        self.document["info"]["title"] = title.into();
        if let Some(operation) = self.operation_mut() {
            operation.insert("summary".to_owned(), title.into());
        }
        let page = kebab(title);
        if self.address.is_none() && !page.is_empty() {
            self.page_is(page);
        }
    }

    /// Gives the page a name, where no address does, and the address that the documentation would give it.
    fn page_is(&mut self, page: String) {
        let docs = json!({ "url": location::address(&self.section, &page) });
        self.page = page;
        if let Some(operation) = self.operation_mut() {
            operation.insert("externalDocs".to_owned(), docs);
        }
    }

    /// The operation's `operationId`.
    pub fn operation_id(&self) -> &str {
        self.document["paths"][&self.path][&self.method]["operationId"]
            .as_str()
            .unwrap_or_default()
    }

    /// The operation within the document.
    pub fn operation_mut(&mut self) -> Option<&mut Map<String, Value>> {
        let path = self.document.get_mut("paths")?.get_mut(&self.path)?;
        path.get_mut(&self.method)?.as_object_mut()
    }

    /// Calls the operation otherwise.
    pub fn rename_operation(&mut self, name: &str) {
        if let Some(operation) = self.operation_mut() {
            operation.insert("operationId".to_owned(), name.into());
        }
    }

    /// Calls the schemas otherwise: by what `name` gives for the name of each. Schemas that are equal may get one name, and are one
    /// then; if two that differ would get one, nothing is changed, and the error says which.
    pub fn rename_schemas(&mut self, name: &dyn Fn(&str) -> String) -> Result<(), String> {
        schema_names::rename(&mut self.document, name)
    }
}
