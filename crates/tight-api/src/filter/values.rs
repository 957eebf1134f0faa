//! Plain Rust values as conditions: a value, a list of values, a range.

use std::ops::{Range, RangeFrom, RangeInclusive, RangeTo, RangeToInclusive};

use super::Condition;
use super::operators::{Equal, GreaterThanEqual, In, LessThan, LessThanEqual};
use crate::wire::{Date, Decimal, Number, Timestamp};

/// Makes a type a condition that matches its value.
macro_rules! value {
    ($($value:ty),*) => {$(
        impl<F> $crate::filter::Condition<F> for $value
        where
            F: $crate::filter::operators::Equal,
            F::Operand: From<$value>,
        {
            fn apply(self, filter: &mut F) {
                filter.set_equal(self.into());
            }
        }
    )*};
}
pub(crate) use value;

value!(String, Date, Timestamp, Number, Decimal, bool);
value!(i8, i16, i32, i64, u8, u16, u32, u64, usize);

impl<'a, F: Equal<Operand: From<&'a str>>> Condition<F> for &'a str {
    fn apply(self, filter: &mut F) {
        filter.set_equal(self.into());
    }
}

impl<'a, F: Equal<Operand: From<&'a str>>> Condition<F> for &'a String {
    fn apply(self, filter: &mut F) {
        self.as_str().apply(filter);
    }
}

fn one_of<F: In, X: Into<F::Operand>>(values: impl IntoIterator<Item = X>, filter: &mut F) {
    filter.set_in(values.into_iter().map(Into::into).collect());
}

impl<F: In, X: Into<F::Operand>, const N: usize> Condition<F> for [X; N] {
    fn apply(self, filter: &mut F) {
        one_of(self, filter);
    }
}

impl<F: In, X: Into<F::Operand>> Condition<F> for Vec<X> {
    fn apply(self, filter: &mut F) {
        one_of(self, filter);
    }
}

impl<F: In, X: Into<F::Operand> + Clone> Condition<F> for &[X] {
    fn apply(self, filter: &mut F) {
        one_of(self.iter().cloned(), filter);
    }
}

impl<F: In, X: Into<F::Operand> + Clone> Condition<F> for &Vec<X> {
    fn apply(self, filter: &mut F) {
        self.as_slice().apply(filter);
    }
}

impl<F: In, X: Into<F::Operand> + Clone, const N: usize> Condition<F> for &[X; N] {
    fn apply(self, filter: &mut F) {
        self.as_slice().apply(filter);
    }
}

impl<F, X> Condition<F> for Range<X>
where
    F: GreaterThanEqual + LessThan,
    X: Into<<F as GreaterThanEqual>::Operand> + Into<<F as LessThan>::Operand>,
{
    fn apply(self, filter: &mut F) {
        filter.set_greater_than_equal(self.start.into());
        filter.set_less_than(self.end.into());
    }
}

impl<F, X> Condition<F> for RangeInclusive<X>
where
    F: GreaterThanEqual + LessThanEqual,
    X: Into<<F as GreaterThanEqual>::Operand> + Into<<F as LessThanEqual>::Operand>,
{
    fn apply(self, filter: &mut F) {
        let (start, end) = self.into_inner();
        filter.set_greater_than_equal(start.into());
        filter.set_less_than_equal(end.into());
    }
}

impl<F: GreaterThanEqual, X: Into<F::Operand>> Condition<F> for RangeFrom<X> {
    fn apply(self, filter: &mut F) {
        filter.set_greater_than_equal(self.start.into());
    }
}

impl<F: LessThan, X: Into<F::Operand>> Condition<F> for RangeTo<X> {
    fn apply(self, filter: &mut F) {
        filter.set_less_than(self.end.into());
    }
}

impl<F: LessThanEqual, X: Into<F::Operand>> Condition<F> for RangeToInclusive<X> {
    fn apply(self, filter: &mut F) {
        filter.set_less_than_equal(self.end.into());
    }
}
