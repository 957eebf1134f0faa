//! Sends one request of a batch, and derives the state of each item.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;

use super::echo::Echo;
use super::outcome::ItemState;
use super::results::{self, RequestResult};
use crate::api_errors::ApiErrors;
use crate::runtime::call::{self, BatchCall, RawResponse, Request, Session};
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::response::{Response, ResponseHead};
use crate::wire::{Received, UnknownFields};

/// The request of an operation that saves a list of items.
pub(crate) trait BatchSave: Request + 'static {
    /// The items that are sent.
    type Item: Send + Sync + 'static;
    /// The entities that they are saved as.
    type Entity: DeserializeOwned + Send + Sync + 'static;
    /// The other fields of the body.
    type Settings: Clone + Send + Sync + 'static;
    /// The extra fields of a response.
    type Extras: Received + Send + Sync + 'static;

    /// The fields that item and entity share.
    const ECHOES: &'static [Echo<Self::Item, Self::Entity>];

    fn from_items(items: Vec<Self::Item>, settings: Self::Settings) -> Self;
    fn items(&self) -> &[Self::Item];
    fn into_items(self) -> Vec<Self::Item>;
}

/// The outcome of one request.
pub(crate) struct Report<T, E, X> {
    pub(crate) items: Vec<T>,
    pub(crate) states: Vec<ItemState<E>>,
    /// The undocumented fields of the results, in the order of the items; empty if no result has any.
    pub(crate) item_extras: Vec<UnknownFields>,
    /// Why the batch should stop.
    pub(crate) stop_reason: Option<Error>,
    /// Whether it must stop, whatever `AfterTrouble` says.
    pub(crate) is_fatal: bool,
    /// The head of the response, if one was received.
    pub(crate) head: Option<ResponseHead>,
    /// The errors about the whole request.
    pub(crate) errors: ApiErrors,
    /// The extra fields of the response, if there are any.
    pub(crate) extras: Option<X>,
}

/// Sends the items of one request.
pub(super) type SendItems<T, E, X> =
    Arc<dyn Fn(Vec<T>) -> BoxFuture<'static, Report<T, E, X>> + Send + Sync>;

/// Sends the items in one request, and interprets the response.
async fn exchange<B: BatchSave>(
    session: &Session,
    items: Vec<B::Item>,
    settings: B::Settings,
) -> (
    Vec<B::Item>,
    Result<Box<RawResponse>>,
    RequestResult<B::Entity, B::Extras>,
) {
    let request = B::from_items(items, settings);
    let batch = BatchCall {
        items: request.items().len(),
        has_results: results::may_have_results,
    };
    let response = call::send_batch(session, &request, batch).await;
    let result = results::interpret(
        response.as_deref().map_err(Clone::clone),
        request.items(),
        B::ECHOES,
    );
    if let (Ok(response), Some(stop_reason)) = (&response, &result.stop_reason) {
        drop(response.conclude::<()>(Err(stop_reason.clone())));
    }
    (request.into_items(), response, result)
}

/// Sends the items in one request.
pub(crate) async fn send<B: BatchSave>(
    session: &Session,
    items: Vec<B::Item>,
    settings: B::Settings,
) -> Report<B::Item, B::Entity, B::Extras> {
    let (items, response, result) = exchange::<B>(session, items, settings).await;
    Report {
        items,
        states: result.states,
        item_extras: result.item_extras,
        stop_reason: result.stop_reason,
        is_fatal: false,
        head: response.ok().map(|response| response.head),
        errors: result.errors,
        extras: result.extras,
    }
}

/// Saves one item.
pub(crate) async fn save_one<B: BatchSave>(
    session: &Session,
    item: B::Item,
    settings: B::Settings,
) -> Result<Response<B::Entity, B::Extras>> {
    let (_, response, mut result) = exchange::<B>(session, vec![item], settings).await;
    match (result.states.pop(), response) {
        (Some(ItemState::Saved(entity)), Ok(response)) => {
            let extras = result.extras.unwrap_or_default();
            Ok(Response::new(entity, extras, response.head).with_errors(result.errors))
        }
        (Some(ItemState::Rejected(rejection)), Ok(response)) => Err(response
            .refusal(ErrorKind::Rejected, "Tight rejected the item")
            .with_errors(rejection.errors)),
        (Some(ItemState::NotSaved(error)), _) => Err(error),
        (Some(ItemState::Unknown(doubt)), _) => Err(doubt.error),
        // Only a response yields a result.
        (_, Err(error)) => Err(error),
        (None, Ok(response)) => {
            Err(response.error(ErrorKind::Decode, "there is no batch of the item"))
        }
    }
}
