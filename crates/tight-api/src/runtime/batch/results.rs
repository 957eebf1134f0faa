//! Derives the state of each item of a request from the response or error. Pure: sends nothing.
//!
//! A result is matched to an item by its position and by the values that its entity echoes. If these contradict each other, the
//! echo decides if it fits one item only; otherwise the item is unknown.

use http::StatusCode;
use serde::de::DeserializeOwned;

use super::echo::{self, Correlation, Echo, EchoMatch};
use super::outcome::{Doubt, ItemState, Rejection};
use crate::api_errors::ApiErrors;
use crate::runtime::call::envelope::{self, Entry, Envelope, Unreadable};
use crate::runtime::call::{EnvelopeStatus, RawResponse, ResultCode, verdict};
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::wire::{Received, UnknownFields};

/// What is known about the items of a request.
pub(super) struct RequestResult<E, X> {
    /// The state of each item, in order.
    pub(super) states: Vec<ItemState<E>>,
    /// The undocumented fields of the results, in the order of the items; empty if no result has any.
    pub(super) item_extras: Vec<UnknownFields>,
    /// Why the batch should stop: an outcome is unknown, or the whole request failed.
    pub(super) stop_reason: Option<Error>,
    /// The errors about the whole request.
    pub(super) errors: ApiErrors,
    /// The extra fields of the response, if there are any.
    pub(super) extras: Option<X>,
}

type Results<E> = Vec<Entry<Envelope<E>>>;

/// Whether a response has, or may have, results of items, readable or not.
pub(super) fn may_have_results(response: &RawResponse) -> bool {
    !envelope::has_no_data(response)
}

fn are_results<E, X>(envelope: &Envelope<Results<E>, X>) -> bool {
    let says_something = |entry: &Entry<Envelope<E>>| match entry {
        Entry::Null => false,
        Entry::Read(result) => result.says_something(),
        Entry::Unreadable(_) => true,
    };
    envelope.data.iter().flatten().any(says_something)
}

/// Interprets the response to these items, or the error of the request.
///
/// | status | envelope | result |
/// | --- | --- | --- |
/// | any | results | item by item |
/// | 2xx | a list without any result | doubt |
/// | 2xx but 207 | no results, `FAILURE` and errors | refused |
/// | 2xx | none of this | doubt |
/// | any other | certainly no results | refused or doubt, by the status |
/// | any other | something that cannot be read | doubt |
pub(super) fn interpret<I, E: DeserializeOwned, X: Received>(
    response: Result<&RawResponse, Error>,
    items: &[I],
    echoes: &[Echo<I, E>],
) -> RequestResult<E, X> {
    let response = match response {
        Ok(response) => response,
        Err(error) => return for_all_items(&error, items.len()),
    };
    let is_success = response.head.status.is_success();
    let envelope = match envelope::read::<Results<E>, X>(response) {
        Ok(envelope) if are_results(&envelope) || is_success => envelope,
        Err(unreadable) if is_success => {
            return for_all_items(&unreadable.into_error(response), items.len());
        }
        // Without results, the status decides, provided that there are certainly none.
        _ => {
            let error = verdict::status_error(response);
            let is_in_doubt = error.may_have_taken_effect() || may_have_results(response);
            return for_all_items(&error.with_effect(is_in_doubt), items.len());
        }
    };
    let errors = response.secrets().clean_errors(envelope.errors);
    let extras = envelope.extras;
    let mut results = envelope.data.unwrap_or_default();
    if results.is_empty() {
        let error = if envelope.result == ResultCode::Failure
            && !errors.is_empty()
            && response.head.status != StatusCode::MULTI_STATUS
        {
            verdict::failure(response, errors)
        } else {
            mismatch(response, 0, items.len()).with_errors(errors)
        };
        return RequestResult {
            extras,
            ..for_all_items(&error, items.len())
        };
    }
    let mut item_extras = item_extras(&mut results);
    let context = ResponseContext {
        response,
        says_failure: envelope.result == ResultCode::Failure,
        errors,
    };
    let mut received = Elements::new(response);
    // The state of the item of each result, and the entities of those in doubt. One loop, since entities are large, and each step
    // of an iterator copies them.
    let mut states = Vec::with_capacity(results.len());
    let mut in_doubt = Vec::new();
    for (place, result) in results.into_iter().enumerate() {
        states.push(match context.interpret(place, result, &mut received) {
            Ok(state) => state,
            Err(doubtful) => {
                in_doubt.extend(doubtful.entity.map(|entity| (place, entity)));
                context.doubt(place, doubtful.reason, &mut received)
            }
        });
    }
    let (states, stop_reason) = context.assign(
        states,
        &in_doubt,
        items,
        echoes,
        &mut item_extras,
        &mut received,
    );
    RequestResult {
        states,
        item_extras,
        stop_reason,
        errors: context.errors,
        extras,
    }
}

/// Takes the undocumented fields of the results.
fn item_extras<E>(results: &mut [Entry<Envelope<E>>]) -> Vec<UnknownFields> {
    let take = |result: &mut Entry<Envelope<E>>| match result {
        // What is not a result has no extra fields either.
        Entry::Read(result) if result.says_something() => result.extras.take(),
        _ => None,
    };
    let Some(first) = results
        .iter()
        .position(|result| matches!(result, Entry::Read(result) if result.extras.is_some()))
    else {
        return Vec::new();
    };
    let mut item_extras = vec![UnknownFields::default(); first];
    item_extras
        .extend((results[first..].iter_mut()).map(|result| take(result).unwrap_or_default()));
    item_extras
}

/// One error for all items of a request.
fn for_all_items<E, X>(error: &Error, items: usize) -> RequestResult<E, X> {
    let state = |_| {
        if error.may_have_taken_effect() {
            ItemState::Unknown(Doubt::new(error.clone(), None))
        } else {
            ItemState::NotSaved(error.clone())
        }
    };
    RequestResult {
        states: (0..items).map(state).collect(),
        item_extras: Vec::new(),
        stop_reason: Some(error.clone()),
        errors: error.errors().clone(),
        extras: None,
    }
}

fn mismatch(response: &RawResponse, results: usize, items: usize) -> Error {
    let message = format!("Tight returned {results} results for {items} items");
    response.error(ErrorKind::Decode, message).at_path("data")
}

/// What all results of a response share.
struct ResponseContext<'a> {
    response: &'a RawResponse,
    says_failure: bool,
    errors: ApiErrors,
}

/// An unclear result of an item. May have an entity all the same.
struct Doubtful<E> {
    entity: Option<E>,
    reason: Reason,
}

const SAYS_NOTHING: &str = "has neither an entity nor an error for the item";

enum Reason {
    Says(&'static str, ApiErrors),
    Unreadable(Unreadable),
}

impl ResponseContext<'_> {
    /// Interprets one result, whose parts must agree with each other and with the envelope. Some documented samples have no
    /// `result`, and one has both data and errors with `SUCCESS`: so `result` decides if it is there, otherwise the other parts.
    fn interpret<E: DeserializeOwned>(
        &self,
        place: usize,
        result: Entry<Envelope<E>>,
        received: &mut Elements<'_>,
    ) -> Result<ItemState<E>, Doubtful<E>> {
        let result = match result {
            // An entity in place of a result says nothing about success, but can be matched to its item.
            Entry::Read(result) if !result.says_something() => {
                let bare = received.get(place);
                return Err(Doubtful {
                    entity: bare.and_then(|bare| serde_json::from_str(&bare).ok()),
                    reason: Reason::Says(SAYS_NOTHING, ApiErrors::default()),
                });
            }
            Entry::Read(result) => result,
            Entry::Null => {
                return Err(Doubtful {
                    entity: None,
                    reason: Reason::Says("has no result for the item", ApiErrors::default()),
                });
            }
            Entry::Unreadable(unreadable) => {
                return Err(Doubtful {
                    entity: None,
                    reason: Reason::Unreadable(unreadable),
                });
            }
        };
        let status = self.response.head.status;
        let succeeded = matches!(
            result.status_code,
            EnvelopeStatus::Absent | EnvelopeStatus::Code(200..=299)
        );
        let was_refused = match result.status_code {
            EnvelopeStatus::Absent => status.is_success() || verdict::is_refusal(status),
            EnvelopeStatus::Code(code) => u16::try_from(code)
                .ok()
                .and_then(|code| StatusCode::from_u16(code).ok())
                .is_some_and(verdict::is_refusal),
            EnvelopeStatus::Other => false,
        };
        let errors = match result.errors.is_empty() {
            true => ApiErrors::default(),
            false => self.response.secrets().clean_errors(result.errors),
        };
        let has_errors = !errors.is_empty();
        let doubtful = |entity, reason, errors| {
            Err(Doubtful {
                entity,
                reason: Reason::Says(reason, errors),
            })
        };
        match (result.result, result.data) {
            (ResultCode::Success, Some(entity)) if succeeded && self.says_failure => doubtful(
                Some(entity),
                "reports success for the item, but failure for the request",
                self.errors.clone(),
            ),
            (ResultCode::Success, Some(entity)) if succeeded => Ok(ItemState::Saved(entity)),
            (ResultCode::Absent, Some(entity))
                if succeeded && !has_errors && !self.says_failure =>
            {
                Ok(ItemState::Saved(entity))
            }
            (ResultCode::Failure | ResultCode::Absent, None) if has_errors => {
                if self.response.is_in_doubt() {
                    let reason = "rejects the item, but an earlier attempt may have saved it";
                    return doubtful(None, reason, errors);
                }
                if let Some(status) = not_processed(result.status_code, status) {
                    return Ok(ItemState::NotSaved(
                        self.response
                            .refusal(
                                ErrorKind::Status,
                                format!("Tight responded with {status} for the item"),
                            )
                            .with_retryable(status == StatusCode::TOO_MANY_REQUESTS)
                            .with_errors(errors),
                    ));
                }
                if was_refused {
                    return Ok(ItemState::Rejected(Rejection::new(
                        errors,
                        result.status_code.number(),
                    )));
                }
                let reason = "reports a failure of the item that is not a rejection";
                doubtful(None, reason, errors)
            }
            (ResultCode::Other, entity) => {
                let reason = "has an undocumented result for the item";
                doubtful(entity, reason, errors)
            }
            (_, None) if !has_errors => doubtful(None, SAYS_NOTHING, errors),
            (_, entity) => doubtful(entity, "contradicts itself about the item", errors),
        }
    }

    /// Matches results to items.
    fn assign<I, E>(
        &self,
        states: Vec<ItemState<E>>,
        in_doubt: &[(usize, E)],
        items: &[I],
        echoes: &[Echo<I, E>],
        item_extras: &mut Vec<UnknownFields>,
        received: &mut Elements<'_>,
    ) -> (Vec<ItemState<E>>, Option<Error>) {
        let mut entities: Vec<Option<&E>> = states
            .iter()
            .map(|state| match state {
                ItemState::Saved(entity) => Some(entity),
                ItemState::Rejected(_) | ItemState::NotSaved(_) | ItemState::Unknown(_) => None,
            })
            .collect();
        for (place, entity) in in_doubt {
            entities[*place] = Some(entity);
        }
        let correlation = echo::correlate(echoes, items, &entities);
        drop(entities);
        let (states, stop_reason) = match correlation {
            Correlation::ByPosition => (states, None),
            Correlation::ByEcho(matches) => {
                self.by_echo(states, &matches, items.len(), item_extras, received)
            }
        };
        let stop_reason = stop_reason.or_else(|| of_all(&states));
        (states, stop_reason)
    }

    /// Gives each item the result that echoes only this item.
    fn by_echo<E>(
        &self,
        states: Vec<ItemState<E>>,
        matches: &[EchoMatch],
        items: usize,
        item_extras: &mut Vec<UnknownFields>,
        received: &mut Elements<'_>,
    ) -> (Vec<ItemState<E>>, Option<Error>) {
        let count = states.len();
        let is_complete = count == items;
        // For each item, the position of its result.
        let mut owned: Vec<Option<usize>> = vec![None; items];
        for (place, echo_match) in matches.iter().enumerate() {
            if is_complete
                && matches!(echo_match, EchoMatch::Items(items) if items.contains(&place))
            {
                owned[place] = Some(place);
            }
        }
        for (place, echo_match) in matches.iter().enumerate() {
            if let EchoMatch::Items(items) = echo_match
                && let [item] = items.as_slice()
            {
                owned[*item].get_or_insert(place);
            }
        }
        // If all items that it may belong to have their own result, it belongs to the item in its position.
        for (place, echo_match) in matches.iter().enumerate() {
            if let EchoMatch::Ambiguous(items) = echo_match
                && items.iter().all(|item| owned[*item] == Some(*item))
            {
                owned[place].get_or_insert(place);
            }
        }
        // A single result that is left belongs to the single item that is left, if nothing contradicts that.
        let mut without = (0..items).filter(|item| owned[*item].is_none());
        let mut left = (0..count).filter(|place| !owned.contains(&Some(*place)));
        if let (Some(item), None, Some(place), None) =
            (without.next(), without.next(), left.next(), left.next())
            && matches[place] == EchoMatch::Unmatched
        {
            owned[item] = Some(place);
        }

        if !item_extras.is_empty() {
            let beside = |place: &Option<usize>| {
                place.map_or_else(UnknownFields::default, |place| {
                    std::mem::take(&mut item_extras[place])
                })
            };
            *item_extras = owned.iter().map(beside).collect();
        }

        let error = if is_complete {
            let message = "Tight returned the results in an order that is not that of the items";
            self.response
                .error(ErrorKind::Decode, message)
                .at_path("data")
        } else {
            mismatch(self.response, count, items)
        };
        let error = error.with_errors(self.errors.clone());
        let mut states: Vec<Option<ItemState<E>>> = states.into_iter().map(Some).collect();
        let mut is_in_doubt = false;
        let of_items = owned.into_iter().enumerate().map(|(item, place)| {
            match place.and_then(|place| states[place].take()) {
                Some(state) => state,
                None => {
                    is_in_doubt = true;
                    // The result in its position may belong to another item.
                    let is_anothers = matches!(matches.get(item), Some(EchoMatch::Items(items)) if !items.contains(&item));
                    let received = if is_anothers { None } else { received.get(item) };
                    ItemState::Unknown(Doubt::new(error.clone(), received))
                }
            }
        });
        let of_items = of_items.collect();
        (of_items, is_in_doubt.then_some(error))
    }

    /// The state of the item whose unclear result is at `place`.
    fn doubt<E>(&self, place: usize, reason: Reason, received: &mut Elements<'_>) -> ItemState<E> {
        let error = match reason {
            Reason::Unreadable(unreadable) => unreadable.into_error(self.response),
            Reason::Says(reason, errors) => {
                let message = format!("the response ({}) {reason}", self.response.head.status);
                self.response
                    .error(ErrorKind::Decode, message)
                    .at_path(format!("data[{place}]"))
                    .with_errors(errors)
            }
        };
        ItemState::Unknown(Doubt::new(error, received.get(place)))
    }
}

/// The error of a request of which no item was saved or rejected.
fn of_all<E>(states: &[ItemState<E>]) -> Option<Error> {
    let error = |state: &ItemState<E>| match state {
        ItemState::Saved(_) | ItemState::Rejected(_) => None,
        ItemState::NotSaved(error) => Some(error.clone()),
        ItemState::Unknown(doubt) => Some(doubt.error.clone()),
    };
    let errors: Option<Vec<Error>> = states.iter().map(error).collect();
    errors?.into_iter().next()
}

/// The status of a failed item that was not processed, because of a rate limit or a token: it can be saved later.
fn not_processed(code: EnvelopeStatus, response: StatusCode) -> Option<StatusCode> {
    let status = match code {
        EnvelopeStatus::Absent => response,
        EnvelopeStatus::Code(code) => StatusCode::from_u16(u16::try_from(code).ok()?).ok()?,
        EnvelopeStatus::Other => return None,
    };
    matches!(
        status,
        StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS
    )
    .then_some(status)
}

/// The JSON of each result, parsed on demand.
struct Elements<'a> {
    response: &'a RawResponse,
    elements: Option<Vec<String>>,
}

impl<'a> Elements<'a> {
    fn new(response: &'a RawResponse) -> Self {
        Self {
            response,
            elements: None,
        }
    }

    fn get(&mut self, place: usize) -> Option<String> {
        let response = self.response;
        let elements = self.elements.get_or_insert_with(|| {
            envelope::raw_elements(response, |elements| {
                let clean = |raw: &&serde_json::value::RawValue| {
                    response.secrets().clean(raw.get()).into_owned()
                };
                elements.iter().map(clean).collect()
            })
        });
        elements.get(place).cloned()
    }
}
