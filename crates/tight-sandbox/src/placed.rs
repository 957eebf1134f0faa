//! Reads JSON that people write, such as seeds and orders, so that whatever is wrong is told with its place and with
//! the names that may have been meant.

use std::fmt;

use serde_json::{Map, Value};

use crate::{
    json::{self, Json, Step},
    nearest::nearest,
};

/// What is wrong with a JSON text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// A JSON pointer; empty for the whole.
    pub(crate) at: String,
    pub(crate) message: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.at {
            "" => f.write_str(&self.message),
            at => write!(f, "{at}: {}", self.message),
        }
    }
}

/// Parses `text`, in which every number must be one that can be kept exactly.
pub(crate) fn parse(text: &[u8]) -> Result<Value, Wrong> {
    let Json { value, inexact } = json::read(text).map_err(|error| Wrong {
        at: String::new(),
        message: format!("it is not JSON: {error}"),
    })?;
    match inexact.into_iter().next() {
        None => Ok(value),
        Some(number) => Err(Wrong {
            at: number.place.iter().map(Step::pointer).collect(),
            message: format!("the number {}", number.predicate),
        }),
    }
}

/// A value, and its place in the whole.
#[derive(Debug, Clone)]
pub(crate) struct Placed<'a> {
    pub(crate) value: &'a Value,
    at: String,
}

/// The members of an object.
#[derive(Debug, Clone)]
pub(crate) struct Members<'a> {
    members: &'a Map<String, Value>,
    at: String,
}

impl<'a> Placed<'a> {
    pub(crate) fn whole(value: &'a Value) -> Self {
        Self {
            value,
            at: String::new(),
        }
    }

    /// Says what is wrong here.
    pub(crate) fn wrong(&self, message: impl Into<String>) -> Wrong {
        Wrong {
            at: self.at.clone(),
            message: message.into(),
        }
    }

    /// Says that something was named that does not exist, and what may have been meant.
    pub(crate) fn unknown(&self, what: &str, name: &str, known: &[&str]) -> Wrong {
        self.wrong(no_such(what, name, known))
    }

    fn not(&self, wanted: &str) -> Wrong {
        let found = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        self.wrong(match self.value {
            Value::Null | Value::Bool(_) | Value::Number(_) => {
                format!("must be {wanted}, but is {}", self.value)
            }
            _ => format!("must be {wanted}, but is {found}"),
        })
    }

    /// The members of an object that may have any.
    pub(crate) fn open_object(&self) -> Result<Members<'a>, Wrong> {
        let members = self
            .value
            .as_object()
            .ok_or_else(|| self.not("an object"))?;
        Ok(Members {
            members,
            at: self.at.clone(),
        })
    }

    /// The members of an object that may have these only.
    pub(crate) fn object(&self, known: &[&str]) -> Result<Members<'a>, Wrong> {
        let object = self.open_object()?;
        for (name, member) in object.iter() {
            if !known.contains(&name) {
                return Err(member.unknown("field", name, known));
            }
        }
        Ok(object)
    }

    pub(crate) fn array(&self) -> Result<Vec<Self>, Wrong> {
        let items = self.value.as_array().ok_or_else(|| self.not("an array"))?;
        let items = items.iter().enumerate().map(|(index, value)| Self {
            value,
            at: format!("{}/{index}", self.at),
        });
        Ok(items.collect())
    }

    /// The two items of an array.
    pub(crate) fn pair(&self, wanted: &str) -> Result<[Self; 2], Wrong> {
        let items = self.value.is_array().then(|| self.array()).transpose()?;
        let pair = items.and_then(|items| items.try_into().ok());
        pair.ok_or_else(|| self.not(wanted))
    }

    pub(crate) fn text(&self) -> Result<&'a str, Wrong> {
        self.value.as_str().ok_or_else(|| self.not("a string"))
    }

    /// A whole number that is not negative.
    pub(crate) fn whole_number(&self) -> Result<u64, Wrong> {
        let number = self.value.as_u64();
        number.ok_or_else(|| self.not("a whole number of 0 or more"))
    }

    /// How many of something.
    pub(crate) fn count(&self) -> Result<usize, Wrong> {
        let count = usize::try_from(self.whole_number()?);
        count.map_err(|_| self.wrong("is too large"))
    }

    pub(crate) fn number(&self) -> Result<f64, Wrong> {
        self.value.as_f64().ok_or_else(|| self.not("a number"))
    }

    pub(crate) fn boolean(&self) -> Result<bool, Wrong> {
        self.value.as_bool().ok_or_else(|| self.not("a boolean"))
    }
}

impl<'a> Members<'a> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a str, Placed<'a>)> {
        let members = self.members.iter();
        members.map(|(name, value)| (name.as_str(), self.placed(name, value)))
    }

    pub(crate) fn get(&self, name: &str) -> Option<Placed<'a>> {
        let value = self.members.get(name)?;
        Some(self.placed(name, value))
    }

    /// The member `name`, which must be there.
    pub(crate) fn need(&self, name: &str) -> Result<Placed<'a>, Wrong> {
        self.get(name).ok_or_else(|| Wrong {
            at: self.at.clone(),
            message: format!("the field `{name}` is missing"),
        })
    }

    fn placed(&self, name: &str, value: &'a Value) -> Placed<'a> {
        Placed {
            value,
            at: format!("{}{}", self.at, Step::Property(name.to_owned()).pointer()),
        }
    }
}

/// Says that there is no `what` of this name, and which have similar names.
pub(crate) fn no_such(what: &str, name: &str, known: &[&str]) -> String {
    let similar = nearest(name, known).join(", ");
    format!("there is no {what} `{name}`; similar ones are: {similar}")
}
