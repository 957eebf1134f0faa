//! One request of a batch, sent and judged.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;

use super::echo::Echo;
use super::judge::{self, Judgement};
use super::outcome::ItemState;
use crate::api_errors::ApiErrors;
use crate::runtime::call::{self, Account, Request, Session};
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::response::{Response, ResponseHead};

/// The request of an operation that saves a list of items.
pub(crate) trait BatchSave: Request + 'static {
    /// What is sent.
    type Item: Send + Sync + 'static;
    /// What it becomes.
    type Entity: DeserializeOwned + Send + Sync + 'static;

    /// The fields that both have.
    const ECHOES: &'static [Echo<Self::Item, Self::Entity>];

    fn from_items(items: Vec<Self::Item>) -> Self;
    fn items(&self) -> &[Self::Item];
    fn into_items(self) -> Vec<Self::Item>;
}

/// What became of the items of one request.
pub(crate) struct Report<T, E> {
    pub(crate) items: Vec<T>,
    pub(crate) states: Vec<ItemState<E>>,
    /// Why the batch should not go on.
    pub(crate) trouble: Option<Error>,
    /// Whether it must not go on, whatever the caller prefers.
    pub(crate) is_fatal: bool,
    /// The head of the answer, if one came.
    pub(crate) head: Option<ResponseHead>,
    /// What Tight says is wrong with the request as a whole.
    pub(crate) errors: ApiErrors,
}

/// Sends the items of one request.
pub(super) type SendItems<T, E> =
    Arc<dyn Fn(Vec<T>) -> BoxFuture<'static, Report<T, E>> + Send + Sync>;

/// Sends the items in one request.
pub(crate) async fn send<B: BatchSave>(
    session: &Session,
    items: Vec<B::Item>,
) -> Report<B::Item, B::Entity> {
    let request = B::from_items(items);
    let account = Account {
        items: request.items().len(),
        is_in: judge::may_have_results,
    };
    let answer = call::send_batch(session, &request, account).await;
    let Judgement {
        states,
        trouble,
        errors,
    } = judge::judge(
        answer.as_ref().map_err(Clone::clone),
        request.items(),
        B::ECHOES,
    );
    if let (Ok(answer), Some(trouble)) = (&answer, &trouble) {
        drop(answer.conclude::<()>(Err(trouble.clone())));
    }
    Report {
        items: request.into_items(),
        states,
        trouble,
        is_fatal: false,
        head: answer.ok().map(|answer| answer.head),
        errors,
    }
}

/// Saves one item: the short way.
pub(crate) async fn save_one<B: BatchSave>(
    session: &Session,
    item: B::Item,
) -> Result<Response<B::Entity>> {
    let mut report = send::<B>(session, vec![item]).await;
    match (report.states.pop(), report.head) {
        (Some(ItemState::Saved(entity)), Some(head)) => {
            Ok(Response::new(entity, head).with_errors(report.errors))
        }
        (Some(ItemState::Rejected(rejection)), head) => {
            let error = Error::new(ErrorKind::Rejected, "Tight rejected the item")
                .in_operation(B::OPERATION.id)
                .with_errors(rejection.errors);
            Err(match head {
                Some(head) => {
                    error.with_answer(head.status, head.headers, bytes::Bytes::new(), false)
                }
                None => error,
            })
        }
        (Some(ItemState::NotSaved(error)), _) => Err(error),
        (Some(ItemState::Unknown(doubt)), _) => Err(doubt.error),
        (Some(ItemState::Saved(_)) | None, _) => {
            let message = "there is no account of the item";
            Err(Error::new(ErrorKind::Decode, message)
                .in_operation(B::OPERATION.id)
                .with_effect(true))
        }
    }
}
