//! What a page can be captured from, told apart by content.

pub mod openapi;
pub mod record;
pub mod text;
mod types;
