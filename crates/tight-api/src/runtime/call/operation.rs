//! The properties of an operation.

/// An operation of the API, as generated code describes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation {
    /// Its `operationId`.
    pub(crate) id: &'static str,
    /// Whether it reads, writes or deletes.
    pub(crate) effect: Effect,
    /// How it authenticates.
    pub(crate) auth: Auth,
}

/// The effect of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// None: it can be repeated.
    Reads,
    /// It writes each time that it is sent.
    Writes,
    /// It deletes; the response can be empty.
    Deletes,
}

impl Effect {
    /// Whether it has an effect.
    pub(crate) fn writes(self) -> bool {
        self != Self::Reads
    }
}

/// How a request authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    /// With an access token.
    Token,
    /// With client id and secret.
    ClientCredentials,
    /// Without authentication.
    None,
}
