//! Filter objects, as the API has them: one field for each operator, or for the fields of a reference.
//!
//! One generic conversion turns every condition into every filter with its operators. So a filter costs one trait implementation
//! for each operator, instead of one conversion for each pair of condition and filter.

/// Defines a filter: its operators, by their field names in Rust, each with the type that it compares with.
macro_rules! condition {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$field_meta:meta])* $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $name {
            $(
                #[doc = $crate::filter::documented!($field)]
                #[cfg_attr(
                    feature = "schemars",
                    schemars(description = $crate::filter::documented!(schema $field))
                )]
                #[serde(skip_serializing_if = "Option::is_none")]
                $(#[$field_meta])*
                pub $field: Option<$type>,
            )*
        }

        $crate::wire::arbitrary_object!($name { $($field),* });

        impl<C: $crate::filter::Condition<$name>> From<C> for $name {
            fn from(condition: C) -> Self {
                let mut filter = Self::default();
                condition.apply(&mut filter);
                filter
            }
        }

        $($crate::filter::operator!($name $field $type);)*
        $crate::filter::value_operator!(Equal set_equal $name [$($field $type,)*] [$($field $type,)*]);
        $crate::filter::value_operator!(NotEqual set_not_equal $name [$($field $type,)*] [$($field $type,)*]);
    };
}
pub(crate) use condition;

/// Defines a filter on a reference: by `id`, with `expand`, and by further fields.
macro_rules! reference {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$field_meta:meta])* $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[$field_meta])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $field: Option<$type>,
            )*
        }

        impl $name {
            /// Creates an empty filter.
            pub fn new() -> Self {
                Self::default()
            }

            $(
                $(#[$field_meta])*
                #[must_use]
                pub fn $field(mut self, $field: impl Into<$type>) -> Self {
                    self.$field = Some($field.into());
                    self
                }
            )*
        }

        $crate::wire::arbitrary_object!($name { $($field),* });

        impl<C: $crate::filter::Condition<$name>> From<C> for $name {
            fn from(condition: C) -> Self {
                let mut filter = Self::default();
                condition.apply(&mut filter);
                filter
            }
        }

        $($crate::filter::reference_field!($name $field $type);)*
    };
}
pub(crate) use reference;

macro_rules! reference_field {
    ($name:ident id $type:ty) => {
        impl $crate::filter::operators::Reference for $name {
            type Id = $type;

            fn id_mut(&mut self) -> &mut $type {
                self.id.get_or_insert_default()
            }
        }
    };
    ($name:ident expand $type:ty) => {
        impl $crate::filter::operators::Expandable for $name {
            fn set_expand(&mut self) {
                self.expand = Some(true);
            }
        }
    };
    ($name:ident $field:ident $type:ty) => {};
}
pub(crate) use reference_field;

/// Implements the trait of an operator, by its field. `equal` and `not_equal` are implemented by `value_operator`.
macro_rules! operator {
    ($name:ident equal $type:ty) => {};
    ($name:ident not_equal $type:ty) => {};
    ($name:ident less_than $type:ty) => {
        $crate::filter::operator!($name less_than $type: LessThan set_less_than);
    };
    ($name:ident less_than_equal $type:ty) => {
        $crate::filter::operator!($name less_than_equal $type: LessThanEqual set_less_than_equal);
    };
    ($name:ident greater_than $type:ty) => {
        $crate::filter::operator!($name greater_than $type: GreaterThan set_greater_than);
    };
    ($name:ident greater_than_equal $type:ty) => {
        $crate::filter::operator!($name greater_than_equal $type: GreaterThanEqual set_greater_than_equal);
    };
    ($name:ident contain $type:ty) => {
        $crate::filter::operator!($name contain $type: Contain set_contain);
    };
    ($name:ident in_ $type:ty) => {
        $crate::filter::operator!($name in_ $type => In set_in);
    };
    ($name:ident not_in $type:ty) => {
        $crate::filter::operator!($name not_in $type => NotIn set_not_in);
    };
    ($name:ident $field:ident $type:ty: $operator:ident $set:ident) => {
        impl $crate::filter::operators::$operator for $name {
            type Operand = $type;

            fn $set(&mut self, operand: $type) {
                self.$field = Some(operand);
            }
        }
    };
    // Operators on lists.
    ($name:ident $field:ident $type:ty => $operator:ident $set:ident) => {
        impl $crate::filter::operators::$operator for $name {
            type Operand = <$type as IntoIterator>::Item;

            fn $set(&mut self, operands: $type) {
                self.$field = Some(operands);
            }
        }
    };
}
pub(crate) use operator;

/// Implements (in)equality with one value: by `equal`, or else by a list of one value.
macro_rules! value_operator {
    (Equal $set:ident $name:ident [equal $type:ty, $($rest:tt)*] $all:tt) => {
        $crate::filter::operator!($name equal $type: Equal $set);
    };
    (NotEqual $set:ident $name:ident [not_equal $type:ty, $($rest:tt)*] $all:tt) => {
        $crate::filter::operator!($name not_equal $type: NotEqual $set);
    };
    ($operator:ident $set:ident $name:ident [$field:ident $type:ty, $($rest:tt)*] $all:tt) => {
        $crate::filter::value_operator!($operator $set $name [$($rest)*] $all);
    };
    ($operator:ident $set:ident $name:ident [] [$($all:tt)*]) => {
        $crate::filter::value_operator!($operator $set $name $($all)*);
    };
    (Equal $set:ident $name:ident in_ $type:ty, $($rest:tt)*) => {
        $crate::filter::value_operator!(@of_one Equal $set $name in_ $type);
    };
    (NotEqual $set:ident $name:ident not_in $type:ty, $($rest:tt)*) => {
        $crate::filter::value_operator!(@of_one NotEqual $set $name not_in $type);
    };
    ($operator:ident $set:ident $name:ident $field:ident $type:ty, $($rest:tt)*) => {
        $crate::filter::value_operator!($operator $set $name $($rest)*);
    };
    ($operator:ident $set:ident $name:ident) => {};
    (@of_one $operator:ident $set:ident $name:ident $field:ident $type:ty) => {
        impl $crate::filter::operators::$operator for $name {
            type Operand = <$type as IntoIterator>::Item;

            fn $set(&mut self, operand: Self::Operand) {
                self.$field = Some(vec![operand]);
            }
        }
    };
}
pub(crate) use value_operator;

/// The documentation of the field of an operator, in Rust and in JSON schemas.
macro_rules! documented {
    (schema equal) => {
        "Equal to this value."
    };
    (schema not_equal) => {
        "Not equal to this value."
    };
    (schema in_) => {
        "One of these values."
    };
    (schema not_in) => {
        "None of these values."
    };
    (schema contain) => {
        "Contains this text."
    };
    (schema less_than) => {
        "Less than this value."
    };
    (schema less_than_equal) => {
        "At most this value."
    };
    (schema greater_than) => {
        "Greater than this value."
    };
    (schema greater_than_equal) => {
        "At least this value."
    };
    (equal) => {
        "Equal to this value: a plain value, or [`equals`](crate::filter::equals)."
    };
    (not_equal) => {
        "Not equal to this value: [`is_not`](crate::filter::is_not)."
    };
    (in_) => {
        "One of these values: a list, or [`one_of`](crate::filter::one_of)."
    };
    (not_in) => {
        "None of these values: [`none_of`](crate::filter::none_of)."
    };
    (contain) => {
        "Contains this text: [`contains`](crate::filter::contains)."
    };
    (less_than) => {
        "Less than this value: `..b`, or [`less_than`](crate::filter::less_than)."
    };
    (less_than_equal) => {
        "At most this value: `..=b`, or [`at_most`](crate::filter::at_most)."
    };
    (greater_than) => {
        "Greater than this value: [`greater_than`](crate::filter::greater_than)."
    };
    (greater_than_equal) => {
        "At least this value: `a..`, or [`at_least`](crate::filter::at_least)."
    };
}
pub(crate) use documented;
