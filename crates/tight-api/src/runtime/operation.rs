//! What the runtime knows of an operation.

/// An operation of the API, as generated code describes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    /// Its `operationId`.
    pub(crate) id: &'static str,
    /// What it does to Tight's side.
    pub(crate) effect: Effect,
}

/// What an operation does to Tight's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(
    dead_code,
    reason = "which variants are made depends on the specification"
)]
pub(crate) enum Effect {
    /// Nothing: it may be repeated at will.
    Reads,
    /// Something, each time that it is sent.
    Writes,
}
