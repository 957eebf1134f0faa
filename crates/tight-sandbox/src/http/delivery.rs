//! How a request ends: with the true response, or with what a fault makes of it.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    envelope::{ApiError, ApiErrorType, ApiResponse},
    faults::{fault::Fault, reply::Reply},
};

/// How a request ends.
pub(crate) enum Delivery {
    Responded(Reply, Manner),
    Dropped,
    Refused,
    Stalled,
}

/// How a response is sent.
pub(crate) enum Manner {
    Whole,
    /// Cut after this many bytes of the body.
    Truncated(usize),
    /// Nothing follows after this many bytes of the body.
    Stalled(usize),
    /// So many bytes at a time, with a pause between.
    Dripping(usize, Duration),
}

impl Delivery {
    pub(crate) fn whole(response: ApiResponse) -> Self {
        Self::Responded(Reply::of(response), Manner::Whole)
    }

    /// The status of the response, if there is one.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Responded(reply, _) => Some(reply.code()),
            Self::Refused | Self::Dropped | Self::Stalled => None,
        }
    }

    /// Applies `fault`: replaces the end of the request, or changes the response.
    fn with(self, fault: Fault) -> Self {
        match fault {
            Fault::RespondBefore(reply) | Fault::RespondAfter(reply) => {
                Self::Responded(reply, Manner::Whole)
            }
            Fault::DropBefore | Fault::DropAfter => Self::Dropped,
            Fault::RefuseStream => Self::Refused,
            Fault::StallBefore | Fault::StallAfter => Self::Stalled,
            Fault::Truncate(length) => self.sent(Manner::Truncated(length)),
            Fault::StallWithin(length) => self.sent(Manner::Stalled(length)),
            Fault::Drip { bytes, pause } => self.sent(Manner::Dripping(bytes.max(1), pause)),
            Fault::ExpireTokenBefore => Self::whole(expired_token()),
            Fault::ExpireTokenAfter => self,
            Fault::SetAt(pointer, value) => {
                self.with_reply(|reply| reply.alter(|body| set_at(body, &pointer, value)))
            }
            Fault::RemoveResult(index) => self.with_result(index, |results| {
                results.remove(index);
            }),
            Fault::RepeatResult(index) => self.with_result(index, |results| {
                results.insert(index, results[index].clone());
            }),
            Fault::ReplaceResult(index, value) => {
                self.with_result(index, |results| results[index] = value)
            }
            Fault::AlterResult(index, patch) => {
                self.with_result(index, |results| merge(&mut results[index], patch))
            }
            Fault::SwapResults(one, other) => {
                self.with_result(one.max(other), |results| results.swap(one, other))
            }
            Fault::ReverseResults => {
                self.with_reply(|reply| reply.alter_results(|results| results.reverse()))
            }
            Fault::AlterResponse(patch) => {
                self.with_reply(|reply| reply.alter(|body| merge(body, patch)))
            }
            Fault::ReportFailure(errors) => {
                self.with_reply(|reply| reply.alter(|body| report_failure(body, errors)))
            }
            Fault::SetStatus(status) => self.with_reply(|reply| reply.set_status(status)),
            Fault::Gzip => self.with_reply(Reply::compress),
            Fault::Several(faults) => faults.into_iter().fold(self, Self::with),
        }
    }

    fn with_reply(mut self, alter: impl FnOnce(&mut Reply)) -> Self {
        if let Self::Responded(reply, _) = &mut self {
            alter(reply);
        }
        self
    }

    fn sent(self, manner: Manner) -> Self {
        match self {
            Self::Responded(reply, _) => Self::Responded(reply, manner),
            Self::Dropped | Self::Refused | Self::Stalled => self,
        }
    }

    /// Calls `alter` only if there is a result at `index`.
    fn with_result(self, index: usize, alter: impl FnOnce(&mut Vec<Value>)) -> Self {
        self.with_reply(|reply| {
            reply.alter_results(|results| {
                if index < results.len() {
                    alter(results);
                }
            });
        })
    }
}

/// Performs a request and applies the fault, if any. `perform` takes effect when it is awaited.
pub(crate) async fn deliver(
    fault: Option<Fault>,
    perform: impl Future<Output = ApiResponse>,
) -> Delivery {
    let Some(fault) = fault else {
        return Delivery::whole(perform.await);
    };
    // Any delivery will do before the effect, because the fault replaces it.
    let delivery = if fault.comes_before() {
        Delivery::Dropped
    } else {
        Delivery::whole(perform.await)
    };
    delivery.with(fault)
}

/// The response to a request with a token that was valid once.
pub(crate) fn expired_token() -> ApiResponse {
    let error = ApiError::plain(ApiErrorType::ExpiredToken, "Expired access token");
    ApiResponse::failure(StatusCode::UNAUTHORIZED, &[error])
}

/// Sets the value at a JSON pointer (RFC 6901), if it leads somewhere.
fn set_at(body: &mut Value, pointer: &str, value: Value) {
    let Some((parent, last)) = pointer.rsplit_once('/') else {
        *body = value;
        return;
    };
    match body.pointer_mut(parent) {
        Some(Value::Object(fields)) => {
            fields.insert(last.replace("~1", "/").replace("~0", "~"), value);
        }
        Some(Value::Array(items)) if last == "-" => items.push(value),
        Some(Value::Array(items)) => {
            let index = last.parse::<usize>().ok();
            if let Some(item) = index.and_then(|index| items.get_mut(index)) {
                *item = value;
            }
        }
        _ => {}
    }
}

fn report_failure(body: &mut Value, errors: Vec<Value>) {
    // Token responses have no envelope.
    if body.get("result").is_some() {
        body["result"] = json!("FAILURE");
        body["error"] = Value::Array(errors);
    }
}

/// Applies a merge patch (RFC 7396).
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(&name);
        } else {
            merge(target.entry(name).or_insert(Value::Null), value);
        }
    }
}
