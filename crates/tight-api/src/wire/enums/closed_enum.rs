//! Enums that are said to be complete, so that they have no variant for other values. An answer that has one all the same is read
//! as one whose value fits no field: it is kept beside the fields.

#![allow(unused_macros, reason = "depends on the document")]

/// Defines an enum with known values only. It is sent as a string or, with `: i64`, as a number.
macro_rules! closed_enum {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident: i64 {
            $($(#[$variant_meta:meta])* $variant:ident = $value:literal,)*
        }
    ) => {
        $crate::wire::closed_enum!(@both $(#[$meta])* $vis $name [$($(#[$variant_meta])* $variant,)*]);

        impl $name {
            /// Returns the value as it is sent.
            $vis fn number(self) -> i64 {
                match self {
                    $(Self::$variant => $value,)*
                }
            }
        }

        impl TryFrom<i64> for $name {
            type Error = $crate::UnknownValue;

            // `Self::Error` could be a variant.
            fn try_from(value: i64) -> Result<Self, $crate::UnknownValue> {
                match value {
                    $($value => Ok(Self::$variant),)*
                    _ => Err($crate::UnknownValue::new(&value.to_string())),
                }
            }
        }

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
                schemars::json_schema!({ "type": "integer", "enum": [$($value),*] })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.number())
            }
        }

        impl $crate::wire::Element for $name {
            const EXPECTED: &'static str = "one of the documented numbers";

            fn read<'de, D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<$crate::wire::Reading<Self>, D::Error> {
                $crate::wire::one_of(deserializer, |number: $crate::Number| {
                    Self::try_from(number.as_i64()?).ok()
                })
            }
        }
    };
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $value:literal,)*
        }
    ) => {
        $crate::wire::closed_enum!(@both $(#[$meta])* $vis $name [$($(#[$variant_meta])* $variant,)*]);

        impl $name {
            /// Returns the value as it is sent.
            $vis fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $value,)*
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownValue;

            // `Self::Err` could be a variant.
            fn from_str(value: &str) -> Result<Self, $crate::UnknownValue> {
                match value {
                    $($value => Ok(Self::$variant),)*
                    _ => Err($crate::UnknownValue::new(value)),
                }
            }
        }

        #[cfg(feature = "client")]
        impl $crate::wire::Plain for $name {
            fn plain(&self) -> std::borrow::Cow<'_, str> {
                self.as_str().into()
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
                schemars::json_schema!({ "type": "string", "enum": [$($value),*] })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl $crate::wire::Element for $name {
            const EXPECTED: &'static str = "one of the documented texts";

            fn read<'de, D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<$crate::wire::Reading<Self>, D::Error> {
                $crate::wire::one_of(deserializer, |text: String| text.parse().ok())
            }
        }
    };
    (@both $(#[$meta:meta])* $vis:vis $name:ident [$($(#[$variant_meta:meta])* $variant:ident,)*]) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $vis enum $name {
            $($(#[$variant_meta])* $variant,)*
        }

        $crate::filter::value!($name);
        $crate::wire::arbitrary_enum!($name [$($variant)*]);

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::strictly(deserializer)
            }
        }
    };
}
#[allow(unused_imports, reason = "depends on the document")]
pub(crate) use closed_enum;

#[cfg(test)]
#[allow(unreachable_pub)]
mod tests {
    use crate::UnknownFields;

    closed_enum! {
        /// A colour.
        pub enum Colour {
            /// `red`
            Red = "red",
        }
    }

    closed_enum! {
        /// How many days.
        pub enum Terms: i64 {
            /// `30`
            Thirty = 30,
        }
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Painting {
        colour: Option<Colour>,
        colours: Vec<Colour>,
        terms: Option<Terms>,
        unknown_fields: UnknownFields,
    }

    crate::wire::received!(Painting {
        "colour" => colour,
        "colours" => colours,
        "terms" => terms,
    });

    #[test]
    fn a_value_that_is_not_listed_is_kept_and_costs_nothing_else() {
        let json = r#"{"colour":"blue","colours":["red","blue"],"terms":31}"#;
        let read: Painting = serde_json::from_str(json).unwrap();
        assert_eq!((read.colour, read.terms), (None, None));
        assert_eq!(read.colours, [Colour::Red]);
        let written: serde_json::Value = serde_json::to_value(&read).unwrap();
        assert_eq!(
            written,
            serde_json::from_str::<serde_json::Value>(json).unwrap()
        );
    }

    #[test]
    fn a_listed_value_is_read_however_it_is_written() {
        let json = r#"{"colour":"\u0072ed","terms":30.0}"#;
        let read: Painting = serde_json::from_str(json).unwrap();
        assert_eq!(
            (read.colour, read.terms),
            (Some(Colour::Red), Some(Terms::Thirty))
        );
    }

    #[test]
    fn what_is_no_value_makes_none() {
        assert_eq!("red".parse(), Ok(Colour::Red));
        assert_eq!(
            "blue".parse::<Colour>().unwrap_err().to_string(),
            "`blue` is not a documented value"
        );
        assert!(Terms::try_from(31).is_err());
        assert!(serde_json::from_str::<Colour>(r#""blue""#).is_err());
    }
}
