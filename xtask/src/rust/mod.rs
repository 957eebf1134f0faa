//! How Rust is written: what a file imports, what values are, what documentation says, and how all of it is laid out.
//!
//! ```text
//! print    syntax trees as files that a person likes to read
//! imports  what a file imports
//! values   types of values, and what setters take for them
//! docs     the words of the document
//! ```

pub mod docs;
pub mod imports;
pub mod print;
pub mod values;

pub use imports::Imports;
