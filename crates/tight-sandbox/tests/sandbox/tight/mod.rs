//! Tight's own document: the rules that its operations keep to.

mod answering;
mod auditing;
mod conversing;
mod filtering;
mod importing;
mod keeping;
mod numbers;
mod operations;
mod paging;
mod permissions;
mod reacting;
mod referring;
mod refusing;
mod rejecting;
mod tokens;
mod uploading;
