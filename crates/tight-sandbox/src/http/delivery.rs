//! How an exchange ends: with the true answer, or with what a fault makes of it.

use serde_json::{Map, Value, json};

use crate::{
    envelope::ApiResponse,
    http::fault::{Fault, Reply},
};

/// How an exchange ends.
pub(crate) enum Delivery {
    Whole(Reply),
    /// After this many bytes of the answer's body.
    Truncated(Reply, usize),
    Dropped,
    Stalled,
}

impl Delivery {
    pub(crate) fn whole(response: ApiResponse) -> Self {
        Self::Whole(Reply::of(response))
    }

    /// The delivery after `fault`, which says how it ends instead, or alters the answer if there is one.
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

    /// `alter` is not called if there is no result at `index`.
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

/// How a request ends that meets with `fault`, where `perform` does what it asks for as soon as it is awaited.
pub(crate) async fn deliver(
    fault: Option<Fault>,
    perform: impl Future<Output = ApiResponse>,
) -> Delivery {
    let Some(fault) = fault else {
        return Delivery::whole(perform.await);
    };
    // Which delivery it is before the effect does not matter: the fault has one of its own.
    let delivery = if fault.comes_before() {
        Delivery::Dropped
    } else {
        Delivery::whole(perform.await)
    };
    delivery.with(fault)
}

fn say_failure(body: &mut Value, errors: Vec<Value>) {
    // What an access token comes in has no envelope.
    if body.get("result").is_some() {
        body["result"] = json!("FAILURE");
        body["error"] = Value::Array(errors);
    }
}

/// A merge patch, as RFC 7396 defines it.
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
