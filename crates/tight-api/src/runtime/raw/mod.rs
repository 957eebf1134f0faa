//! Requests to endpoints that the SDK has no method for, sent like all others.
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
use self::request::{CustomPage, CustomRequest};
use super::call::{Effect, Session, download, entity, list as lists, no_content, unwrapped};
use super::error::Result;
use super::list::List;
use super::listing::{Listing, listing};
use super::response::Response;
use super::upload::Upload;
use crate::wire::JsonValue;

/// A request to an endpoint that the SDK has no method for, with the token, retries and limits of the client. Created by
/// [`Client::request`](crate::Client::request).
///
/// `await` it for the body of the response as JSON, or decode the response into your own type or a model with one of the methods.
///
/// ```
/// use tight_api::Method;
/// use tight_api::types::Message;
/// # async fn example(client: &tight_api::Client) -> tight_api::Result<()> {
/// // Adding a reaction is not documented.
/// let reaction = serde_json::json!({ "emojiCode": "thumbs_up" });
/// let response = client
///     .request(Method::POST, ["v6", "messages", "msg_1", "reactions"])
///     .named("addReaction")
///     .json(&reaction)
///     .await?;
/// println!("{}", response["result"]);
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
    request: CustomRequest,
}

impl RawRequest {
    pub(super) fn new(session: Session, method: Method, path: Vec<String>) -> Self {
        let request = CustomRequest::new(method, path);
        Self { session, request }
    }

    /// Sets the operation name in errors, traces and observers, such as `addReaction`; if not set, `request`. It is logged: do not
    /// include ids.
    pub fn named(mut self, name: &'static str) -> Self {
        self.request.name = name;
        self
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: impl Into<String>, value: impl fmt::Display) -> Self {
        self.request.query.push((name.into(), value.to_string()));
        self
    }

    /// Sets the body, as JSON.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        self.request.body = Body::json(body);
        self
    }

    /// Sets the body, as a form: `name=value&…`.
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

    /// Adds a text part to a multipart body (`multipart/form-data`).
    pub fn text_part(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.request.body.part(name.into(), Part::Text(text.into()));
        self
    }

    /// Adds a JSON part to a multipart body.
    pub fn json_part<T: Serialize + ?Sized>(mut self, name: impl Into<String>, value: &T) -> Self {
        self.request.body.part(name.into(), Part::json(value));
        self
    }

    /// Adds a file to a multipart body.
    pub fn file_part(mut self, name: impl Into<String>, file: Upload) -> Self {
        self.request.body.part(name.into(), Part::File(file));
        self
    }

    /// Declares that the request only reads, so that it is retried like other reads. If neither this nor [`writes`](Self::writes) is
    /// called, GET and HEAD read, and all others write.
    pub fn reads(mut self) -> Self {
        self.request.effect = Effect::Reads;
        self
    }

    /// Declares that the request writes, so that it is not retried if it may have taken effect.
    pub fn writes(mut self) -> Self {
        self.request.effect = Effect::Writes;
        self
    }

    /// Sends the request, and decodes the whole body. An envelope with the result `FAILURE` is an error.
    ///
    /// # Errors
    ///
    /// Fails if no response is received, or it is not successful or cannot be decoded.
    pub async fn body<T: DeserializeOwned>(self) -> Result<Response<T>> {
        unwrapped::any(&self.session, &self.request).await
    }

    /// Sends the request, and decodes the `data` of the envelope.
    ///
    /// # Errors
    ///
    /// Fails if no response is received, or it is not successful, cannot be decoded, or has no data.
    pub async fn data<T: DeserializeOwned>(self) -> Result<Response<T>> {
        entity::required(&self.session, &self.request).await
    }

    /// Sends the request, and decodes the list in `data` of the envelope. An item that cannot be decoded is an error in the list.
    ///
    /// # Errors
    ///
    /// Fails if no response is received, or it is not successful or cannot be decoded.
    pub async fn list<T: DeserializeOwned>(self) -> Result<Response<List<T>>> {
        lists::call(&self.session, &self.request).await
    }

    /// Returns the pages of a list, as with the queries of the API. Cursor and limit are sent in the body if it is a JSON object, and as
    /// query parameters otherwise.
    pub fn pages<T: DeserializeOwned + Send + 'static>(self) -> Listing<T> {
        listing(&self.session, CustomPage::<T>::new(self.request))
    }

    /// Sends the request, and returns the raw body.
    ///
    /// # Errors
    ///
    /// Fails if no response is received, or it is not successful.
    pub async fn bytes(self) -> Result<Response<Bytes>> {
        let request = CustomRequest {
            accept: "*/*",
            ..self.request
        };
        download::call(&self.session, &request).await
    }

    /// Sends the request, and ignores the body of a successful response.
    ///
    /// # Errors
    ///
    /// Fails if no response is received, or it is not successful.
    pub async fn nothing(self) -> Result<Response<()>> {
        no_content::call(&self.session, &self.request).await
    }
}

/// Sends the request. Resolves to the body as JSON, or `null` if it is empty.
impl IntoFuture for RawRequest {
    type Output = Result<Response<JsonValue>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        async move { unwrapped::or_null(&self.session, &self.request).await }.boxed()
    }
}

/// Does not show what is sent, since it can be confidential.
impl fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawRequest")
            .field("name", &self.request.name)
            .field("method", &self.request.method)
            .finish_non_exhaustive()
    }
}
