//! From `openapi/` to the SDK.
//!
//! ```text
//! diagnostic, layout   what is wrong, and where things stand
//! document             pages, the overlay, and the document that they make: values with a place and an origin
//! api                  what the API is
//! surface              how Rust says it: names, sections, documentation pages
//! rust                 how Rust is written
//! kinds                kinds of operation, a module for each
//! sample               what the documentation shows
//! emit                 generated files
//! capture              from the documentation to captured pages
//! files                generated files → disk, or a diff against it
//! commands             what the command line offers
//! ```
//!
//! Each knows the ones above it, and none below.

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
