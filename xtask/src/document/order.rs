//! The order of keys in the effective document.
//!
//! Amendments append, so without this the place of a field's description would depend on when the overlay adds it. What has a
//! meaningful order (paths, schemas, properties, list items) keeps it.

use super::grammar::ObjectKind;
use super::node::Document;
use super::walk::walk;

const DOCUMENT: &[&str] = &[
    "openapi",
    "info",
    "externalDocs",
    "x-domain",
    "servers",
    "security",
    "paths",
    "x-webhooks",
    "components",
];
const SERVER: &[&str] = &["url", "description", "x-environment"];
const OPERATION: &[&str] = &[
    "operationId",
    "x-method-name",
    "x-kind",
    "x-reads",
    "x-partner-level",
    "tags",
    "summary",
    "description",
    "externalDocs",
    "deprecated",
    "servers",
    "security",
    "parameters",
    "requestBody",
    "responses",
];
const PARAMETER: &[&str] = &[
    "name",
    "in",
    "required",
    "deprecated",
    "description",
    "x-secret",
    "schema",
];
const BODY: &[&str] = &[
    "required",
    "description",
    "x-content-of",
    "headers",
    "content",
];
const SCHEMA: &[&str] = &[
    "title",
    "description",
    "externalDocs",
    "deprecated",
    "type",
    "format",
    "nullable",
    "readOnly",
    "writeOnly",
    "x-secret",
    "x-entity-at",
    "x-envelope",
    "x-open-enum",
    "x-enum-of-example",
    "enum",
    "x-names",
    "required",
    "anyOf",
    "allOf",
    "minLength",
    "example",
    "items",
    "properties",
    "additionalProperties",
];

impl Document {
    /// Puts the keys of every object into the order in which they are read best.
    pub(super) fn arrange(&mut self) {
        let mut found = Vec::new();
        walk(self.root(), ObjectKind::Document, &mut |node, kind| {
            if node.is_object() {
                found.push((node.id, kind));
            }
        });
        for (id, kind) in found {
            let order = match kind {
                ObjectKind::Document => DOCUMENT,
                ObjectKind::Server => SERVER,
                ObjectKind::Operation => OPERATION,
                ObjectKind::Parameter => PARAMETER,
                ObjectKind::RequestBody | ObjectKind::Response => BODY,
                ObjectKind::Schema => SCHEMA,
                // Statuses are numbers, and are looked for as such.
                ObjectKind::Patterned(ObjectKind::Response) => {
                    self.store.sort(id);
                    continue;
                }
                _ => continue,
            };
            self.store.reorder(id, |key| {
                let known = order.iter().position(|known| *known == key);
                known.unwrap_or(order.len())
            });
        }
    }
}
