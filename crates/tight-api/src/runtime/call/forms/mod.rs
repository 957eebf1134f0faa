//! What a response contains, a module for each form. The document decides which of them are used.

#[allow(dead_code)]
pub(crate) mod download;
#[allow(dead_code)]
pub(crate) mod entity;
#[allow(dead_code)]
pub(crate) mod list;
#[allow(dead_code)]
pub(crate) mod no_content;
pub(crate) mod unwrapped;
