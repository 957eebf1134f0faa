//! Strings with a documented format that responses may not follow.

use serde::Deserializer;

use crate::wire::element::{self, Reading};

/// Decodes a string, or the text of a number.
pub(super) fn read<'de, D, T>(deserializer: D) -> Result<Reading<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<String>,
{
    element::scalar(deserializer, |raw| {
        if let Some(text) = raw.text() {
            return Some(text.into_owned().into());
        }
        let json = raw.json();
        let is_number = json.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        is_number.then(|| json.to_owned().into())
    })
}

/// Implements the common traits of such a type.
macro_rules! scalar_text {
    ($name:ident) => {
        impl $name {
            /// Returns the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl $crate::wire::Element for $name {
            const EXPECTED: &'static str = "a string";

            fn read<'de, D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<$crate::wire::Reading<Self>, D::Error> {
                $crate::wire::values::scalar::read(deserializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::strictly(deserializer)
            }
        }
    };
}
pub(super) use scalar_text;
