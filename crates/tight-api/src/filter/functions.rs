//! Conditions in words.

use super::{Condition, operators};

macro_rules! and {
    ($name:ident $(<$x:ident>)?) => {
        impl $(<$x>)? $name $(<$x>)? {
            /// Asks for this, and for that as well. Where both say the same kind of thing, the later one counts.
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

        #[doc = concat!("What [`", stringify!($function), "`] returns.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[must_use = "a condition does nothing until it is given to a query"]
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
    /// Asks for this value. The plain value says the same.
    equals, Equals: Equal, set_equal;
    /// Asks for any other value than this.
    is_not, IsNot: NotEqual, set_not_equal;
    /// Asks for what is less than this; of dates, for what is before it. `..value` says the same.
    less_than, LessThan: LessThan, set_less_than;
    /// Asks for this and what is less; of dates, for this one and what is before it. `..=value` says the same.
    at_most, AtMost: LessThanEqual, set_less_than_equal;
    /// Asks for what is greater than this; of dates, for what is after it.
    greater_than, GreaterThan: GreaterThan, set_greater_than;
    /// Asks for this and what is greater; of dates, for this one and what is after it. `value..` says the same.
    at_least, AtLeast: GreaterThanEqual, set_greater_than_equal;
    /// Asks for texts with this in it.
    contains, Contains: Contain, set_contain;
}

macro_rules! list_conditions {
    ($($(#[$meta:meta])* $function:ident, $name:ident: $operator:ident, $set:ident;)*) => {$(
        $(#[$meta])*
        pub fn $function<X>(values: impl IntoIterator<Item = X>) -> $name<X> {
            $name(values.into_iter().collect())
        }

        #[doc = concat!("What [`", stringify!($function), "`] returns.")]
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[must_use = "a condition does nothing until it is given to a query"]
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
    /// Asks for one of these values. A list says the same. One of none is sent as such: nothing is one of them.
    one_of, OneOf: In, set_in;
    /// Asks for none of these values.
    none_of, NoneOf: NotIn, set_not_in;
}

/// Asks for the whole of what the field refers to, and not for its id alone. It leaves nothing out of the answer.
///
/// Of a query with a field `customer`, that is `customer(expand())`, and for some customers alone
/// `customer(expand().and(one_of(["cus_1", "cus_2"])))`.
pub fn expand() -> Expand {
    Expand(())
}

/// What [`expand`] returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a condition does nothing until it is given to a query"]
pub struct Expand(());

and!(Expand);

impl<F: operators::Expandable> Condition<F> for Expand {
    fn apply(self, filter: &mut F) {
        filter.set_expand();
    }
}

/// What `and` returns: both conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a condition does nothing until it is given to a query"]
pub struct And<A, B>(A, B);

impl<A, B> And<A, B> {
    /// Asks for this, and for that as well. Where both say the same kind of thing, the later one counts.
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
