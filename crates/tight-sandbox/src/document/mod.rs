//! What the document says: its operations, its schemas, and what follows from them for a request.

pub(crate) mod contract;
pub(crate) mod names;
pub(crate) mod parameters;
pub(crate) mod schema;
pub(crate) mod shape;
pub(crate) mod sketch;
pub(crate) mod validation;
