//! Numbers, kept exactly as they are written.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;

use super::digits;
use crate::wire::element::{self, Element, Reading};
use crate::wire::raw::is_number;

/// A JSON number, kept exactly as it is written and never converted to a float.
///
/// Tight documents whole numbers. In a response, other numbers and strings are kept, too.
///
/// ```
/// use tight_api::Number;
///
/// let amount = Number::from(15_000);
/// assert_eq!(amount, 15_000);
/// let amount: Number = "150.50".parse()?;
/// assert_eq!(amount.as_i64(), None);
/// assert_eq!(amount.to_string(), "150.50");
/// // Parse it as any type, such as that of a decimal crate:
/// assert_eq!(amount.parse(), Some(150.5_f64));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Numbers are equal if they are written alike: `15000` and `15000.0` are not. Compare with an integer, or [`as_i64`](Self::as_i64), to
/// ignore that.
#[derive(Clone)]
pub struct Number(Repr);

#[derive(Clone)]
enum Repr {
    /// An integer in the usual notation.
    Whole(i64),
    /// The JSON of any other number, or of a string.
    Json(Box<RawValue>),
}

impl Number {
    fn from_json(json: &str) -> Option<Self> {
        // A zero with a sign would lose it.
        if let Some(whole) = json.parse().ok().filter(|_| json != "-0") {
            return Some(Self(Repr::Whole(whole)));
        }
        let is_kept =
            json.starts_with(|first: char| first == '"' || first == '-' || first.is_ascii_digit());
        let json = is_kept.then(|| RawValue::from_string(json.to_owned()).ok())??;
        Some(Self(Repr::Json(json)))
    }

    /// Returns the integer value, however it is written: `15000`, `15000.0`, `1.5e4` and `"15000"` are the same. `None` if it is not an
    /// integer, or out of range.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Whole(whole) => Some(*whole),
            Repr::Json(_) => digits::whole(self.text().trim()),
        }
    }

    /// Parses the text of the number as a `T`; `None` if that fails.
    pub fn parse<T: FromStr>(&self) -> Option<T> {
        self.text().trim().parse().ok()
    }

    /// Returns the exact value, or `None` if it is not a number or has too many digits.
    ///
    /// ```
    /// use tight_api::Number;
    ///
    /// let amount: Number = "150.50".parse()?;
    /// assert_eq!(amount.to_decimal().unwrap().to_string(), "150.50");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[cfg(feature = "rust_decimal")]
    pub fn to_decimal(&self) -> Option<rust_decimal::Decimal> {
        digits::exact(&self.text())
    }

    /// The text, without the quotes of a string.
    fn text(&self) -> Cow<'_, str> {
        match &self.0 {
            Repr::Whole(whole) => whole.to_string().into(),
            Repr::Json(json) => match json.get().strip_prefix('"') {
                None => json.get().into(),
                Some(_) => serde_json::from_str::<String>(json.get())
                    .unwrap_or_default()
                    .into(),
            },
        }
    }
}

macro_rules! from_integers {
    ($($small:ty)*; $($large:ty)*) => {
        $(
            impl From<$small> for Number {
                fn from(whole: $small) -> Self {
                    Self(Repr::Whole(whole.into()))
                }
            }
        )*
        $(
            impl From<$large> for Number {
                fn from(whole: $large) -> Self {
                    let json = || serde_json::value::to_raw_value(&whole).unwrap_or_default();
                    Self(i64::try_from(whole).map_or_else(|_| Repr::Json(json()), Repr::Whole))
                }
            }
        )*
    };
}
from_integers!(i8 i16 i32 i64 u8 u16 u32; u64 usize);

#[cfg(feature = "rust_decimal")]
impl From<rust_decimal::Decimal> for Number {
    fn from(decimal: rust_decimal::Decimal) -> Self {
        let text = decimal.to_string();
        // A decimal is always written as JSON writes numbers.
        let json = || serde_json::value::to_raw_value(&text).unwrap_or_default();
        Self::from_json(&text).unwrap_or_else(|| Self(Repr::Json(json())))
    }
}

impl FromStr for Number {
    type Err = serde_json::Error;

    /// Parses a JSON number, such as `150.50`.
    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        let number = is_number(text).then(|| Self::from_json(text)).flatten();
        number.ok_or_else(|| de::Error::custom("not a JSON number"))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text())
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Whole(whole) => whole.fmt(f),
            Repr::Json(json) => f.write_str(json.get()),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Whole(one), Repr::Whole(other)) => one == other,
            (Repr::Json(one), Repr::Json(other)) => one.get() == other.get(),
            _ => false,
        }
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Repr::Whole(whole) => whole.hash(state),
            Repr::Json(json) => json.get().hash(state),
        }
    }
}

impl PartialEq<i64> for Number {
    fn eq(&self, other: &i64) -> bool {
        self.as_i64() == Some(*other)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Repr::Whole(whole) => whole.serialize(serializer),
            Repr::Json(json) => json.serialize(serializer),
        }
    }
}

impl Element for Number {
    const EXPECTED: &'static str = "a number";

    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reading<Self>, D::Error> {
        element::scalar(deserializer, |raw| {
            // A text that ends within a character is none.
            let is_broken = raw.json().starts_with('"') && raw.text().is_none();
            Self::from_json(raw.json()).filter(|_| !is_broken)
        })
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        element::strictly(deserializer)
    }
}
