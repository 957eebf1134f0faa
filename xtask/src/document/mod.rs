//! Documents as such: YAML in and out, pages united into one, the overlay, and the checks that need to know no operation.

mod node;
mod store;

pub use node::{Document, Node, Origin};
