//! Requests that the SDK has no method for, through the same door as all others.
//!
//! ```text
//! body      what is sent
//! request   the request, as data
//! ```

mod body;
mod request;

use std::fmt;
use std::future::IntoFuture;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::body::{Body, Part};
use self::request::{Custom, PageOf};
use super::call::{Effect, Session, download, entity, list as lists, nothing, unwrapped};
use super::error::Result;
use super::list::List;
use super::listing::{Listing, listing};
use super::response::Response;
use super::upload::Upload;
use crate::wire::JsonValue;

/// A request that the SDK has no method for, from [`Client::request`](crate::Client::request): with the client's token, retries,
/// limits and errors.
///
/// Awaited, it gives the body of the answer as JSON. Other methods read the answer as a type: of yours, or of the SDK's models.
///
/// ```
/// use tight_api::Method;
/// use tight_api::types::Message;
/// # async fn example(client: &tight_api::Client) -> tight_api::Result<()> {
/// // The documentation shows how a reaction is deleted, and not how one is added.
/// let reaction = serde_json::json!({ "emojiCode": "thumbs_up" });
/// let answer = client
///     .request(Method::POST, ["v6", "messages", "msg_1", "reactions"])
///     .named("addReaction")
///     .json(&reaction)
///     .await?;
/// println!("{}", answer["result"]);
///
/// let message = client.request(Method::GET, ["v6", "messages", "msg_1"]).data::<Message>().await?;
/// println!("{:?}", message.text);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "nothing is sent until it is awaited"]
pub struct RawRequest {
    session: Session,
    request: Custom,
}

impl RawRequest {
    pub(super) fn new(session: Session, method: Method, path: Vec<String>) -> Self {
        let request = Custom::new(method, path);
        Self { session, request }
    }

    /// Sets what the request is called in errors, traces and observers, such as `addReaction`; `request` if not set. Give it no
    /// ids: they would end up in logs.
    pub fn named(mut self, name: &'static str) -> Self {
        self.request.name = name;
        self
    }

    /// Adds a parameter to the query.
    pub fn query(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.request.query.push((name.into(), value.to_string()));
        self
    }

    /// Sends an object or a list as JSON.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.request.body = Body::json(body);
        self
    }

    /// Sends a form, `name=value&…`.
    pub fn form<N: Into<String>, V: Into<String>>(
        mut self,
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let fields = fields.into_iter();
        self.request.body = Body::Form(
            fields
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        );
        self
    }

    /// Adds a text to a body of several parts (`multipart/form-data`).
    pub fn text_part(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.request.body.part(name.into(), Part::Text(text.into()));
        self
    }

    /// Adds an object or a list, as JSON, to a body of several parts.
    pub fn json_part<T: Serialize + ?Sized>(mut self, name: impl Into<String>, value: &T) -> Self {
        self.request.body.part(name.into(), Part::json(value));
        self
    }

    /// Adds a file to a body of several parts.
    pub fn file_part(mut self, name: impl Into<String>, file: Upload) -> Self {
        self.request.body.part(name.into(), Part::File(file));
        self
    }

    /// Says that the request does nothing on Tight's side, so that it may be tried again as calls that read are. If neither is said,
    /// GET and HEAD read, and all others write.
    pub fn reads(mut self) -> Self {
        self.request.effect = Effect::Reads;
        self
    }

    /// Says that the request does something on Tight's side each time that it is sent.
    pub fn writes(mut self) -> Self {
        self.request.effect = Effect::Writes;
        self
    }

    /// Sends it, and reads the whole body of the answer as a type of yours. A body that is an envelope which says failure is an
    /// error.
    ///
    /// # Errors
    ///
    /// If there is no answer, or it is no success, or it cannot be read.
    pub async fn body<T: DeserializeOwned>(self) -> Result<Response<T>> {
        unwrapped::any(&self.session, &self.request).await
    }

    /// Sends it, and reads what the envelope of the answer has as its `data`.
    ///
    /// # Errors
    ///
    /// If there is no answer, or it is no success, or it cannot be read, or has no data.
    pub async fn data<T: DeserializeOwned>(self) -> Result<Response<T>> {
        entity::required(&self.session, &self.request).await
    }

    /// Sends it, and reads what the envelope of the answer has as its `data`, a list: an item that cannot be read costs no other.
    ///
    /// # Errors
    ///
    /// If there is no answer, or it is no success, or it cannot be read.
    pub async fn list<T: DeserializeOwned>(self) -> Result<Response<List<T>>> {
        lists::call(&self.session, &self.request).await
    }

    /// Returns the pages of a list, as the API's queries answer them. The cursor and the limit of a page are put into the body if it
    /// is a JSON object, as with the API's own queries, and else into the query.
    pub fn pages<T: DeserializeOwned + Send + 'static>(self) -> Listing<T> {
        listing(&self.session, PageOf::<T>::new(self.request))
    }

    /// Sends it, and returns the body of the answer as it is.
    ///
    /// # Errors
    ///
    /// If there is no answer, or it is no success.
    pub async fn bytes(self) -> Result<Response<Bytes>> {
        let request = Custom {
            accept: "*/*",
            ..self.request
        };
        download::call(&self.session, &request).await
    }

    /// Sends it, and reads no more of the answer than whether it is a success.
    ///
    /// # Errors
    ///
    /// If there is no answer, or it is no success.
    pub async fn nothing(self) -> Result<Response<()>> {
        nothing::call(&self.session, &self.request).await
    }
}

/// The whole body of the answer as JSON; `null` if there is none.
impl IntoFuture for RawRequest {
    type Output = Result<Response<JsonValue>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        async move { unwrapped::or_null(&self.session, &self.request).await }.boxed()
    }
}

/// Without what is sent: it may hold what is not for a log.
impl fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawRequest")
            .field("name", &self.request.name)
            .field("method", &self.request.method)
            .finish_non_exhaustive()
    }
}
