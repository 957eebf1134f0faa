//! Captures documentation pages into `openapi/`, and generates the SDK from it.
//!
//! ```text
//! diagnostic, layout   errors in the specification; the layout of the repository
//! document             captured pages, the overlay, and the effective document
//! api                  operations and schemas, independent of Rust
//! surface              their names and sections in Rust
//! rust                 printing Rust
//! kinds                kinds of operation, a module for each
//! sample               documented payloads
//! emit                 generated files
//! capture              from documentation pages to captured documents
//! files                writes generated files, or diffs them against the disk
//! commands             the commands
//! ```
//!
//! Each depends only on those above it.

pub mod api;
pub mod capture;
pub mod commands;
pub mod diagnostic;
pub mod document;
pub mod emit;
pub mod files;
pub mod kinds;
pub mod layout;
pub mod rust;
pub mod sample;
pub mod surface;
