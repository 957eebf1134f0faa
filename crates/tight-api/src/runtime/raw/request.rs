//! A request as the caller specifies it.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::ops::RangeInclusive;

use bytes::Bytes;
use http::Method;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::body::Body;
use crate::runtime::call::{Auth, BuildError, Effect, Operation, Request, path};
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::listing::PageRequest;
use crate::runtime::transport::Transport;
use crate::runtime::upload::{Upload, UploadError};
use crate::wire::UnknownFields;

#[derive(Clone)]
pub(super) struct CustomRequest {
    pub(super) name: &'static str,
    pub(super) method: Method,
    pub(super) path: Vec<String>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Body,
    pub(super) effect: Effect,
    pub(super) accept: &'static str,
}

impl CustomRequest {
    pub(super) fn new(method: Method, path: Vec<String>) -> Self {
        let effect = match method {
            Method::GET | Method::HEAD | Method::OPTIONS => Effect::Reads,
            // A success need not have a body.
            Method::DELETE => Effect::Deletes,
            _ => Effect::Writes,
        };
        Self {
            name: "request",
            method,
            path,
            query: Vec::new(),
            body: Body::default(),
            effect,
            accept: "application/json",
        }
    }
}

impl Request for CustomRequest {
    /// The defaults.
    const OPERATION: Operation = Operation {
        id: "request",
        effect: Effect::Writes,
        auth: Auth::Token,
    };

    fn operation(&self) -> Operation {
        Operation {
            id: self.name,
            effect: self.effect,
            ..Self::OPERATION
        }
    }

    fn accept(&self) -> &'static str {
        self.accept
    }

    fn check(&self) -> Result<()> {
        let refused = |reason: &str| Err(Error::new(ErrorKind::InvalidRequest, reason));
        if self.path.is_empty() {
            return refused("the request has no path");
        }
        for (index, segment) in self.path.iter().enumerate() {
            path::check(&format!("path[{index}]"), segment)?;
        }
        self.body.error().map_or(Ok(()), refused)
    }

    fn is_repeatable(&self) -> bool {
        self.body.files().all(Upload::is_repeatable)
    }

    fn take_upload_error(&self) -> Option<UploadError> {
        self.body.files().find_map(Upload::take_error)
    }

    async fn build(&self, api: &Transport) -> Result<reqwest::Request, BuildError> {
        let mut url = Self::base_url(api).to_owned();
        for segment in &self.path {
            url.push('/');
            url.push_str(&path::encode(segment));
        }
        let mut request = api.http.request(self.method.clone(), url);
        if !self.query.is_empty() {
            request = request.query(&self.query);
        }
        Ok(self.body.put(request).await?.build()?)
    }
}

/// A custom request for a page.
pub(super) struct CustomPage<T> {
    request: CustomRequest,
    cursor: Option<String>,
    limit: Option<i64>,
    item: PhantomData<fn() -> T>,
}

impl<T> CustomPage<T> {
    pub(super) fn new(request: CustomRequest) -> Self {
        Self {
            // Listing only reads, whatever the method.
            request: CustomRequest {
                effect: Effect::Reads,
                ..request
            },
            cursor: None,
            limit: None,
            item: PhantomData,
        }
    }

    /// The request with cursor and limit.
    fn with_paging(&self) -> Result<CustomRequest, String> {
        let mut request = self.request.clone();
        if let Body::Json(json) = &self.request.body {
            request.body = Body::Json(self.in_object(json)?);
            return Ok(request);
        }
        if let Some(cursor) = &self.cursor {
            request.query.push(("cursor".to_owned(), cursor.clone()));
        }
        if let Some(limit) = self.limit {
            request.query.push(("limit".to_owned(), limit.to_string()));
        }
        Ok(request)
    }

    /// The JSON object with cursor and limit inserted first.
    fn in_object(&self, json: &Bytes) -> Result<Bytes, String> {
        let known: HashMap<String, IgnoredAny> = serde_json::from_slice(json)
            .map_err(|_| "the body of a request for pages must be a JSON object".to_owned())?;
        if known.contains_key("cursor") || known.contains_key("limit") {
            return Err(
                "the body has a cursor or a limit: set them with `Listing::cursor` and `Listing::limit`"
                    .to_owned(),
            );
        }
        let cursor = self.cursor.as_ref().map(|cursor| {
            let cursor = serde_json::Value::from(cursor.as_str());
            format!("\"cursor\":{cursor}")
        });
        let limit = self.limit.map(|limit| format!("\"limit\":{limit}"));
        // In an object, the members follow the first brace.
        let text = String::from_utf8_lossy(json);
        let behind = text.split_once('{').map_or("}", |(_, behind)| behind);
        let paging = Vec::from_iter(cursor.into_iter().chain(limit)).join(",");
        let comma = if paging.is_empty() || known.is_empty() {
            ""
        } else {
            ","
        };
        Ok(format!("{{{paging}{comma}{behind}").into())
    }
}

impl<T> Clone for CustomPage<T> {
    fn clone(&self) -> Self {
        Self {
            request: self.request.clone(),
            cursor: self.cursor.clone(),
            limit: self.limit,
            item: PhantomData,
        }
    }
}

impl<T> Request for CustomPage<T> {
    const OPERATION: Operation = CustomRequest::OPERATION;

    fn operation(&self) -> Operation {
        self.request.operation()
    }

    fn check(&self) -> Result<()> {
        self.request.check()
    }

    fn is_repeatable(&self) -> bool {
        self.request.is_repeatable()
    }

    fn take_upload_error(&self) -> Option<UploadError> {
        self.request.take_upload_error()
    }

    async fn build(&self, api: &Transport) -> Result<reqwest::Request, BuildError> {
        self.with_paging()?.build(api).await
    }
}

impl<T: DeserializeOwned + Send + 'static> PageRequest for CustomPage<T> {
    type Item = T;
    type Extras = UnknownFields;

    const LIMITS: RangeInclusive<i64> = 1..=i64::MAX;

    fn paging_fields(&mut self) -> (&mut Option<String>, &mut Option<i64>) {
        (&mut self.cursor, &mut self.limit)
    }
}
