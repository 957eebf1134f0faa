//! Writes Rust: imports, types of values, documentation and layout.
//!
//! ```text
//! print    prints syntax trees
//! imports  the imports of a file
//! values   types of values, and arguments of setters
//! docs     documentation comments
//! ```

pub mod docs;
pub mod imports;
pub mod print;
pub mod values;

pub use imports::Imports;
