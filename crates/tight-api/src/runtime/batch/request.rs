//! One request of a batch, sent and judged.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;

use super::echo::Echo;
use super::judge::{self, Judgement};
use super::outcome::ItemState;
use crate::api_errors::ApiErrors;
use crate::runtime::call::{self, Account, Answer, Request, Session};
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::response::{Response, ResponseHead};
use crate::wire::{Received, UnknownFields};

/// The request of an operation that saves a list of items.
pub(crate) trait BatchSave: Request + 'static {
    /// What is sent.
    type Item: Send + Sync + 'static;
    /// What it becomes.
    type Entity: DeserializeOwned + Send + Sync + 'static;
    /// What each request says beside the items.
    type Settings: Clone + Send + Sync + 'static;
    /// What an answer has beside the results of the items.
    type Extras: Received + Send + Sync + 'static;

    /// The fields that both have.
    const ECHOES: &'static [Echo<Self::Item, Self::Entity>];

    fn from_items(items: Vec<Self::Item>, settings: Self::Settings) -> Self;
    fn items(&self) -> &[Self::Item];
    fn into_items(self) -> Vec<Self::Item>;
}

/// What became of the items of one request.
pub(crate) struct Report<T, E, X> {
    pub(crate) items: Vec<T>,
    pub(crate) states: Vec<ItemState<E>>,
    /// What stands beside the results of the items, each in the place of its item; nothing at all where no result has anything.
    pub(crate) besides: Vec<UnknownFields>,
    /// Why the batch should not go on.
    pub(crate) trouble: Option<Error>,
    /// Whether it must not go on, whatever the caller prefers.
    pub(crate) is_fatal: bool,
    /// The head of the answer, if one came.
    pub(crate) head: Option<ResponseHead>,
    /// What Tight says is wrong with the request as a whole.
    pub(crate) errors: ApiErrors,
    /// What stands beside the results, if anything does.
    pub(crate) extras: Option<X>,
}

/// Sends the items of one request.
pub(super) type SendItems<T, E, X> =
    Arc<dyn Fn(Vec<T>) -> BoxFuture<'static, Report<T, E, X>> + Send + Sync>;

/// Sends the items in one request, and judges the answer.
async fn exchange<B: BatchSave>(
    session: &Session,
    items: Vec<B::Item>,
    settings: B::Settings,
) -> (
    Vec<B::Item>,
    Result<Answer>,
    Judgement<B::Entity, B::Extras>,
) {
    let request = B::from_items(items, settings);
    let account = Account {
        items: request.items().len(),
        is_in: judge::may_have_results,
    };
    let answer = call::send_batch(session, &request, account).await;
    let judgement = judge::judge(
        answer.as_ref().map_err(Clone::clone),
        request.items(),
        B::ECHOES,
    );
    if let (Ok(answer), Some(trouble)) = (&answer, &judgement.trouble) {
        drop(answer.conclude::<()>(Err(trouble.clone())));
    }
    (request.into_items(), answer, judgement)
}

/// Sends the items in one request.
pub(crate) async fn send<B: BatchSave>(
    session: &Session,
    items: Vec<B::Item>,
    settings: B::Settings,
) -> Report<B::Item, B::Entity, B::Extras> {
    let (items, answer, judgement) = exchange::<B>(session, items, settings).await;
    Report {
        items,
        states: judgement.states,
        besides: judgement.besides,
        trouble: judgement.trouble,
        is_fatal: false,
        head: answer.ok().map(|answer| answer.head),
        errors: judgement.errors,
        extras: judgement.extras,
    }
}

/// Saves one item: the short way.
pub(crate) async fn save_one<B: BatchSave>(
    session: &Session,
    item: B::Item,
    settings: B::Settings,
) -> Result<Response<B::Entity, B::Extras>> {
    let (_, answer, mut judgement) = exchange::<B>(session, vec![item], settings).await;
    match (judgement.states.pop(), answer) {
        (Some(ItemState::Saved(entity)), Ok(answer)) => {
            let extras = judgement.extras.unwrap_or_default();
            Ok(Response::new(entity, extras, answer.head).with_errors(judgement.errors))
        }
        (Some(ItemState::Rejected(rejection)), Ok(answer)) => Err(answer
            .refusal(ErrorKind::Rejected, "Tight rejected the item")
            .with_errors(rejection.errors)),
        (Some(ItemState::NotSaved(error)), _) => Err(error),
        (Some(ItemState::Unknown(doubt)), _) => Err(doubt.error),
        // A verdict comes of an answer.
        (_, Err(error)) => Err(error),
        (None, Ok(answer)) => {
            Err(answer.error(ErrorKind::Decode, "there is no account of the item"))
        }
    }
}
