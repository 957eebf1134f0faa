//! Functions that create conditions.

use super::{Condition, operators};

macro_rules! and {
    ($name:ident $(<$x:ident>)?) => {
        impl $(<$x>)? $name $(<$x>)? {
            /// Combines two conditions: both must match. If both use the same operator, the later one counts.
            pub fn and<C>(self, that: C) -> And<Self, C> {
                And(self, that)
            }
        }
    };
}

macro_rules! value_conditions {
    ($($(#[$meta:meta])* $function:ident, $name:ident: $operator:ident, $set:ident;)*) => {$(
        $(#[$meta])*
        pub fn $function<X>(value: X) -> $name<X> {
            $name(value)
        }

        #[doc = concat!("The condition that [`", stringify!($function), "`] returns.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[must_use = "a condition does nothing until it is passed to a query"]
        pub struct $name<X>(X);

        and!($name<X>);

        impl<F: operators::$operator, X: Into<F::Operand>> Condition<F> for $name<X> {
            fn apply(self, filter: &mut F) {
                filter.$set(self.0.into());
            }
        }
    )*};
}

value_conditions! {
    /// Matches this value. A plain value has the same meaning.
    equals, Equals: Equal, set_equal;
    /// Matches all other values.
    is_not, IsNot: NotEqual, set_not_equal;
    /// Matches lower values, or earlier dates. Same as `..value`.
    less_than, LessThan: LessThan, set_less_than;
    /// Matches this value and lower values, or earlier dates. Same as `..=value`.
    at_most, AtMost: LessThanEqual, set_less_than_equal;
    /// Matches greater values, or later dates.
    greater_than, GreaterThan: GreaterThan, set_greater_than;
    /// Matches this value and greater values, or later dates. Same as `value..`.
    at_least, AtLeast: GreaterThanEqual, set_greater_than_equal;
    /// Matches texts that contain this.
    contains, Contains: Contain, set_contain;
}

macro_rules! list_conditions {
    ($($(#[$meta:meta])* $function:ident, $name:ident: $operator:ident, $set:ident;)*) => {$(
        $(#[$meta])*
        pub fn $function<X>(values: impl IntoIterator<Item = X>) -> $name<X> {
            $name(values.into_iter().collect())
        }

        #[doc = concat!("The condition that [`", stringify!($function), "`] returns.")]
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[must_use = "a condition does nothing until it is passed to a query"]
        pub struct $name<X>(Vec<X>);

        and!($name<X>);

        impl<F: operators::$operator, X: Into<F::Operand>> Condition<F> for $name<X> {
            fn apply(self, filter: &mut F) {
                filter.$set(self.0.into_iter().map(Into::into).collect());
            }
        }
    )*};
}

list_conditions! {
    /// Matches any of these values. A list has the same meaning. An empty list matches nothing.
    one_of, OneOf: In, set_in;
    /// Matches values that are not in this list.
    none_of, NoneOf: NotIn, set_not_in;
}

/// Returns the whole referenced entity instead of its id. Does not filter the results.
///
/// For a field `customer`, write `customer(expand())`; combined with a filter,
/// `customer(expand().and(one_of(["cus_1", "cus_2"])))`.
pub fn expand() -> Expand {
    Expand(())
}

/// The condition that [`expand`] returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a condition does nothing until it is passed to a query"]
pub struct Expand(());

and!(Expand);

impl<F: operators::Expandable> Condition<F> for Expand {
    fn apply(self, filter: &mut F) {
        filter.set_expand();
    }
}

/// Two conditions combined with `and`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a condition does nothing until it is passed to a query"]
pub struct And<A, B>(A, B);

impl<A, B> And<A, B> {
    /// Combines two conditions: both must match. If both use the same operator, the later one counts.
    pub fn and<C>(self, that: C) -> And<Self, C> {
        And(self, that)
    }
}

impl<F, A: Condition<F>, B: Condition<F>> Condition<F> for And<A, B> {
    fn apply(self, filter: &mut F) {
        self.0.apply(filter);
        self.1.apply(filter);
    }
}
