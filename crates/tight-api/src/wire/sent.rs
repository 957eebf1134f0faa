//! Objects that only requests carry: what they have beside what serde gives them.

/// Makes an object that requests carry of a struct, by a list of its fields: how it is made up in tests.
macro_rules! sent {
    ($object:ident { $($field:ident),* $(,)? }) => {
        $crate::wire::arbitrary_object!($object { $($field),* });
    };
}
pub(crate) use sent;
