//! Decimals that are sent as strings.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::digits;
use super::number::Number;
use super::scalar::scalar_text;

/// A decimal number that is sent as a string, such as `"12.50"`, and never rounded.
///
/// The text is kept exactly as it is written. In a response, JSON numbers and texts that are not numbers are kept, too;
/// [`is_number`](Self::is_number) tells them apart.
///
/// ```
/// use tight_api::Decimal;
///
/// let rate: Decimal = "12.50".parse()?;
/// assert_eq!(rate.as_str(), "12.50");
/// // Parse it as any type, such as that of a decimal crate:
/// assert_eq!(rate.parse(), Some(12.5_f64));
/// assert!("twelve".parse::<Decimal>().is_err());
/// assert!(!Decimal::from("twelve").is_number());
/// # Ok::<(), tight_api::NotANumber>(())
/// ```
///
/// Decimals are equal if their texts are: `12.50` and `12.5` are not. To compare amounts, convert them, for example with `to_decimal`
/// (feature `rust_decimal`).
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Decimal(String);

/// The error of a text that is not a number, and so not a [`Decimal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotANumber(());

impl fmt::Display for NotANumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a number, such as `-12.50`")
    }
}

impl std::error::Error for NotANumber {}

impl Decimal {
    /// Returns whether the text is a number: digits, with an optional sign and fraction.
    pub fn is_number(&self) -> bool {
        digits::is_decimal(&self.0)
    }

    /// Returns the exact value, or `None` if it is not a number or has too many digits.
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

    /// Parses the text as a `T`; `None` if that fails.
    pub fn parse<T: FromStr>(&self) -> Option<T> {
        self.0.trim().parse().ok()
    }
}

scalar_text!(Decimal);

impl FromStr for Decimal {
    type Err = NotANumber;

    /// Parses a number. `From<&str>` accepts any text.
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

/// Keeps the text of the number.
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
