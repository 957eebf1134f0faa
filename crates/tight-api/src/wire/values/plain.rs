//! Values that are written as one text where there is no JSON: in paths, queries, headers, and parts of forms.

use std::borrow::Cow;

use super::{Date, Decimal, Number, Secret, Timestamp};

/// A value that is written as one text.
pub(crate) trait Plain {
    /// The text that it is written as.
    fn plain(&self) -> Cow<'_, str>;
}

impl<T: Plain + ?Sized> Plain for &T {
    fn plain(&self) -> Cow<'_, str> {
        (**self).plain()
    }
}

impl Plain for str {
    fn plain(&self) -> Cow<'_, str> {
        self.into()
    }
}

impl Plain for String {
    fn plain(&self) -> Cow<'_, str> {
        self.as_str().into()
    }
}

impl Plain for bool {
    fn plain(&self) -> Cow<'_, str> {
        if *self { "true" } else { "false" }.into()
    }
}

macro_rules! displayed {
    ($($type:ty)*) => {$(
        impl Plain for $type {
            fn plain(&self) -> Cow<'_, str> {
                self.to_string().into()
            }
        }
    )*};
}
displayed!(i8 i16 i32 i64 u8 u16 u32 u64 usize Number);

macro_rules! text {
    ($($type:ty)*) => {$(
        impl Plain for $type {
            fn plain(&self) -> Cow<'_, str> {
                self.as_str().into()
            }
        }
    )*};
}
text!(Date Decimal Timestamp);

impl Plain for Secret {
    fn plain(&self) -> Cow<'_, str> {
        self.expose().into()
    }
}

/// What is sent under one name: a value, one that may be left out, or a list of values.
pub(crate) trait Parameter {
    /// Its values, as they are written.
    fn values(&self) -> impl Iterator<Item = Cow<'_, str>>;
}

impl<T: Plain> Parameter for T {
    fn values(&self) -> impl Iterator<Item = Cow<'_, str>> {
        std::iter::once(self.plain())
    }
}

impl<T: Parameter> Parameter for Option<T> {
    fn values(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.iter().flat_map(Parameter::values)
    }
}

impl<T: Plain> Parameter for Vec<T> {
    fn values(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.iter().map(Plain::plain)
    }
}
