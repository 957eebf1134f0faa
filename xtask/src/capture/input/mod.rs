//! What a page can be captured from, told apart by content.

mod path;
pub mod record;
pub mod text;
mod types;
