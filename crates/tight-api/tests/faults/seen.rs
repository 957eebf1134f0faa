//! What the caller of an operation sees.

use std::error::Error as StdError;
use std::fmt::{Debug, Display};

use tight_api::{Error, Incomplete, ItemState};

/// What the caller is told of the effect.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Told {
    Done,
    NotDone,
    /// It may be done or not, or is done in part.
    Open,
}

pub(crate) struct Seen {
    /// In the words of the table.
    pub(crate) what: String,
    pub(crate) told: Told,
    /// All that can be printed of it.
    pub(crate) shown: String,
    /// Whether entities are among it. They are the API's, so nothing is removed from them.
    #[allow(dead_code, reason = "it matters where servers are hostile")]
    pub(crate) has_entities: bool,
}

/// What a call can fail with.
pub(crate) trait Failed: Debug + Display {
    fn seen(&self) -> (String, Told, String);

    fn has_entities(&self) -> bool {
        false
    }
}

fn kind(error: &Error) -> String {
    let status = error.status().map(|status| format!(" {}", status.as_u16()));
    format!("{:?}{}", error.kind(), status.unwrap_or_default())
}

/// The error with its causes and its body.
fn shown(error: &Error) -> String {
    let mut shown = format!(
        "{error:?} {} {:?} {:?}",
        error.body_text(),
        error.headers(),
        error.errors()
    );
    let mut cause: Option<&dyn StdError> = Some(error);
    while let Some(error) = cause {
        shown += &format!("\n{error} {error:?}");
        cause = error.source();
    }
    shown
}

impl Failed for Error {
    fn seen(&self) -> (String, Told, String) {
        match self.may_have_taken_effect() {
            true => (format!("{}, in doubt", kind(self)), Told::Open, shown(self)),
            false => (kind(self), Told::NotDone, shown(self)),
        }
    }
}

impl<I: Debug, E: Debug, X: Debug> Failed for Incomplete<I, E, X> {
    fn seen(&self) -> (String, Told, String) {
        let mut states: Vec<String> = Vec::new();
        let mut told = Told::NotDone;
        let mut text = format!("{:?}", self.outcome());
        for item in self.outcome().items() {
            let state = match &item.state {
                ItemState::Saved(_) => "saved".to_owned(),
                ItemState::Rejected(_) => "rejected".to_owned(),
                ItemState::NotSaved(error) => format!("not saved ({})", kind(error)),
                ItemState::Unknown(doubt) => format!("unknown ({})", kind(&doubt.error)),
            };
            match &item.state {
                ItemState::Saved(_) | ItemState::Unknown(_) => told = Told::Open,
                ItemState::NotSaved(error) => text += &shown(error),
                _ => {}
            }
            if let ItemState::Unknown(doubt) = &item.state {
                text += &shown(&doubt.error);
            }
            if !states.contains(&state) {
                states.push(state);
            }
        }
        states.sort();
        (states.join(", "), told, text)
    }

    fn has_entities(&self) -> bool {
        self.outcome().saved().next().is_some()
    }
}

/// A call is made.
pub(crate) fn sent<T: Debug, E: Failed>(result: Result<T, E>) -> Seen {
    match result {
        Ok(value) => Seen {
            what: "Ok".to_owned(),
            told: Told::Done,
            shown: format!("{value:?} {value:#?}"),
            has_entities: true,
        },
        Err(error) => {
            let (what, told, shown) = error.seen();
            Seen {
                what,
                told,
                shown: format!("{error} {error:?} {error:#?} {shown}"),
                has_entities: error.has_entities(),
            }
        }
    }
}
