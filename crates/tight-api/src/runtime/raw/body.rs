//! The body of a raw request.

use bytes::Bytes;
use serde::Serialize;

use crate::runtime::call::BuildError;
use crate::runtime::upload::{Form, Upload};

#[derive(Clone, Default)]
pub(super) enum Body {
    #[default]
    Nothing,
    Json(Bytes),
    Form(Vec<(String, String)>),
    Parts(Vec<(String, Part)>),
    /// The error of serializing it.
    Unserializable(String),
}

#[derive(Clone)]
pub(super) enum Part {
    Text(String),
    Json(Bytes),
    File(Upload),
    /// The error of serializing it.
    Unserializable(String),
}

impl Body {
    pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) => Self::Json(json.into()),
            Err(error) => Self::Unserializable(format!("the body cannot be serialized: {error}")),
        }
    }

    /// Adds a part. A body of another kind is replaced.
    pub(super) fn part(&mut self, name: String, part: Part) {
        if let Self::Parts(parts) = self {
            parts.push((name, part));
        } else {
            *self = Self::Parts(vec![(name, part)]);
        }
    }

    /// The files in the body.
    pub(super) fn files(&self) -> impl Iterator<Item = &Upload> {
        let parts: &[_] = match self {
            Self::Parts(parts) => parts,
            _ => &[],
        };
        parts.iter().filter_map(|(_, part)| match part {
            Part::File(upload) => Some(upload),
            _ => None,
        })
    }

    /// The error of serializing it, if any.
    pub(super) fn error(&self) -> Option<&str> {
        match self {
            Self::Unserializable(reason) => Some(reason),
            Self::Parts(parts) => parts.iter().find_map(|(_, part)| match part {
                Part::Unserializable(reason) => Some(reason.as_str()),
                _ => None,
            }),
            _ => None,
        }
    }

    /// Adds the body to a request.
    pub(super) async fn put(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<reqwest::RequestBuilder, BuildError> {
        Ok(match self {
            Self::Nothing | Self::Unserializable(_) => request,
            Self::Json(json) => request
                .header(http::header::CONTENT_TYPE, "application/json")
                .body(json.clone()),
            Self::Form(fields) => request.form(fields),
            Self::Parts(parts) => {
                let mut form = Form::new();
                for (name, part) in parts {
                    let name = name.clone();
                    form = match part {
                        Part::Text(text) => form.text(name, text),
                        Part::Json(json) => form.raw_json(name, json.clone())?,
                        Part::File(upload) => form.file(name, upload).await?,
                        Part::Unserializable(_) => form,
                    };
                }
                request.multipart(form.finish())
            }
        })
    }
}

impl Part {
    pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) => Self::Json(json.into()),
            Err(error) => {
                Self::Unserializable(format!("a part of the body cannot be serialized: {error}"))
            }
        }
    }
}
