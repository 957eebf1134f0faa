//! Calls with optional parameters: each has a method, so that new parameters do not break callers.

#![allow(unused_macros)]

/// Defines a call that is about to be sent: its request, what it is answered with and by what it is read, and what may be set, by the
/// field of the request that it stands in: `name(Type)`, or `names[Type]` for a list of them.
macro_rules! call_builder {
    (
        $(#[$meta:meta])*
        pub struct $name:ident: $request:ty => $response:ty, $call:path {
            $($(#[$setter_meta:meta])* $field:ident: $type:tt,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug)]
        #[must_use = "nothing is sent until it is awaited"]
        pub struct $name<'a> {
            session: &'a $crate::runtime::call::Session,
            request: $request,
        }

        impl<'a> $name<'a> {
            pub(crate) fn new(
                session: &'a $crate::runtime::call::Session,
                request: $request,
            ) -> Self {
                Self { session, request }
            }

            $($crate::runtime::call::setter!($(#[$setter_meta])* $field $type);)*
        }

        impl<'a> std::future::IntoFuture for $name<'a> {
            type Output = $crate::Result<$response>;
            type IntoFuture = futures_util::future::BoxFuture<'a, Self::Output>;

            fn into_future(self) -> Self::IntoFuture {
                Box::pin(async move { $call(self.session, &self.request).await })
            }
        }
    };
}
pub(crate) use call_builder;

/// What sets one of them.
macro_rules! setter {
    ($(#[$meta:meta])* $field:ident [$item:ty]) => {
        $(#[$meta])*
        pub fn $field(mut self, $field: impl IntoIterator<Item = impl Into<$item>>) -> Self {
            self.request.$field = Some($field.into_iter().map(Into::into).collect());
            self
        }
    };
    ($(#[$meta:meta])* $field:ident ($type:ty)) => {
        $(#[$meta])*
        pub fn $field(mut self, $field: impl Into<$type>) -> Self {
            self.request.$field = Some($field.into());
            self
        }
    };
}
pub(crate) use setter;
