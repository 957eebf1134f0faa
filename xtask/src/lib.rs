//! From `openapi/` to the SDK.
//!
//! ```text
//! diagnostic, layout     what is wrong, and where things stand
//! document               documents whose values know who wrote them: YAML, merge, overlay
//! spec                   captured pages + overlay → effective document
//! contract               effective document → operations and types
//! sample, digest         what the documentation shows; what a reviewer reads
//! generate               contract → generated files
//! files                  generated files → disk, or a diff against it
//! ```
//!
//! Each knows the ones above it, and none below.

pub mod contract;
pub mod diagnostic;
pub mod digest;
pub mod document;
pub mod files;
pub mod generate;
pub mod layout;
pub mod sample;
pub mod spec;
