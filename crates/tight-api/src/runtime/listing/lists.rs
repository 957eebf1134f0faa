//! Lists with parameters that may be left out: each has a method, so that another one breaks no caller.

#![allow(
    unused_macros,
    reason = "which lists there are is the document's affair"
)]

/// Defines a list that is about to be asked for: its request, its items and what a page has beside them, the methods of a
/// [`Listing`](super::Listing) that it has itself, and what may be set, as [`sends!`](crate::runtime::call::sends) has it.
macro_rules! lists {
    (
        $(#[$meta:meta])*
        pub struct $name:ident: $request:ty => $item:ty, $extras:ty, [$($method:ident)*] {
            $($(#[$setter_meta:meta])* $field:ident: $type:tt,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[must_use = "nothing is sent until a page or the items are asked for"]
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

            /// Returns the list, with what has been set.
            pub fn listing(self) -> $crate::Listing<$item, $extras> {
                $crate::runtime::listing::listing(self.session, self.request)
            }

            $($crate::runtime::listing::forward!($method $item, $extras);)*
            $($crate::runtime::call::setter!($(#[$setter_meta])* $field $type);)*
        }
    };
}
pub(crate) use lists;

/// A method of a listing, on what becomes one.
macro_rules! forward {
    (limit $item:ty, $extras:ty) => {
        /// As [`Listing::limit`](crate::Listing::limit).
        pub fn limit(self, limit: u32) -> $crate::Listing<$item, $extras> {
            self.listing().limit(limit)
        }
    };
    (cursor $item:ty, $extras:ty) => {
        /// As [`Listing::cursor`](crate::Listing::cursor).
        pub fn cursor(self, cursor: impl Into<String>) -> $crate::Listing<$item, $extras> {
            self.listing().cursor(cursor)
        }
    };
    (resume $item:ty, $extras:ty) => {
        /// As [`Listing::resume`](crate::Listing::resume).
        pub fn resume(self, cursor: Option<String>) -> $crate::Listing<$item, $extras> {
            self.listing().resume(cursor)
        }
    };
    (page $item:ty, $extras:ty) => {
        /// As [`Listing::page`](crate::Listing::page).
        ///
        /// # Errors
        ///
        /// As [`Listing::page`](crate::Listing::page).
        pub async fn page(self) -> $crate::Result<$crate::Response<$crate::Page<$item>, $extras>> {
            self.listing().page().await
        }
    };
    (pages $item:ty, $extras:ty) => {
        /// As [`Listing::pages`](crate::Listing::pages).
        pub fn pages(self) -> $crate::Pages<$item, $extras> {
            self.listing().pages()
        }
    };
    (items $item:ty, $extras:ty) => {
        /// As [`Listing::items`](crate::Listing::items).
        pub fn items(self) -> $crate::Items<$item, $extras> {
            self.listing().items()
        }
    };
}
pub(crate) use forward;
