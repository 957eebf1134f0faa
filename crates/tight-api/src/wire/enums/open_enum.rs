//! Open enums, of strings and of integers, which keep undocumented values.

use std::fmt;

/// An undocumented value of an enum, kept as it was received.
///
/// Only enums create it, and only for values that they do not know: equal values are always the same variant. For enums without an
/// `Unknown` variant, it is the error of a conversion.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    pub(crate) fn new(value: &str) -> Self {
        Self(value.into())
    }

    /// Returns the value as it was received.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a documented value", self.0)
    }
}

/// The error of converting into an enum without an `Unknown` variant.
impl std::error::Error for UnknownValue {}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Defines an enum with known values and a variant for others. It is sent as a string or, with `: i64`, as a number.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident: i64 {
            $($(#[$variant_meta:meta])* $variant:ident = $value:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// An undocumented value.
            Unknown($crate::Number),
        }

        impl $name {
            /// Returns the value as it is sent.
            $vis fn number(&self) -> $crate::Number {
                match self {
                    $(Self::$variant => $crate::Number::from($value),)*
                    Self::Unknown(value) => value.clone(),
                }
            }
        }

        impl From<i64> for $name {
            fn from(value: i64) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    _ => Self::Unknown(value.into()),
                }
            }
        }

        impl From<$crate::Number> for $name {
            fn from(value: $crate::Number) -> Self {
                match value.as_i64() {
                    $(Some($value) => Self::$variant,)*
                    _ => Self::Unknown(value),
                }
            }
        }

        $crate::filter::value!($name);
        $crate::wire::arbitrary_enum!($name [$($variant)*] else $crate::Number);

        #[cfg(feature = "client")]
        impl $crate::wire::Plain for $name {
            fn plain(&self) -> std::borrow::Cow<'_, str> {
                self.number().to_string().into()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.number().fmt(f)
            }
        }

        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "integer",
                    "enum": [$($value),*],
                    "x-open-enum": true,
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.number().serialize(serializer)
            }
        }

        impl $crate::wire::Element for $name {
            const EXPECTED: &'static str = "a number";

            fn read<'de, D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<$crate::wire::Reading<Self>, D::Error> {
                let number = <$crate::Number as $crate::wire::Element>::read(deserializer)?;
                Ok(number.map(Self::from))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::strictly(deserializer)
            }
        }
    };
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $value:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// An undocumented value.
            Unknown($crate::UnknownValue),
        }

        impl $name {
            /// Returns the value as it is sent.
            $vis fn as_str(&self) -> &str {
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
        $crate::wire::arbitrary_enum!($name [$($variant)*] else String);

        #[cfg(feature = "client")]
        impl $crate::wire::Plain for $name {
            fn plain(&self) -> std::borrow::Cow<'_, str> {
                self.as_str().into()
            }
        }

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

    open_enum! {
        /// How many days.
        pub enum Terms: i64 {
            /// `30`
            Thirty = 30,
            /// `-1`
            Never = -1,
        }
    }

    #[test]
    fn a_number_is_known_however_it_is_written_and_unknown_as_it_came() {
        let read: Vec<Terms> = serde_json::from_str(r#"[30,-1,30.0,"30",45,4.50,"net"]"#).unwrap();
        assert_eq!(
            read[..4],
            [Terms::Thirty, Terms::Never, Terms::Thirty, Terms::Thirty]
        );
        assert_eq!(read[4], Terms::Unknown(45.into()));
        assert_eq!(
            serde_json::to_string(&read).unwrap(),
            r#"[30,-1,30,30,45,4.50,"net"]"#
        );
        assert_eq!(
            (Terms::from(30), Terms::from(-1)),
            (Terms::Thirty, Terms::Never)
        );
        assert_eq!(Terms::Thirty.to_string(), "30");
        assert!(serde_json::from_str::<Terms>("[30]").is_err());
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
