//! OpenAPI documents, 3.0 or 3.1, whole or of one page: taken apart into a document for each operation.
//!
//! ```text
//! source       the document as it was given, its version, where its references lead
//! keywords     what each keyword of a schema takes, and which ones OpenAPI 3.0 lacks
//! walk         schemas of a document that is taken over, by where they stand
//! schemas      schemas, as OpenAPI 3.0 says them
//! bodies       parameters, bodies, answers
//! access       servers and security
//! shapes       shapes without a name get one; names that stand for no shape go
//! operations   each operation, with just the components that it needs
//! ```
//!
//! Each knows the ones above it. Nothing that the document says in words is taken over: its descriptions are not ours.

mod access;
mod bodies;
mod keywords;
mod operations;
mod schemas;
mod shapes;
mod source;
mod walk;

use serde_json::{Map, Value};

use crate::capture::place;
use crate::diagnostic::{Diagnostic, Faults};
use crate::document::Document;

/// What a document says of one operation.
#[derive(Debug, Clone, PartialEq)]
pub struct OperationDocument {
    /// In lower case.
    pub method: String,
    /// With its parameters in braces: `/v6/messages/{id}`.
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
    /// What was concluded, and what was left out; each a sentence.
    pub notes: Vec<String>,
}

/// Reads an OpenAPI document, as YAML or as JSON: an operation after the other. All that is wrong with it is told together.
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
        if !faults.is_empty() {
            return Vec::new();
        }
        let operations = operations::read(&document, dialect, &faults);
        if operations.is_empty() && faults.is_empty() {
            faults.add(
                Diagnostic::new(file, "the document has no operation")
                    .help("give the whole document; what can be called stands below its `paths`"),
            );
        }
        operations
    });
    faults.finish()?;
    Ok(read.unwrap_or_default())
}

impl OperationDocument {
    /// Says where the page stands, as whoever captures it knows.
    pub fn stands_at(&mut self, address: &place::Address) {
        self.address = Some(address.url.clone());
        self.page.clone_from(&address.page);
        if let Some(operation) = self.operation_mut() {
            operation.insert(
                "externalDocs".to_owned(),
                serde_json::json!({ "url": address.url }),
            );
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
        shapes::rename(&mut self.document, name)
    }
}
