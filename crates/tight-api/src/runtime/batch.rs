//! Many items through one operation.
//!
//! Saving is not idempotent, so the account of each item must be right: saved means stored, rejected and not sent mean not
//! stored, and whatever cannot be told is told as such. A verdict belongs to an item by its place in the list, the only
//! correlation there is; if the places do not add up, there is no verdict.

use std::sync::Arc;

use http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::answer::{Answer, Sent};
use super::call::Call;
use super::envelope::{self, Envelope, Unreadable};
use super::operation::Operation;
use crate::client::Client;
use crate::error::{ApiErrors, Error, ErrorKind, Result};
use crate::generated::operations;
use crate::outcome::{BatchOutcome, Doubt, ItemState, Rejection};
use crate::types::{ApiError, ResultStatus};

/// The request of an operation that saves a list of items.
pub(crate) trait BatchSave: Serialize + Send + Sync {
    const OPERATION: Operation;
    type Item: Send + Sync;
    type Result: BatchResult;

    fn of(items: Vec<Self::Item>) -> Self;
    fn into_items(self) -> Vec<Self::Item>;
    fn send(&self, client: &operations::Client) -> impl Future<Output = Sent> + Send;
}

/// The result of one item in the answer.
pub(crate) trait BatchResult: DeserializeOwned {
    type Entity: Send;

    fn into_answer(self) -> ItemAnswer<Self::Entity>;
}

/// What the answer says of one item.
pub(crate) struct ItemAnswer<E> {
    pub(crate) result: Option<ResultStatus>,
    pub(crate) status_code: Option<i64>,
    pub(crate) data: Option<E>,
    pub(crate) errors: Vec<ApiError>,
}

type Entity<B> = <<B as BatchSave>::Result as BatchResult>::Entity;

/// What became of one request: each of its items has a state, or all of them were refused.
enum Verdict<E> {
    Items(Vec<ItemState<E>>),
    Refused(Error),
}

/// Sends the items in order, in requests of the client's batch size, until one ends in doubt or is refused.
pub(crate) async fn save<B: BatchSave>(
    client: &Client,
    items: impl IntoIterator<Item = B::Item>,
) -> Result<BatchOutcome<B::Item, Entity<B>>> {
    let settings = client.settings();
    let mut items = items.into_iter();
    let mut outcome = BatchOutcome::new();
    loop {
        let request: Vec<_> = items.by_ref().take(settings.batch_size).collect();
        if request.is_empty() {
            return Ok(outcome);
        }
        let request = B::of(request);
        let sent = request.send(&Call::client(settings)).await;
        let answer = Answer::receive(B::OPERATION, sent).await;
        let request = request.into_items();

        let stop = match judge::<B::Result>(answer, request.len()) {
            Verdict::Items(states) => {
                let doubt = states.iter().find_map(|state| match state {
                    ItemState::Unknown(doubt) => Some(Arc::clone(&doubt.error)),
                    _ => None,
                });
                request
                    .into_iter()
                    .zip(states)
                    .for_each(|(item, state)| outcome.push(item, state));
                doubt
            }
            Verdict::Refused(error) if outcome.is_empty() => return Err(error),
            Verdict::Refused(error) => {
                let error = Arc::new(error);
                for item in request {
                    outcome.push(item, refused(&error));
                }
                Some(error)
            }
        };
        if let Some(error) = stop {
            for item in items {
                outcome.push(item, ItemState::NotSent(Arc::clone(&error)));
            }
            return Ok(outcome);
        }
    }
}

/// The state of an item whose request certainly did nothing.
fn refused<E>(error: &Arc<Error>) -> ItemState<E> {
    match error.status() {
        Some(status) => ItemState::Rejected(Rejection {
            errors: error.errors().clone(),
            status_code: Some(i64::from(status.as_u16())),
        }),
        None => ItemState::NotSent(Arc::clone(error)),
    }
}

/// What an answer to `sent` items, or its absence, says about them.
fn judge<R: BatchResult>(answer: Result<Answer>, sent: usize) -> Verdict<R::Entity> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return whole(error, sent),
    };
    // 200 and 207 carry the list of results; 400 carries it if every item failed, or else the error envelope alone.
    let envelope = match Envelope::read(&answer) {
        Ok(envelope) => envelope,
        Err(_) if !answer.status.is_success() => {
            return whole(envelope::status_error(&answer), sent);
        }
        Err(unreadable) => return whole(unreadable.into_error(&answer), sent),
    };
    let lists_results = answer.status.is_success() || answer.status == StatusCode::BAD_REQUEST;
    let results = match envelope.items() {
        _ if !lists_results => return whole(envelope::status_error(&answer), sent),
        Ok(results) if !results.is_empty() => results,
        Ok(_) if !answer.status.is_success() => {
            return whole(envelope::status_error(&answer), sent);
        }
        Ok(_) if envelope.result == Some(ResultStatus::Failure) && !envelope.errors.is_empty() => {
            return whole(envelope::failure(&answer, envelope), sent);
        }
        Ok(results) => results,
        Err(unreadable) => return whole(unreadable.into_error(&answer), sent),
    };
    if results.len() != sent {
        let message = format!("Tight answered {} results for {sent} items", results.len());
        let error = Arc::new(
            answer
                .error(ErrorKind::Decode, message)
                .at_path("data")
                .with_errors(envelope.errors),
        );
        let received = |index: usize| {
            results
                .get(index)
                .copied()
                .flatten()
                .map(RawValue::to_owned)
        };
        return Verdict::Items(
            (0..sent)
                .map(|index| unknown(&error, received(index)))
                .collect(),
        );
    }
    let states = results.into_iter().enumerate();
    Verdict::Items(
        states
            .map(|(index, result)| state::<R>(&answer, index, result))
            .collect(),
    )
}

/// One error for all items of a request.
fn whole<E>(error: Error, sent: usize) -> Verdict<E> {
    if !error.may_have_taken_effect() {
        return Verdict::Refused(error);
    }
    let error = Arc::new(error);
    Verdict::Items((0..sent).map(|_| unknown(&error, None)).collect())
}

fn unknown<E>(error: &Arc<Error>, received: Option<Box<RawValue>>) -> ItemState<E> {
    ItemState::Unknown(Doubt {
        error: Arc::clone(error),
        received,
    })
}

/// The state of one item, from its result.
fn state<R: BatchResult>(
    answer: &Answer,
    index: usize,
    result: Option<&RawValue>,
) -> ItemState<R::Entity> {
    let path = format!("data[{index}]");
    let doubt = |error: Error| unknown(&Arc::new(error), result.map(RawValue::to_owned));
    let no_verdict = |reason: &str| {
        doubt(
            answer
                .error(
                    ErrorKind::Decode,
                    format!("the answer ({}) {reason}", answer.status),
                )
                .at_path(&path),
        )
    };
    let Some(raw) = result else {
        return no_verdict("has no result for the item");
    };
    let said = match envelope::read::<R>(&path, raw)
        .map_err(|unreadable: Unreadable| unreadable.into_error(answer))
    {
        Ok(result) => result.into_answer(),
        Err(error) => return doubt(error),
    };
    // What the parts say must agree. Some documented samples leave `result` out, and the reference's own sample has data
    // and errors both, with SUCCESS; so `result` decides where it is there, and the other parts where it is not.
    let success = said
        .status_code
        .is_none_or(|code| (200..300).contains(&code));
    let refusal = said
        .status_code
        .is_none_or(|code| (400..500).contains(&code));
    match (&said.result, said.data, said.errors.is_empty()) {
        (Some(ResultStatus::Success), Some(entity), _) | (None, Some(entity), true) if success => {
            ItemState::Saved(entity)
        }
        (Some(ResultStatus::Failure), _, false) | (None, None, false) if refusal => {
            ItemState::Rejected(Rejection {
                errors: ApiErrors::from(said.errors),
                status_code: said.status_code,
            })
        }
        (_, None, true) => {
            no_verdict("says neither what the item became nor what is wrong with it")
        }
        _ => no_verdict("contradicts itself about the item"),
    }
}
