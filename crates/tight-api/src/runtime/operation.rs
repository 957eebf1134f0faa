//! What the runtime knows of an operation.

/// An operation of the API, as generated code describes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    /// Its `operationId`.
    pub(crate) id: &'static str,
    /// What it does to Tight's side.
    pub(crate) effect: Effect,
    /// What it proves who is calling with.
    pub(crate) auth: Auth,
}

/// What an operation does to Tight's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing: it may be repeated at will.
    Reads,
    /// Something, each time that it is sent.
    Writes,
}

/// What a request proves who is calling with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    /// An access token.
    Token,
    /// The client's id and secret.
    ClientCredentials,
}
