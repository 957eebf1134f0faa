//! Models from random bytes, for property tests and fuzzers: the feature `arbitrary`.
//!
//! Includes what Tight can send: invalid dates, unknown enum values, undocumented fields. All values survive a round trip through JSON.

#[cfg(feature = "arbitrary")]
pub(crate) use generators::{Generate, object};

/// Implements `arbitrary::Arbitrary` for a struct, field by field.
macro_rules! arbitrary_object {
    ($object:ident { $($field:ident),* $(,)? }) => {
        #[cfg(feature = "arbitrary")]
        #[allow(deprecated, reason = "deprecated fields are generated, too")]
        impl $crate::wire::arbitrary::Generate for $object {
            fn generate(bytes: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
                $crate::wire::arbitrary::object(bytes, |_bytes| {
                    Ok(Self {
                        $($field: $crate::wire::arbitrary::Generate::generate(_bytes)?,)*
                    })
                })
            }
        }

        $crate::wire::arbitrary_object!(impl_for $object);
    };
    ($(impl_for $type:ident)*) => {
        $(
            #[cfg(feature = "arbitrary")]
            impl<'a> arbitrary::Arbitrary<'a> for $type {
                fn arbitrary(bytes: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
                    $crate::wire::arbitrary::Generate::generate(bytes)
                }
            }
        )*
    };
}
pub(crate) use arbitrary_object;

/// Implements `arbitrary::Arbitrary` for an enum: one of the values that it knows, or, of an open one, another that `$unknown`
/// makes up.
macro_rules! arbitrary_enum {
    ($name:ident [$($variant:ident)*] $(else $unknown:ty)?) => {
        #[cfg(feature = "arbitrary")]
        impl $crate::wire::arbitrary::Generate for $name {
            fn generate(bytes: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<Self> {
                $(
                    if bytes.ratio(1_u8, 4_u8)? {
                        return Ok(Self::from(<$unknown as $crate::wire::arbitrary::Generate>::generate(bytes)?));
                    }
                )?
                bytes.choose(&[$(Self::$variant),*]).cloned()
            }
        }

        $crate::wire::arbitrary_object!(impl_for $name);
    };
}
pub(crate) use arbitrary_enum;

#[cfg(feature = "arbitrary")]
mod generators {
    use std::cell::Cell;
    use std::collections::BTreeMap;

    use arbitrary::{Result, Unstructured};

    use crate::wire::{
        Date, Decimal, JsonObject, JsonValue, Number, Secret, Timestamp, UnknownFields,
    };

    /// How many objects stand in each other at most.
    const DEEPEST: usize = 6;
    /// How long lists, maps and texts are at most. What is short leaves bytes for the other fields.
    const MOST: usize = 3;
    const LONGEST: usize = 12;

    thread_local! {
        static DEPTH: Cell<usize> = const { Cell::new(0) };
    }

    /// What can be made up. A trait of its own, since texts are to be short, and JSON is not ours.
    pub(crate) trait Generate: Sized {
        fn generate(bytes: &mut Unstructured<'_>) -> Result<Self>;
    }

    /// Makes up an object, in which others stand no deeper than they should.
    pub(crate) fn object<T>(
        bytes: &mut Unstructured<'_>,
        make: impl FnOnce(&mut Unstructured<'_>) -> Result<T>,
    ) -> Result<T> {
        DEPTH.with(|depth| {
            depth.set(depth.get() + 1);
            let made = make(bytes);
            depth.set(depth.get() - 1);
            made
        })
    }

    fn is_deep() -> bool {
        DEPTH.with(|depth| depth.get() >= DEEPEST)
    }

    impl<T: Generate> Generate for Option<T> {
        fn generate(bytes: &mut Unstructured<'_>) -> Result<Self> {
            let is_there = !is_deep() && bytes.arbitrary()?;
            is_there.then(|| T::generate(bytes)).transpose()
        }
    }

    impl<T: Generate> Generate for Box<T> {
        fn generate(bytes: &mut Unstructured<'_>) -> Result<Self> {
            T::generate(bytes).map(Self::new)
        }
    }

    fn several<T: Generate, C: FromIterator<T>>(bytes: &mut Unstructured<'_>) -> Result<C> {
        let count = if is_deep() {
            0
        } else {
            bytes.int_in_range(0..=MOST)?
        };
        (0..count).map(|_| T::generate(bytes)).collect()
    }

    impl<T: Generate> Generate for Vec<T> {
        fn generate(bytes: &mut Unstructured<'_>) -> Result<Self> {
            several(bytes)
        }
    }

    impl<T: Generate> Generate for BTreeMap<String, T> {
        fn generate(bytes: &mut Unstructured<'_>) -> Result<Self> {
            several(bytes)
        }
    }

    impl<T: Generate, U: Generate> Generate for (T, U) {
        fn generate(bytes: &mut Unstructured<'_>) -> Result<Self> {
            Ok((T::generate(bytes)?, U::generate(bytes)?))
        }
    }

    impl Generate for bool {
        fn generate(bytes: &mut Unstructured<'_>) -> Result<Self> {
            bytes.arbitrary()
        }
    }

    impl Generate for i64 {
        fn generate(bytes: &mut Unstructured<'_>) -> Result<Self> {
            bytes.arbitrary()
        }
    }

    impl Generate for String {
        fn generate(bytes: &mut Unstructured<'_>) -> Result<Self> {
            let length = bytes.int_in_range(0..=LONGEST)?;
            let plain = bytes.arbitrary()?;
            let chars = (0..length).map(|_| match plain {
                true => Ok(char::from(bytes.int_in_range(b' '..=b'~')?)),
                false => bytes.arbitrary(),
            });
            chars.collect()
        }
    }

    impl Generate for Number {
        fn generate(bytes: &mut Unstructured<'_>) -> Result<Self> {
            let odd = ["150.50", "-0", "1.5e4", "9223372036854775808"];
            if bytes.ratio(3_u8, 4_u8)? {
                return i64::generate(bytes).map(Self::from);
            }
            let odd = bytes.choose(&odd)?;
            odd.parse().map_err(|_| arbitrary::Error::IncorrectFormat)
        }
    }

    impl Generate for Decimal {
        fn generate(bytes: &mut Unstructured<'_>) -> Result<Self> {
            if bytes.ratio(1_u8, 8_u8)? {
                return String::generate(bytes).map(Self::from);
            }
            let (whole, cents): (i32, _) = (bytes.arbitrary()?, bytes.int_in_range(0..=99_u8)?);
            Ok(Self::from(format!("{whole}.{cents:02}")))
        }
    }

    impl Generate for Date {
        fn generate(bytes: &mut Unstructured<'_>) -> Result<Self> {
            if bytes.ratio(1_u8, 8_u8)? {
                return String::generate(bytes).map(Self::from);
            }
            let (year, month) = (
                bytes.int_in_range(1990..=2050)?,
                bytes.int_in_range(1..=12)?,
            );
            Ok(Self::new(year, month, bytes.int_in_range(1..=28)?))
        }
    }

    impl Generate for Timestamp {
        fn generate(bytes: &mut Unstructured<'_>) -> Result<Self> {
            if bytes.ratio(1_u8, 8_u8)? {
                return String::generate(bytes).map(Self::from);
            }
            let date = format!(
                "{}-{:02}",
                bytes.int_in_range(1990..=2050)?,
                bytes.int_in_range(1..=12)?
            );
            let (day, hour) = (bytes.int_in_range(1..=28)?, bytes.int_in_range(0..=23)?);
            let (minute, second) = (bytes.int_in_range(0..=59)?, bytes.int_in_range(0..=59)?);
            let fraction = bytes.choose(&["", ".250", ".000"])?;
            let time = format!("{hour:02}:{minute:02}:{second:02}{fraction}Z");
            Ok(Self::from(format!("{date}-{day:02}T{time}")))
        }
    }

    impl Generate for Secret {
        fn generate(bytes: &mut Unstructured<'_>) -> Result<Self> {
            String::generate(bytes).map(Self::from)
        }
    }

    /// Without fractions, which a float may round.
    impl Generate for JsonValue {
        fn generate(bytes: &mut Unstructured<'_>) -> Result<Self> {
            Ok(match bytes.int_in_range(0..=3)? {
                0 => Self::Null,
                1 => bool::generate(bytes)?.into(),
                2 => i64::generate(bytes)?.into(),
                _ => String::generate(bytes)?.into(),
            })
        }
    }

    impl Generate for JsonObject {
        fn generate(bytes: &mut Unstructured<'_>) -> Result<Self> {
            several(bytes)
        }
    }

    /// Under names that no documented field has.
    impl Generate for UnknownFields {
        fn generate(bytes: &mut Unstructured<'_>) -> Result<Self> {
            let fields: Vec<(String, JsonValue)> = match bytes.ratio(1_u8, 4_u8)? {
                true => several(bytes)?,
                false => Vec::new(),
            };
            let fields = fields
                .into_iter()
                .map(|(name, value)| (format!("? {name}"), value));
            Ok(fields.collect())
        }
    }

    crate::wire::arbitrary_object!(impl_for Number impl_for Decimal impl_for Date impl_for Timestamp impl_for Secret impl_for UnknownFields);
}
