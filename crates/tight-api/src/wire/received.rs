//! Objects in responses: fields are decoded one by one, and undocumented fields are kept.

use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::Serialize;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::depth::Level;
use super::element::{Field, Reading, mismatch, scalar};
use super::raw::{Raw, RawSeed, visit_scalars};
use super::unknown_fields::{UnknownFields, UnknownFieldsBuilder};

/// An object in a response.
pub(crate) trait Received: Default {
    /// One of its documented fields.
    type Name;

    fn name(text: &str) -> Option<Self::Name>;

    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        name: Self::Name,
        reader: &mut FieldReader<'_, A>,
    ) -> Result<(), A::Error>;

    fn is_absent(&self, name: Self::Name) -> bool;

    fn unknown_fields(&self) -> &UnknownFields;

    fn unknown_fields_mut(&mut self) -> &mut UnknownFields;
}

/// An object without documented fields.
impl Received for UnknownFields {
    type Name = Infallible;

    #[inline]
    fn name(_: &str) -> Option<Infallible> {
        None
    }

    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        name: Infallible,
        _: &mut FieldReader<'_, A>,
    ) -> Result<(), A::Error> {
        match name {}
    }

    fn is_absent(&self, name: Infallible) -> bool {
        match name {}
    }

    fn unknown_fields(&self) -> &UnknownFields {
        self
    }

    fn unknown_fields_mut(&mut self) -> &mut UnknownFields {
        self
    }
}

/// Parses a JSON object, and keeps its numbers as they are written.
impl FromStr for UnknownFields {
    type Err = serde_json::Error;

    fn from_str(json: &str) -> Result<Self, serde_json::Error> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let fields = read(&mut deserializer)?;
        deserializer.end()?;
        match fields {
            Reading::Value(fields) => Ok(fields),
            _ => Err(de::Error::custom("not a JSON object")),
        }
    }
}

/// Reads an object.
#[inline]
pub(crate) fn read<'de, D, T>(deserializer: D) -> Result<Reading<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Received,
{
    let Some(_level) = Level::enter() else {
        return scalar(deserializer, |_| None);
    };
    deserializer.deserialize_any(ObjectVisitor(PhantomData))
}

/// The unknown fields to serialize. A field that was set replaces the value that did not fit it.
pub(crate) fn unknown_written<T: Received>(
    object: &T,
) -> impl Iterator<Item = (&str, impl Serialize)> {
    let entries = object.unknown_fields().entries().iter();
    entries
        .filter(|(name, _)| T::name(name).is_none_or(|name| object.is_absent(name)))
        .map(|(name, json)| (&**name, json))
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<T> ObjectVisitor<T> {
    fn scalar<E: de::Error>(self, value: impl Serialize) -> Result<Reading<T>, E> {
        mismatch(Raw::of(value))
    }
}

impl<'de, T: Received> Visitor<'de> for ObjectVisitor<T> {
    type Value = Reading<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Reading<T>, A::Error> {
        let mut object = ObjectReader::<T>::default();
        while let Some(name) = map.next_key_seed(NameSeed::<T>(PhantomData))? {
            match name {
                Name::Documented(name) => object.read(name, &mut map)?,
                Name::Unknown(name) => {
                    let value = map.next_value_seed(RawSeed)?;
                    if !object.is_any
                        && let Some(number) = value.as_number_of(&name)
                    {
                        return mismatch(number);
                    }
                    object.keep(name, value)?;
                }
            }
        }
        Ok(Reading::Value(object.finish().unwrap_or_default()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Reading<T>, A::Error> {
        mismatch(Raw::of_list(list)?)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Reading<T>, D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Reading<T>, D::Error> {
        inner.deserialize_any(self)
    }

    visit_scalars!();
}

/// Reads an object field by field, also one whose fields stand among others.
pub(crate) struct ObjectReader<T> {
    object: T,
    rest: UnknownFieldsBuilder,
    is_any: bool,
}

impl<T: Default> Default for ObjectReader<T> {
    fn default() -> Self {
        Self {
            object: T::default(),
            rest: UnknownFieldsBuilder::default(),
            is_any: false,
        }
    }
}

impl<T: Received> ObjectReader<T> {
    /// Reads the value of a field that is documented.
    #[inline]
    pub(crate) fn read<'de, A: MapAccess<'de>>(
        &mut self,
        name: T::Name,
        map: &mut A,
    ) -> Result<(), A::Error> {
        self.is_any = true;
        let mut reader = FieldReader {
            map,
            rest: &mut self.rest,
        };
        self.object.read(name, &mut reader)
    }

    /// Reads the value of a field that is not.
    #[cfg(feature = "client")]
    pub(crate) fn read_unknown<'de, A: MapAccess<'de>>(
        &mut self,
        name: Box<str>,
        map: &mut A,
    ) -> Result<(), A::Error> {
        let value = map.next_value_seed(RawSeed)?;
        self.keep(name, value)
    }

    fn keep<E: de::Error>(&mut self, name: Box<str>, value: Raw<'_>) -> Result<(), E> {
        self.is_any = true;
        self.rest.push(name, value.into_json()?);
        Ok(())
    }

    /// The object; nothing if none of its fields was there.
    #[inline]
    pub(crate) fn finish(self) -> Option<T> {
        let mut object = self.object;
        *object.unknown_fields_mut() = self.rest.finish();
        self.is_any.then_some(object)
    }
}

/// Reads the value of one field after the other.
pub(crate) struct FieldReader<'a, A> {
    map: &'a mut A,
    rest: &'a mut UnknownFieldsBuilder,
}

impl<'de, A: MapAccess<'de>> FieldReader<'_, A> {
    /// Reads the value of a field. Of several, the last one counts.
    #[inline]
    pub(crate) fn read<F: Field>(&mut self, name: &str, field: &mut F) -> Result<(), A::Error> {
        let reading = self.map.next_value_seed(FieldSeed(PhantomData))?;
        if self.rest.has_mismatches {
            self.rest.remove(name);
        }
        *field = match reading {
            Reading::Value(value) => value,
            Reading::Null => F::default(),
            Reading::Mismatch(json) => {
                self.rest.has_mismatches = true;
                self.rest.push(name, json);
                F::default()
            }
            Reading::Partial(value, json) => {
                self.rest.has_mismatches = true;
                self.rest.push(name, json);
                value
            }
        };
        Ok(())
    }
}

struct FieldSeed<F>(PhantomData<F>);

impl<'de, F: Field> DeserializeSeed<'de> for FieldSeed<F> {
    type Value = Reading<F>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Reading<F>, D::Error> {
        F::read(deserializer)
    }
}

enum Name<T: Received> {
    Documented(T::Name),
    Unknown(Box<str>),
}

struct NameSeed<T>(PhantomData<T>);

impl<'de, T: Received> DeserializeSeed<'de> for NameSeed<T> {
    type Value = Name<T>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name<T>, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<T: Received> Visitor<'_> for NameSeed<T> {
    type Value = Name<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    #[inline]
    fn visit_str<E>(self, text: &str) -> Result<Name<T>, E> {
        Ok(T::name(text).map_or_else(|| Name::Unknown(text.into()), Name::Documented))
    }
}

/// Implements an object of responses by a table of its fields: decoding, serialization, `Arbitrary` and, if the table has the types of
/// setters ([`setter!`](crate::wire::setter)), constructor and setters.
macro_rules! received {
    ($object:ident {
        $($(#[$meta:meta])* $name:literal => $field:ident $set:tt,)*
    }) => {
        $crate::wire::received!($object { $($name => $field,)* });

        #[allow(deprecated, reason = "deprecated fields have setters, too")]
        impl $object {
            /// Creates one with no fields set.
            pub fn new() -> Self {
                <Self as Default>::default()
            }

            $($crate::wire::setter!($(#[$meta])* $field $set);)*

            /// Sets [`unknown_fields`](field@Self::unknown_fields).
            #[must_use]
            pub fn unknown_fields(mut self, unknown_fields: impl Into<$crate::UnknownFields>) -> Self {
                self.unknown_fields = unknown_fields.into();
                self
            }
        }
    };
    ($object:ident { $($name:literal => $field:ident,)* }) => {
        $crate::wire::arbitrary_object!($object { $($field,)* unknown_fields });

        #[allow(deprecated, reason = "deprecated fields are decoded, too")]
        const _: () = {
            #[allow(non_camel_case_types)]
            #[derive(Clone, Copy)]
            pub(crate) enum __Name {
                $($field,)*
            }

            impl $crate::wire::Received for $object {
                type Name = __Name;

                #[inline]
                fn name(text: &str) -> Option<__Name> {
                    match text {
                        $($name => Some(__Name::$field),)*
                        _ => None,
                    }
                }

                #[inline]
                fn read<'de, A: serde::de::MapAccess<'de>>(
                    &mut self,
                    __name: __Name,
                    reader: &mut $crate::wire::FieldReader<'_, A>,
                ) -> Result<(), A::Error> {
                    match __name {
                        $(__Name::$field => reader.read($name, &mut self.$field),)*
                    }
                }

                fn is_absent(&self, __name: __Name) -> bool {
                    match __name {
                        $(__Name::$field => $crate::wire::Field::is_absent(&self.$field),)*
                    }
                }

                fn unknown_fields(&self) -> &$crate::UnknownFields {
                    &self.unknown_fields
                }

                fn unknown_fields_mut(&mut self) -> &mut $crate::UnknownFields {
                    &mut self.unknown_fields
                }
            }

            impl $crate::wire::Element for $object {
                const EXPECTED: &'static str = "an object";

                #[inline]
                fn read<'de, D: serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> Result<$crate::wire::Reading<Self>, D::Error> {
                    $crate::wire::received::read(deserializer)
                }
            }

            impl<'de> serde::Deserialize<'de> for $object {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    $crate::wire::strictly(deserializer)
                }
            }

            impl serde::Serialize for $object {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    use serde::ser::SerializeMap as _;
                    let known = 0_usize
                        $(+ usize::from(!$crate::wire::Field::is_absent(&self.$field)))*;
                    let unknown = $crate::wire::received::unknown_written(self);
                    let mut map = serializer.serialize_map(Some(known + unknown.count()))?;
                    $(
                        if !$crate::wire::Field::is_absent(&self.$field) {
                            let whole = self.unknown_fields.json($name);
                            let is_part = |json: &&serde_json::value::RawValue| {
                                $crate::wire::Field::is_part_of(&self.$field, json)
                            };
                            match whole.filter(is_part) {
                                Some(whole) => map.serialize_entry($name, whole)?,
                                None => map.serialize_entry($name, &self.$field)?,
                            }
                        }
                    )*
                    for (name, json) in $crate::wire::received::unknown_written(self) {
                        map.serialize_entry(name, &json)?;
                    }
                    map.end()
                }
            }
        };
    };
}
pub(crate) use received;

/// Defines the setter of a field: of one value `(T)`, of a list `[T]`, of a map `{T}`.
macro_rules! setter {
    // The constructor has this name.
    ($(#[$meta:meta])* new $set:tt) => {
        $crate::wire::setter!(@as with_new $(#[$meta])* new $set);
    };
    ($(#[$meta:meta])* $field:ident $set:tt) => {
        $crate::wire::setter!(@as $field $(#[$meta])* $field $set);
    };
    (@as $setter:ident $(#[$meta:meta])* $field:ident (bool)) => {
        $crate::wire::setter!(@of $setter $(#[$meta])* $field(bool) Some($field));
    };
    (@as $setter:ident $(#[$meta:meta])* $field:ident (JsonObject)) => {
        $crate::wire::setter!(
            @of $setter $(#[$meta])* $field
            (impl IntoIterator<Item = (impl Into<String>, impl Into<$crate::JsonValue>)>)
            Some($field.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
        );
    };
    (@as $setter:ident $(#[$meta:meta])* $field:ident ($ty:ty)) => {
        $crate::wire::setter!(@of $setter $(#[$meta])* $field(impl Into<$ty>) Some($field.into()));
    };
    (@as $setter:ident $(#[$meta:meta])* $field:ident [$ty:ty]) => {
        $crate::wire::setter!(
            @of $setter $(#[$meta])* $field
            (impl IntoIterator<Item = impl Into<$ty>>)
            $field.into_iter().map(Into::into).collect()
        );
    };
    (@as $setter:ident $(#[$meta:meta])* $field:ident {$ty:ty}) => {
        $crate::wire::setter!(
            @of $setter $(#[$meta])* $field
            (impl IntoIterator<Item = (impl Into<String>, impl Into<$ty>)>)
            $field.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
        );
    };
    (@of $setter:ident $(#[$meta:meta])* $field:ident ($argument:ty) $held:expr) => {
        #[doc = concat!("Sets [`", stringify!($field), "`](field@Self::", stringify!($field), ").")]
        $(#[$meta])*
        #[must_use]
        pub fn $setter(mut self, $field: $argument) -> Self {
            self.$field = $held;
            self
        }
    };
}
pub(crate) use setter;
