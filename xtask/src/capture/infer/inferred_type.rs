//! The type of a value, as far as a sample shows it.

use crate::capture::reading::Scalar;

/// The type of a value at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum InferredType {
    /// The text ends before it, or an empty list does not say.
    Unknown,
    /// A text.
    Text {
        /// Its format.
        format: Option<String>,
        /// Whether that is certain: a written value may look like a date by chance.
        is_sure: bool,
    },
    /// An integer; perhaps any number, unless that is certain.
    Integer {
        /// Whether it is certain.
        is_sure: bool,
    },
    /// Any number.
    Number,
    /// A boolean.
    Flag,
    /// A free-form object.
    Free,
    /// A named schema.
    Named(String),
    /// A list.
    List(Box<InferredType>),
}

impl InferredType {
    /// A text that was written.
    pub(crate) fn written(text: &str) -> Self {
        Self::Text {
            format: format(text).map(str::to_owned),
            is_sure: false,
        }
    }

    /// The type of a placeholder.
    pub(crate) fn placeholder(scalar: Scalar) -> Self {
        let text = |format: Option<&str>| Self::Text {
            format: format.map(str::to_owned),
            is_sure: true,
        };
        match scalar {
            Scalar::Text => text(None),
            Scalar::Date => text(Some("date")),
            Scalar::DateTime => text(Some("date-time")),
            Scalar::Email => text(Some("email")),
            Scalar::Uuid => text(Some("uuid")),
            Scalar::Bytes => text(Some("byte")),
            Scalar::Integer => Self::Integer { is_sure: true },
            Scalar::IntegerOrNumber => Self::Integer { is_sure: false },
            Scalar::Number => Self::Number,
            Scalar::Flag => Self::Flag,
        }
    }

    /// A list of this.
    pub(crate) fn list(self) -> Self {
        Self::List(Box::new(self))
    }

    /// The common type of both, if there is one.
    pub(crate) fn and(&self, other: &Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Unknown, known) | (known, Self::Unknown) => known.clone(),
            (Self::List(a), Self::List(b)) => a.and(b)?.list(),
            (
                Self::Text {
                    format: a,
                    is_sure: sure_a,
                },
                Self::Text {
                    format: b,
                    is_sure: sure_b,
                },
            ) => match (sure_a, sure_b) {
                (true, true) if a != b => return None,
                (true, _) => self.clone(),
                (_, true) => other.clone(),
                // Two values that look unlike are of no format.
                _ if a != b => Self::Text {
                    format: None,
                    is_sure: false,
                },
                _ => self.clone(),
            },
            (Self::Integer { is_sure: a }, Self::Integer { is_sure: b }) => {
                Self::Integer { is_sure: *a || *b }
            }
            (Self::Number, Self::Integer { is_sure: false })
            | (Self::Integer { is_sure: false }, Self::Number) => Self::Number,
            // An object that shows nothing of itself.
            (Self::Free, Self::Named(_)) => other.clone(),
            (Self::Named(_), Self::Free) => self.clone(),
            _ if self == other => self.clone(),
            _ => return None,
        })
    }

    /// The type, for messages.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Unknown => "something unknown".to_owned(),
            Self::Text {
                format: Some(format),
                ..
            } => format!("a text of format {format}"),
            Self::Text { .. } => "a text".to_owned(),
            Self::Integer { .. } => "a whole number".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Flag => "a boolean".to_owned(),
            Self::Free => "a free object".to_owned(),
            Self::Named(name) => format!("`{name}`"),
            Self::List(item) => format!("a list of {}", item.words()),
        }
    }

    /// The name within.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::List(item) => item.name(),
            _ => None,
        }
    }
}

/// The format that a written text has by its look.
fn format(text: &str) -> Option<&'static str> {
    let is_like = |form: &str| {
        text.len() == form.len()
            && text
                .bytes()
                .zip(form.bytes())
                .all(|(byte, form)| match form {
                    b'0' => byte.is_ascii_digit(),
                    _ => byte == form,
                })
    };
    if is_like("0000-00-00") {
        return Some("date");
    }
    let (clock, zone) = text.split_at_checked(19)?;
    let has_clock = clock.len() == 19
        && clock
            .bytes()
            .zip(b"0000-00-00T00:00:00".iter())
            .all(|(byte, form)| match form {
                b'0' => byte.is_ascii_digit(),
                _ => byte == *form,
            });
    let zone = match zone.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => zone,
    };
    let is_zone = zone == "Z" || zone.len() == 6 && zone.starts_with(['+', '-']);
    (has_clock && is_zone).then_some("date-time")
}
