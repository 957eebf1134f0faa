//! How a request ends: with the true response, or with what a fault makes of it.

use serde_json::{Map, Value, json};

use crate::{
    envelope::ApiResponse,
    http::fault::{Fault, Reply},
};

/// How a request ends.
pub(crate) enum Delivery {
    Whole(Reply),
    /// Cut after this many bytes of the body.
    Truncated(Reply, usize),
    Dropped,
    Stalled,
}

impl Delivery {
    pub(crate) fn whole(response: ApiResponse) -> Self {
        Self::Whole(Reply::of(response))
    }

    /// Applies `fault`: replaces the end of the request, or changes the response.
    fn with(self, fault: Fault) -> Self {
        match fault {
            Fault::AnswerBefore(reply) | Fault::AnswerAfter(reply) => Self::Whole(reply),
            Fault::DropBefore | Fault::DropAfter => Self::Dropped,
            Fault::StallBefore | Fault::StallAfter => Self::Stalled,
            Fault::Truncate(length) => match self {
                Self::Whole(reply) | Self::Truncated(reply, _) => Self::Truncated(reply, length),
                Self::Dropped | Self::Stalled => self,
            },
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
            Fault::AlterAnswer(patch) => {
                self.with_reply(|reply| reply.alter(|body| merge(body, patch)))
            }
            Fault::SaysFailure(errors) => {
                self.with_reply(|reply| reply.alter(|body| say_failure(body, errors)))
            }
            Fault::WithStatus(status) => self.with_reply(|reply| reply.set_status(status)),
            Fault::Gzip => self.with_reply(Reply::compress),
            Fault::Several(faults) => faults.into_iter().fold(self, Self::with),
        }
    }

    fn with_reply(mut self, alter: impl FnOnce(&mut Reply)) -> Self {
        if let Self::Whole(reply) | Self::Truncated(reply, _) = &mut self {
            alter(reply);
        }
        self
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

fn say_failure(body: &mut Value, errors: Vec<Value>) {
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
