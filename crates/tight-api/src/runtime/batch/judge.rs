//! What an answer, or its absence, says about the items of a request. Pure: nothing is sent here.
//!
//! A verdict belongs to an item by its place in the list and by what its entity echoes. If they contradict each other, the echo
//! decides where it can mean one item only, and nothing does elsewhere.

use http::StatusCode;
use serde::de::DeserializeOwned;

use super::echo::{self, Claim, Correlation, Echo};
use super::outcome::{Doubt, ItemState, Rejection};
use crate::api_errors::ApiErrors;
use crate::runtime::call::envelope::{self, Entry, Frame, Unreadable};
use crate::runtime::call::{Answer, Code, Said, verdict};
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::wire::{Received, UnknownFields};

/// What is to be thought of the items of a request.
pub(super) struct Judgement<E, X> {
    /// The state of each item, in order.
    pub(super) states: Vec<ItemState<E>>,
    /// What stands beside the results of the items, each in the place of its item; nothing at all where no result has anything.
    pub(super) besides: Vec<UnknownFields>,
    /// Why the batch should not go on: nobody can tell what became of the items, or none of them was accepted.
    pub(super) trouble: Option<Error>,
    /// What Tight says is wrong with the request as a whole.
    pub(super) errors: ApiErrors,
    /// What stands beside the results, if anything does.
    pub(super) extras: Option<X>,
}

type Results<E> = Vec<Entry<Frame<E>>>;

/// Whether an answer says what became of items, or may: whatever stands where results do is one, readable or not.
pub(super) fn may_have_results(answer: &Answer) -> bool {
    !envelope::has_no_data(answer)
}

fn are_results<E, X>(frame: &Frame<Results<E>, X>) -> bool {
    let says_something = |entry: &Entry<Frame<E>>| match entry {
        Entry::Null => false,
        Entry::Read(result) => result.says_something(),
        Entry::Unreadable(_) => true,
    };
    frame.data.iter().flatten().any(says_something)
}

/// What an answer to these items, or its absence, says about them.
///
/// | status | what is in the envelope | verdict |
/// | --- | --- | --- |
/// | any | results | item by item |
/// | 2xx | a list without any result | doubt |
/// | 2xx but 207 | no results, `FAILURE` and errors | refused |
/// | 2xx | none of this | doubt |
/// | any other | certainly no results | refused or doubt, by the status |
/// | any other | something that cannot be read | doubt |
pub(super) fn judge<I, E: DeserializeOwned, X: Received>(
    answer: Result<&Answer, Error>,
    items: &[I],
    echoes: &[Echo<I, E>],
) -> Judgement<E, X> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return whole(&error, items.len()),
    };
    let is_success = answer.head.status.is_success();
    let frame = match envelope::read::<Results<E>, X>(answer) {
        Ok(frame) if are_results(&frame) || is_success => frame,
        Err(unreadable) if is_success => {
            return whole(&unreadable.into_error(answer), items.len());
        }
        // What holds no results says with its status what there is to say, if it certainly holds none.
        _ => {
            let error = verdict::status_error(answer);
            let is_in_doubt = error.may_have_taken_effect() || may_have_results(answer);
            return whole(&error.with_effect(is_in_doubt), items.len());
        }
    };
    let errors = answer.secrets().clean_errors(frame.errors);
    let extras = frame.extras;
    let mut results = frame.data.unwrap_or_default();
    if results.is_empty() {
        let error = if frame.result == Said::Failure
            && !errors.is_empty()
            && answer.head.status != StatusCode::MULTI_STATUS
        {
            verdict::failure(answer, errors)
        } else {
            mismatch(answer, 0, items.len()).with_errors(errors)
        };
        return Judgement {
            extras,
            ..whole(&error, items.len())
        };
    }
    let mut besides = besides(&mut results);
    let whole = Whole {
        answer,
        says_failure: frame.result == Said::Failure,
        errors,
    };
    let mut received = Elements::new(answer);
    let results = results.into_iter().enumerate();
    let results: Vec<Judged<E>> = results
        .map(|(place, result)| whole.judge(place, result, &mut received))
        .collect();
    let (states, trouble) = whole.assign(results, items, echoes, &mut besides, &mut received);
    Judgement {
        states,
        besides,
        trouble,
        errors: whole.errors,
        extras,
    }
}

/// Takes what stands beside the results, if anything does.
fn besides<E>(results: &mut [Entry<Frame<E>>]) -> Vec<UnknownFields> {
    let take = |result: &mut Entry<Frame<E>>| match result {
        // Of what is no result at all, nothing stands beside one.
        Entry::Read(result) if result.says_something() => result.extras.take(),
        _ => None,
    };
    let Some(first) = results
        .iter()
        .position(|result| matches!(result, Entry::Read(result) if result.extras.is_some()))
    else {
        return Vec::new();
    };
    let mut besides = vec![UnknownFields::default(); first];
    besides.extend((results[first..].iter_mut()).map(|result| take(result).unwrap_or_default()));
    besides
}

/// One error for all items of a request.
fn whole<E, X>(error: &Error, items: usize) -> Judgement<E, X> {
    let state = |_| {
        if error.may_have_taken_effect() {
            ItemState::Unknown(Doubt::new(error.clone(), None))
        } else {
            ItemState::NotSaved(error.clone())
        }
    };
    Judgement {
        states: (0..items).map(state).collect(),
        besides: Vec::new(),
        trouble: Some(error.clone()),
        errors: error.errors().clone(),
        extras: None,
    }
}

fn mismatch(answer: &Answer, results: usize, items: usize) -> Error {
    let message = format!("Tight answered {results} results for {items} items");
    answer.error(ErrorKind::Decode, message).at_path("data")
}

/// What holds for all results of an answer.
struct Whole<'a> {
    answer: &'a Answer,
    says_failure: bool,
    errors: ApiErrors,
}

/// A result, judged by itself.
enum Judged<E> {
    Saved(E),
    Rejected(Rejection),
    /// Certainly not saved, and not judged.
    NotSaved(Error),
    /// Without a verdict. An entity may stand in it all the same.
    Doubtful {
        entity: Option<E>,
        reason: Reason,
    },
}

const SAYS_NOTHING: &str = "says neither what the item became nor what is wrong with it";

enum Reason {
    Says(&'static str, ApiErrors),
    Unreadable(Unreadable),
}

impl<E> Judged<E> {
    fn entity(&self) -> Option<&E> {
        match self {
            Self::Saved(entity) => Some(entity),
            Self::Rejected(_) | Self::NotSaved(_) => None,
            Self::Doubtful { entity, .. } => entity.as_ref(),
        }
    }
}

impl Whole<'_> {
    /// The parts of a result must agree with each other and with the envelope. Some documented samples leave `result` out, and
    /// the reference's own sample has data and errors both, with `SUCCESS`; so `result` decides where it is there, and the other
    /// parts where it is not.
    fn judge<E: DeserializeOwned>(
        &self,
        place: usize,
        result: Entry<Frame<E>>,
        received: &mut Elements<'_>,
    ) -> Judged<E> {
        let result = match result {
            // An entity may stand in the place of a result. That is no verdict, but evidence.
            Entry::Read(result) if !result.says_something() => {
                let bare = received.get(place);
                return Judged::Doubtful {
                    entity: bare.and_then(|bare| serde_json::from_str(&bare).ok()),
                    reason: Reason::Says(SAYS_NOTHING, ApiErrors::default()),
                };
            }
            Entry::Read(result) => result,
            Entry::Null => {
                return Judged::Doubtful {
                    entity: None,
                    reason: Reason::Says("has no result for the item", ApiErrors::default()),
                };
            }
            Entry::Unreadable(unreadable) => {
                return Judged::Doubtful {
                    entity: None,
                    reason: Reason::Unreadable(unreadable),
                };
            }
        };
        let status = self.answer.head.status;
        let succeeded = matches!(result.status_code, Code::Absent | Code::Is(200..=299));
        let was_refused = match result.status_code {
            Code::Absent => status.is_success() || verdict::is_refusal(status),
            Code::Is(code) => u16::try_from(code)
                .ok()
                .and_then(|code| StatusCode::from_u16(code).ok())
                .is_some_and(verdict::is_refusal),
            Code::Other => false,
        };
        let errors = match result.errors.is_empty() {
            true => ApiErrors::default(),
            false => self.answer.secrets().clean_errors(result.errors),
        };
        let has_errors = !errors.is_empty();
        let doubtful = |entity, reason, errors| Judged::Doubtful {
            entity,
            reason: Reason::Says(reason, errors),
        };
        match (result.result, result.data) {
            (Said::Success, Some(entity)) if succeeded && self.says_failure => doubtful(
                Some(entity),
                "says that the request failed, and that the item did not",
                self.errors.clone(),
            ),
            (Said::Success, Some(entity)) if succeeded => Judged::Saved(entity),
            (Said::Nothing, Some(entity)) if succeeded && !has_errors && !self.says_failure => {
                Judged::Saved(entity)
            }
            (Said::Failure | Said::Nothing, None) if has_errors => {
                if self.answer.is_in_doubt() {
                    let reason = "rejects the item, but an earlier attempt may have saved it";
                    return doubtful(None, reason, errors);
                }
                if let Some(status) = unjudged(result.status_code, status) {
                    return Judged::NotSaved(
                        self.answer
                            .refusal(
                                ErrorKind::Status,
                                format!("Tight answered {status} for the item"),
                            )
                            .with_retryable(status == StatusCode::TOO_MANY_REQUESTS)
                            .with_errors(errors),
                    );
                }
                if was_refused {
                    return Judged::Rejected(Rejection::new(errors, result.status_code.number()));
                }
                let reason = "says that the item failed, but not that it was refused";
                doubtful(None, reason, errors)
            }
            (Said::Other, entity) => {
                let reason = "has a result for the item that is not documented";
                doubtful(entity, reason, errors)
            }
            (_, None) if !has_errors => doubtful(None, SAYS_NOTHING, errors),
            (_, entity) => doubtful(entity, "contradicts itself about the item", errors),
        }
    }

    /// Gives each item its result.
    fn assign<I, E>(
        &self,
        results: Vec<Judged<E>>,
        items: &[I],
        echoes: &[Echo<I, E>],
        besides: &mut Vec<UnknownFields>,
        received: &mut Elements<'_>,
    ) -> (Vec<ItemState<E>>, Option<Error>) {
        let entities: Vec<Option<&E>> = results.iter().map(Judged::entity).collect();
        let correlation = echo::correlate(echoes, items, &entities);
        drop(entities);
        let (states, trouble): (Vec<_>, _) = match correlation {
            Correlation::Places => {
                let results = results.into_iter().enumerate();
                let states = results
                    .map(|(place, result)| self.state(place, result, received))
                    .collect();
                (states, None)
            }
            Correlation::Echoes(claims) => {
                self.by_echo(results, &claims, items.len(), besides, received)
            }
        };
        let trouble = trouble.or_else(|| of_all(&states));
        (states, trouble)
    }

    /// Gives each item the result that echoes it and it alone.
    fn by_echo<E>(
        &self,
        results: Vec<Judged<E>>,
        claims: &[Claim],
        items: usize,
        besides: &mut Vec<UnknownFields>,
        received: &mut Elements<'_>,
    ) -> (Vec<ItemState<E>>, Option<Error>) {
        let count = results.len();
        let is_complete = count == items;
        // For each item, the result that is its own.
        let mut owned: Vec<Option<usize>> = vec![None; items];
        for (place, claim) in claims.iter().enumerate() {
            if is_complete && matches!(claim, Claim::Items(items) if items.contains(&place)) {
                owned[place] = Some(place);
            }
        }
        for (place, claim) in claims.iter().enumerate() {
            if let Claim::Items(items) = claim
                && let [item] = items.as_slice()
            {
                owned[*item].get_or_insert(place);
            }
        }
        // Where all that it repeats is settled as others', it is its own place's.
        for (place, claim) in claims.iter().enumerate() {
            if let Claim::Perhaps(items) = claim
                && items.iter().all(|item| owned[*item] == Some(*item))
            {
                owned[place].get_or_insert(place);
            }
        }
        // The last result that nobody has is the last item's, if nothing else can be meant.
        let mut without = (0..items).filter(|item| owned[*item].is_none());
        let mut left = (0..count).filter(|place| !owned.contains(&Some(*place)));
        if let (Some(item), None, Some(place), None) =
            (without.next(), without.next(), left.next(), left.next())
            && claims[place] == Claim::Nothing
        {
            owned[item] = Some(place);
        }

        if !besides.is_empty() {
            let beside = |place: &Option<usize>| {
                place.map_or_else(UnknownFields::default, |place| {
                    std::mem::take(&mut besides[place])
                })
            };
            *besides = owned.iter().map(beside).collect();
        }

        let error = if is_complete {
            let message = "Tight answered results in an order that is not that of the items";
            self.answer
                .error(ErrorKind::Decode, message)
                .at_path("data")
        } else {
            mismatch(self.answer, count, items)
        };
        let error = error.with_errors(self.errors.clone());
        let mut results: Vec<Option<Judged<E>>> = results.into_iter().map(Some).collect();
        let mut is_in_doubt = false;
        let states = owned.into_iter().enumerate().map(|(item, place)| {
            let result = place.and_then(|place| Some((place, results[place].take()?)));
            match result {
                Some((place, result)) => self.state(place, result, received),
                None => {
                    is_in_doubt = true;
                    // What stands in its place may be another's.
                    let is_anothers = matches!(claims.get(item), Some(Claim::Items(items)) if !items.contains(&item));
                    let received = if is_anothers { None } else { received.get(item) };
                    ItemState::Unknown(Doubt::new(error.clone(), received))
                }
            }
        });
        let states = states.collect();
        (states, is_in_doubt.then_some(error))
    }

    /// The state of an item whose result stands at `place`.
    fn state<E>(
        &self,
        place: usize,
        result: Judged<E>,
        received: &mut Elements<'_>,
    ) -> ItemState<E> {
        let reason = match result {
            Judged::Saved(entity) => return ItemState::Saved(entity),
            Judged::Rejected(rejection) => return ItemState::Rejected(rejection),
            Judged::NotSaved(error) => return ItemState::NotSaved(error),
            Judged::Doubtful { reason, .. } => reason,
        };
        let error = match reason {
            Reason::Unreadable(unreadable) => unreadable.into_error(self.answer),
            Reason::Says(reason, errors) => {
                let message = format!("the answer ({}) {reason}", self.answer.head.status);
                self.answer
                    .error(ErrorKind::Decode, message)
                    .at_path(format!("data[{place}]"))
                    .with_errors(errors)
            }
        };
        ItemState::Unknown(Doubt::new(error, received.get(place)))
    }
}

/// The error of a request of which no item has a verdict.
fn of_all<E>(states: &[ItemState<E>]) -> Option<Error> {
    let error = |state: &ItemState<E>| match state {
        ItemState::Saved(_) | ItemState::Rejected(_) => None,
        ItemState::NotSaved(error) => Some(error.clone()),
        ItemState::Unknown(doubt) => Some(doubt.error.clone()),
    };
    let errors: Option<Vec<Error>> = states.iter().map(error).collect();
    errors?.into_iter().next()
}

/// The status of a failed item that was not looked at: a rate limit or a token kept it back, and it may well be saved later.
fn unjudged(code: Code, answer: StatusCode) -> Option<StatusCode> {
    let status = match code {
        Code::Absent => answer,
        Code::Is(code) => StatusCode::from_u16(u16::try_from(code).ok()?).ok()?,
        Code::Other => return None,
    };
    matches!(
        status,
        StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS
    )
    .then_some(status)
}

/// What was received in place of verdicts, taken apart when somebody asks.
struct Elements<'a> {
    answer: &'a Answer,
    elements: Option<Vec<String>>,
}

impl<'a> Elements<'a> {
    fn new(answer: &'a Answer) -> Self {
        Self {
            answer,
            elements: None,
        }
    }

    fn get(&mut self, place: usize) -> Option<String> {
        let answer = self.answer;
        let elements = self.elements.get_or_insert_with(|| {
            envelope::raw_elements(answer, |elements| {
                let clean = |raw: &&serde_json::value::RawValue| {
                    answer.secrets().clean(raw.get()).into_owned()
                };
                elements.iter().map(clean).collect()
            })
        });
        elements.get(place).cloned()
    }
}
