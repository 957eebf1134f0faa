//! Listings with optional parameters: each has a method, so that new parameters do not break callers.

#![allow(unused_macros, reason = "depends on the document")]

/// Defines a list that is about to be asked for: its request, its items and what a page has beside them, the methods of a
/// [`Listing`](super::Listing) that it has itself, and what may be set, as [`call_builder!`](crate::runtime::call::call_builder) has it.
macro_rules! listing_builder {
    (
        $(#[$meta:meta])*
        pub struct $name:ident: $request:ty => $item:ty, $extras:ty, [$($method:ident)*] {
            $($(#[$setter_meta:meta])* $field:ident: $type:tt,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[must_use = "nothing is sent until you fetch a page or poll a stream"]
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

            /// Returns the listing with these parameters.
            pub fn listing(self) -> $crate::Listing<$item, $extras> {
                $crate::runtime::listing::listing(self.session, self.request)
            }

            $($crate::runtime::listing::forward_to_listing!($method $item, $extras);)*
            $($crate::runtime::call::setter!($(#[$setter_meta])* $field $type);)*
        }
    };
}
pub(crate) use listing_builder;

/// Forwards a method to the listing.
macro_rules! forward_to_listing {
    (limit $item:ty, $extras:ty) => {
        /// Sets the maximum number of items of a page: see [`Listing::limit`](crate::Listing::limit).
        pub fn limit(self, limit: u32) -> $crate::Listing<$item, $extras> {
            self.listing().limit(limit)
        }
    };
    (cursor $item:ty, $extras:ty) => {
        /// Sets the cursor to start from: see [`Listing::cursor`](crate::Listing::cursor).
        pub fn cursor(self, cursor: impl Into<String>) -> $crate::Listing<$item, $extras> {
            self.listing().cursor(cursor)
        }
    };
    (resume $item:ty, $extras:ty) => {
        /// Sets or clears the cursor: see [`Listing::resume`](crate::Listing::resume).
        pub fn resume(self, cursor: Option<String>) -> $crate::Listing<$item, $extras> {
            self.listing().resume(cursor)
        }
    };
    (page $item:ty, $extras:ty) => {
        /// Fetches one page: see [`Listing::page`](crate::Listing::page).
        ///
        /// # Errors
        ///
        /// See [`Listing::page`](crate::Listing::page).
        pub async fn page(self) -> $crate::Result<$crate::Response<$crate::Page<$item>, $extras>> {
            self.listing().page().await
        }
    };
    (pages $item:ty, $extras:ty) => {
        /// Returns a stream of pages: see [`Listing::pages`](crate::Listing::pages).
        pub fn pages(self) -> $crate::Pages<$item, $extras> {
            self.listing().pages()
        }
    };
    (items $item:ty, $extras:ty) => {
        /// Returns a stream of the items of all pages: see [`Listing::items`](crate::Listing::items).
        pub fn items(self) -> $crate::Items<$item, $extras> {
            self.listing().items()
        }
    };
}
pub(crate) use forward_to_listing;
