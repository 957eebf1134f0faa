//! Decimals that travel as texts.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::digits;
use super::number::Number;
use super::scalar::scalar_text;

/// A decimal number that travels as a text, such as `"12.50"`, so that nothing of it is rounded on the way.
///
/// It is kept exactly as it is written: a number in its place is kept as its digits, and whatever text stands there comes through
/// unchanged. [`is_number`](Self::is_number) says whether it is a number after all.
///
/// ```
/// use tight_api::Decimal;
///
/// let rate: Decimal = "12.50".parse()?;
/// assert_eq!(rate.as_str(), "12.50");
/// // Any type that is read from a text, such as that of a decimal crate:
/// assert_eq!(rate.parse(), Some(12.5_f64));
/// assert!("twelve".parse::<Decimal>().is_err());
/// assert!(!Decimal::from("twelve").is_number());
/// # Ok::<(), tight_api::NotANumber>(())
/// ```
///
/// Two are equal if they are written alike: `12.50` and `12.5` are not. To compare amounts, convert them: with the feature
/// `rust_decimal`, with `to_decimal`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Decimal(String);

/// The error of a text that was to be a [`Decimal`], and is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotANumber(());

impl fmt::Display for NotANumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a number, such as `-12.50`")
    }
}

impl std::error::Error for NotANumber {}

impl Decimal {
    /// Returns whether it is a number: digits, with a sign and a fraction if there are any.
    pub fn is_number(&self) -> bool {
        digits::is_decimal(&self.0)
    }

    /// Returns the value as a decimal, exactly. `None` if it is no number, or has more digits than a decimal holds.
    ///
    /// ```
    /// use tight_api::Decimal;
    ///
    /// let rate = Decimal::from("12.50");
    /// assert_eq!(rate.to_decimal().unwrap(), "12.5".parse().unwrap());
    /// ```
    #[cfg(feature = "rust_decimal")]
    pub fn to_decimal(&self) -> Option<rust_decimal::Decimal> {
        digits::exact(&self.0)
    }

    /// Returns the value as a `T`, read from the text. `None` if a `T` cannot be read from it.
    pub fn parse<T: FromStr>(&self) -> Option<T> {
        self.0.trim().parse().ok()
    }
}

scalar_text!(Decimal);

impl FromStr for Decimal {
    type Err = NotANumber;

    /// Makes a decimal of a text that is a number.
    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let number = digits::is_decimal(text).then(|| Self(text.to_owned()));
        number.ok_or(NotANumber(()))
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Decimal {
            fn from(whole: $integer) -> Self {
                Self(whole.to_string())
            }
        }
    )*};
}
from_integers!(i8 i16 i32 i64 u8 u16 u32 u64 usize);

/// As the number is written.
impl From<Number> for Decimal {
    fn from(number: Number) -> Self {
        Self(number.to_string())
    }
}

#[cfg(feature = "rust_decimal")]
impl From<rust_decimal::Decimal> for Decimal {
    fn from(decimal: rust_decimal::Decimal) -> Self {
        Self(decimal.to_string())
    }
}
