//! Documents as such: YAML in and out, pages united into one, the overlay, and the checks that need to know no operation.
//!
//! ```text
//! store, node            values with their places and their origins; seen from outside
//! scalar, invisible      what a scalar of YAML says, and what nobody sees of it
//! pattern                what a regular expression is
//! read, write, files     YAML
//! grammar, walk          which object of OpenAPI stands where
//! forms, values, lint    what must be where; values beside their schemas; references
//! placeholders           what stands in examples for a schema within itself
//! page, merge            a captured page; all of them, united
//! overlay                our amendments
//! sources                from files to the effective document
//! foreign                documents that were not written for this repository
//! ```
//!
//! ```text
//! Sources::read ─▶ merge ─▶ amend_sections ─▶ (codegen marks kinds with Document::set) ─▶ amend_everywhere ─▶ finish
//! ```

mod files;
mod foreign;
mod forms;
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
mod values;
mod walk;
mod write;

pub use files::{EVERYWHERE, OVERLAY};
pub use grammar::EXTENSIONS;
pub use node::{Document, Node, Origin};
pub use page::Page;
pub use sources::Sources;
