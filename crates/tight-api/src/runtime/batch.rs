//! Many items through one operation.
//!
//! Saving is not idempotent, so the account of each item must be right: saved means stored, rejected and not sent mean not
//! stored, and whatever cannot be told is told as such. A verdict belongs to an item by its place in the list, the only
//! correlation there is; if the places do not add up, there is no verdict.

use std::marker::PhantomData;

use futures_util::stream::{self, Stream, StreamExt};
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::answer::Answer;
use super::attempts;
use super::call::Request;
use super::envelope::{self, Envelope, ItemResult};
use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::outcome::{BatchOutcome, Doubt, ItemOutcome, ItemState, Rejection};
use crate::response::ResponseHead;
use crate::types::ResultStatus;

/// The request of an operation that saves a list of items.
pub(crate) trait BatchSave: Request {
    /// What is sent.
    type Item: Send + Sync;
    /// What it becomes.
    type Entity: DeserializeOwned + Send;

    fn of(items: Vec<Self::Item>) -> Self;
    fn into_items(self) -> Vec<Self::Item>;
}

type Outcome<B> = ItemOutcome<<B as BatchSave>::Item, <B as BatchSave>::Entity>;

/// What became of one request.
enum Verdict<E> {
    /// Tight answered for each item.
    Items(Vec<ItemState<E>>),
    /// Nobody can tell what became of the items.
    Doubt(Vec<ItemState<E>>, Error),
    /// The request certainly did nothing.
    Refused(Error),
}

/// Sends the items in order, in requests of the client's batch size, until one ends in doubt or is refused.
pub(crate) async fn save<B: BatchSave>(
    client: &Client,
    items: impl IntoIterator<Item = B::Item>,
) -> Result<BatchOutcome<B::Item, B::Entity>> {
    let mut batch = Batch::<B>::new(client.clone());
    let mut items = items.into_iter();
    let mut outcome = BatchOutcome::new();
    loop {
        let request: Vec<_> = items.by_ref().take(batch.size()).collect();
        if request.is_empty() {
            return Ok(outcome);
        }
        let items = batch.next(request).await;
        match batch.refusal() {
            Some(error) if outcome.is_empty() => return Err(error),
            _ => outcome.add(items, batch.last_response.take()),
        }
    }
}

/// As [`save`], with one request in memory at a time.
pub(crate) fn save_stream<B: BatchSave, S: Stream<Item = B::Item>>(
    client: &Client,
    items: S,
) -> impl Stream<Item = Outcome<B>> + use<B, S> {
    let batch = Batch::<B>::new(client.clone());
    let requests = items.chunks(batch.size());
    stream::unfold(
        (batch, Box::pin(requests)),
        |(mut batch, mut requests)| async move {
            let request = requests.next().await?;
            let items = batch.next(request).await;
            Some((stream::iter(items), (batch, requests)))
        },
    )
    .flatten()
}

/// A batch on its way.
struct Batch<B> {
    client: Client,
    /// How many items have been handed over so far.
    index: usize,
    /// Why nothing is sent any more.
    stopped: Option<Error>,
    /// Whether that is a refusal of the first request.
    refused: bool,
    last_response: Option<ResponseHead>,
    request: PhantomData<fn() -> B>,
}

impl<B: BatchSave> Batch<B> {
    fn new(client: Client) -> Self {
        Self {
            client,
            index: 0,
            stopped: None,
            refused: false,
            last_response: None,
            request: PhantomData,
        }
    }

    /// How many items go into one request.
    fn size(&self) -> usize {
        self.client.options().batch_size
    }

    /// The error, if the first request of all was refused, and so nothing was saved.
    fn refusal(&self) -> Option<Error> {
        self.stopped.clone().filter(|_| self.refused)
    }

    /// Sends the items of one request, unless an earlier one put an end to it.
    async fn next(&mut self, items: Vec<B::Item>) -> Vec<Outcome<B>> {
        let first = self.index;
        self.index += items.len();
        let (items, states) = match &self.stopped {
            Some(error) => {
                let states = items
                    .iter()
                    .map(|_| ItemState::NotSent(error.clone()))
                    .collect();
                (items, states)
            }
            None => self.send(items, first == 0).await,
        };
        let outcomes = items.into_iter().zip(states).enumerate();
        outcomes
            .map(|(offset, (item, state))| ItemOutcome {
                index: first + offset,
                item,
                state,
            })
            .collect()
    }

    async fn send(
        &mut self,
        items: Vec<B::Item>,
        is_first: bool,
    ) -> (Vec<B::Item>, Vec<ItemState<B::Entity>>) {
        let request = B::of(items);
        let answer = attempts::send(self.client.session(), self.client.options(), &request).await;
        let items = request.into_items();
        if let Ok(answer) = &answer {
            self.last_response = Some(answer.head.clone());
        }
        let states = match judge(answer, items.len()) {
            Verdict::Items(states) => states,
            Verdict::Doubt(states, error) => {
                self.stopped = Some(error);
                states
            }
            Verdict::Refused(error) => {
                self.refused = is_first;
                let states = items.iter().map(|_| refused(&error)).collect();
                self.stopped = Some(error);
                states
            }
        };
        (items, states)
    }
}

/// The state of an item whose request certainly did nothing.
fn refused<E>(error: &Error) -> ItemState<E> {
    match error.kind() {
        ErrorKind::Status | ErrorKind::Failure => {
            ItemState::Rejected(Rejection::of_request(error.clone()))
        }
        _ => ItemState::NotSent(error.clone()),
    }
}

/// What an answer to `sent` items, or its absence, says about them.
///
/// | status | what is in the envelope | verdict |
/// | --- | --- | --- |
/// | 2xx, 400 | as many results as items | item by item |
/// | 2xx, 400 | results, but another number | doubt |
/// | 400 | no results | refused |
/// | 2xx but 207 | no results, `FAILURE` and errors | refused |
/// | 2xx | none of this | doubt |
/// | any other | | refused or doubt, by the status |
fn judge<E: DeserializeOwned>(answer: Result<Answer>, sent: usize) -> Verdict<E> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return whole(error, sent),
    };
    let is_success = answer.head.status.is_success();
    if !is_success && answer.head.status != StatusCode::BAD_REQUEST {
        return whole(envelope::status_error(&answer), sent);
    }
    let read = Envelope::read(&answer).and_then(|envelope| Ok((envelope.items()?, envelope)));
    let (results, envelope) = match read {
        Ok((results, envelope)) if !results.is_empty() => (results, envelope),
        // A 400 whose body is anything else says with its status what there is to say.
        _ if !is_success => return whole(envelope::status_error(&answer), sent),
        Ok((_, envelope)) if is_failure(&answer, &envelope) => {
            return whole(envelope::failure(&answer, envelope), sent);
        }
        Ok((results, envelope)) => (results, envelope),
        Err(unreadable) => return whole(unreadable.into_error(&answer), sent),
    };
    if results.len() != sent {
        let message = format!("Tight answered {} results for {sent} items", results.len());
        let error = answer
            .error(ErrorKind::Decode, message)
            .at_path("data")
            .with_errors(envelope.errors);
        let received = |index: usize| results.get(index).copied().flatten();
        let states = (0..sent)
            .map(|index| unknown(&answer, error.clone(), received(index)))
            .collect();
        return Verdict::Doubt(states, error);
    }
    let results = results.into_iter().enumerate();
    Verdict::Items(
        results
            .map(|(index, result)| state(&answer, index, result))
            .collect(),
    )
}

/// Whether a success status without results says that the request failed. 207 says that some items did not.
fn is_failure(answer: &Answer, envelope: &Envelope<'_>) -> bool {
    let says_failure =
        envelope.result == Some(ResultStatus::Failure) && !envelope.errors.is_empty();
    says_failure && answer.head.status != StatusCode::MULTI_STATUS
}

/// One error for all items of a request.
fn whole<E>(error: Error, sent: usize) -> Verdict<E> {
    if error.may_have_taken_effect() {
        Verdict::Doubt(
            (0..sent)
                .map(|_| ItemState::Unknown(Doubt::new(error.clone(), None)))
                .collect(),
            error,
        )
    } else {
        Verdict::Refused(error)
    }
}

fn unknown<E>(answer: &Answer, error: Error, received: Option<&RawValue>) -> ItemState<E> {
    ItemState::Unknown(Doubt::new(
        error,
        received.map(|raw| answer.secrets().clean(raw.get()).into_owned()),
    ))
}

/// The state of one item, from its result. The parts of a result must agree with each other and with the status of the
/// answer. Some documented samples leave `result` out, and the reference's own sample has data and errors both, with
/// `SUCCESS`; so `result` decides where it is there, and the other parts where it is not.
fn state<E: DeserializeOwned>(
    answer: &Answer,
    index: usize,
    raw: Option<&RawValue>,
) -> ItemState<E> {
    let path = format!("data[{index}]");
    let status = answer.head.status;
    let doubt = |reason: &str| {
        answer
            .error(ErrorKind::Decode, format!("the answer ({status}) {reason}"))
            .at_path(&path)
    };
    let Some(raw) = raw else {
        return unknown(answer, doubt("has no result for the item"), None);
    };
    let said = match ItemResult::read(answer, &path, raw) {
        Ok(said) => said,
        Err(unreadable) => return unknown(answer, unreadable.into_error(answer), Some(raw)),
    };
    let code = said.status_code.map(|code| code / 100);
    let succeeded = matches!(code, None | Some(2)) && status.is_success();
    let was_refused = matches!(code, None | Some(4)) && !answer.is_in_doubt();
    let reason = match (&said.result, said.data, said.errors.is_empty()) {
        (Some(ResultStatus::Success), Some(data), _) | (None, Some(data), true) if succeeded => {
            match envelope::read(&format!("{path}.data"), data) {
                Ok(entity) => return ItemState::Saved(entity),
                Err(unreadable) => {
                    return unknown(answer, unreadable.into_error(answer), Some(raw));
                }
            }
        }
        (Some(ResultStatus::Failure), _, false) | (None, None, false) if was_refused => {
            return ItemState::Rejected(Rejection::new(said.errors, said.status_code));
        }
        (Some(ResultStatus::Failure), _, false) | (None, None, false) if answer.is_in_doubt() => {
            "rejects the item, but an earlier attempt may have saved it"
        }
        (Some(ResultStatus::Failure), _, false) => {
            "says that the item failed, but not that it was refused"
        }
        (Some(ResultStatus::Unknown(_)), ..) => "has a result for the item that is not documented",
        (_, None, true) => "says neither what the item became nor what is wrong with it",
        _ => "contradicts itself about the item",
    };
    unknown(answer, doubt(reason).with_errors(said.errors), Some(raw))
}
