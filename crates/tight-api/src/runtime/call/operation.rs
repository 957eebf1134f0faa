//! What the runtime knows of an operation.

/// An operation of the API, as generated code describes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    /// Its `operationId`.
    pub(crate) id: &'static str,
    /// What it does to Tight's side.
    pub(crate) effect: Effect,
    /// How its request authenticates.
    pub(crate) auth: Auth,
}

/// What an operation does to Tight's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing: it may be repeated at will.
    Reads,
    /// Something, each time that it is sent.
    Writes,
    /// It deletes, so that there need not be anything to answer with.
    Deletes,
}

impl Effect {
    /// Whether it does anything.
    pub(crate) fn writes(self) -> bool {
        self != Self::Reads
    }
}

/// How a request authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    /// With an access token.
    Token,
    /// With the client's id and secret.
    ClientCredentials,
    /// Not at all: no token is asked for, and none is sent.
    None,
}
