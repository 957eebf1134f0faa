//! Documents: reading and writing YAML, merging pages, the overlay, and checks that do not depend on operations.
//!
//! ```text
//! store, node              values with their places and origins
//! scalar, invisible        scalars of YAML, and invisible characters
//! pattern                  regular expressions
//! read, write, files       YAML
//! grammar, walk            which object of OpenAPI stands where
//! structure, values, lint  structure, values against schemas, references
//! placeholders             placeholders of recursive schemas in examples
//! page, merge              a captured page; merging all of them
//! overlay                  our amendments
//! sources                  from files to the effective document
//! foreign                  documents that were not written for this repository
//! ```
//!
//! ```text
//! Sources::read ─▶ merge ─▶ amend_sections ─▶ (codegen marks kinds with Document::set) ─▶ amend_everywhere ─▶ finish
//! ```

mod files;
mod foreign;
mod grammar;
mod invisible;
mod lint;
mod merge;
mod node;
mod order;
mod overlay;
mod page;
mod pattern;
mod placeholders;
mod read;
mod scalar;
mod sources;
mod store;
mod structure;
mod values;
mod walk;
mod write;

pub use files::{EVERYWHERE, OVERLAY};
pub use grammar::EXTENSIONS;
pub use node::{Document, Node, Origin};
pub use page::Page;
pub use sources::Sources;
