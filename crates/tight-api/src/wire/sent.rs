//! Objects only in requests.

/// Implements `Arbitrary` for an object of requests, by a list of its fields.
macro_rules! sent {
    ($object:ident { $($field:ident),* $(,)? }) => {
        $crate::wire::arbitrary_object!($object { $($field),* });
    };
}
pub(crate) use sent;
