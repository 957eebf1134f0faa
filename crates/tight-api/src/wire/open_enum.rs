//! String enums that outlive the documentation they were taken from.

use std::fmt;

/// A value that is not among the documented ones, kept as it was received.
///
/// An enum makes one only for a value that it does not know, so two equal values are always the same variant.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    pub(crate) fn new(value: &str) -> Self {
        Self(value.into())
    }

    /// The value as it was received.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Defines a string enum with known values and room for unknown ones. It travels as its string, and an unknown string
/// comes through unchanged.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $value:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A value that the documentation does not list.
            Unknown($crate::UnknownValue),
        }

        impl $name {
            /// The value as it travels.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => value.as_str(),
                }
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    _ => Self::Unknown($crate::UnknownValue::new(value)),
                }
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self::from(value.as_str())
            }
        }

        $crate::filter::value!($name);

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            // `Self::Err` could be a variant.
            fn from_str(value: &str) -> Result<Self, std::convert::Infallible> {
                Ok(Self::from(value))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string",
                    "enum": [$($value),*],
                    "x-open-enum": true,
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl $crate::wire::Element for $name {
            const EXPECTED: &'static str = "a string";

            #[inline]
            fn read<'de, D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<$crate::wire::Reading<Self>, D::Error> {
                $crate::wire::text(deserializer, |text| Self::from(&*text))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::strictly(deserializer)
            }
        }
    };
}
pub(crate) use open_enum;

#[cfg(test)]
#[allow(unreachable_pub)]
mod tests {
    open_enum! {
        /// A colour.
        pub enum Colour {
            /// `red`
            Red = "red",
        }
    }

    #[test]
    fn an_unknown_value_comes_through_byte_for_byte() {
        let read: Vec<Colour> = serde_json::from_str(r#"["red", "gr\u00fcn", ""]"#).unwrap();
        assert_eq!(read[0], Colour::Red);
        assert_eq!(read[1].as_str(), "grün");
        assert_eq!(
            serde_json::to_string(&read).unwrap(),
            r#"["red","grün",""]"#
        );
    }

    #[test]
    fn a_known_value_is_never_the_unknown_variant() {
        assert_eq!(Colour::from("red"), Colour::Red);
        assert_eq!("red".parse::<Colour>().unwrap(), Colour::Red);
        assert_ne!(Colour::from("Red"), Colour::Red);
    }
}
