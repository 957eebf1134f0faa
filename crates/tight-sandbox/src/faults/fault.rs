//! What a fault does to a request.

use std::time::Duration;

use serde_json::Value;

use crate::faults::reply::{Reply, final_status};

/// A fault of one request, for [`Aim::fails`](crate::Aim::fails) and [`Sandbox::inject`](crate::Sandbox::inject). A
/// [`Reply`] is one, too: [`Fault::RespondBefore`].
///
/// *Before* means that the request takes no effect: nothing is stored, no token is issued. *After* means that the
/// request takes full effect, and only the response is affected; so it is with all faults without *Before* in their
/// name. The sandbox always reads the whole request first, and stores its data before a client can notice the fault.
///
/// A fault hits one request. Where it says *connection*, it is, over HTTP/2, the stream of the request: to close it means to
/// reset it with `INTERNAL_ERROR`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Returns this response; the request takes no effect.
    RespondBefore(Reply),
    /// Returns this response instead of the true one; the request takes effect.
    RespondAfter(Reply),
    /// Closes the connection without a response; the request takes no effect.
    DropBefore,
    /// Closes the connection without a response; the request takes effect.
    DropAfter,
    /// Refuses the request before it is processed, so that the client knows that it takes no effect: over HTTP/2, its stream
    /// is reset with `REFUSED_STREAM`. HTTP/1.1 cannot say so; there, it is the same as [`Fault::DropBefore`].
    RefuseStream,
    /// Never responds; the request takes no effect. The connection stays open until the client closes it or the sandbox
    /// is dropped.
    StallBefore,
    /// Never responds; the request takes effect. The connection stays open until the client closes it or the sandbox
    /// is dropped.
    StallAfter,
    /// Closes the connection after this many bytes of the response body.
    ///
    /// Status and headers arrive complete, with the true length. A body that is no longer than this arrives complete.
    Truncate(usize),
    /// Sends status, headers and this many bytes of the response body, and then nothing more. The connection stays open
    /// until the client closes it or the sandbox is dropped. A body that is no longer than this arrives complete.
    StallWithin(usize),
    /// Sends the response body slowly: the first `bytes` at once, and the same number again after each `pause`.
    ///
    /// The pauses are the sandbox's, which a test can replace: see [`Builder::sleep`](crate::Builder::sleep). A number
    /// of 0 bytes counts as 1.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tight_sandbox::Fault;
    ///
    /// let modem = Fault::Drip { bytes: 100, pause: Duration::from_millis(20) };
    /// ```
    Drip {
        /// How many bytes are sent at a time.
        bytes: usize,
        /// How long nothing is sent between them.
        pause: Duration,
    },
    /// Lets the access token of the request expire before the request is served: it takes no effect, and it is a 401
    /// with `EXPIRED_TOKEN`, like all later requests with this token. This holds for
    /// [`Sandbox::access_token`](crate::Sandbox::access_token), too.
    ///
    /// It is for operations that need an access token.
    ExpireTokenBefore,
    /// Lets the access token of the request expire after the request has been served, so that the request succeeds,
    /// and later ones with this token are a 401 with `EXPIRED_TOKEN`.
    ExpireTokenAfter,
    /// Sets the value at this JSON pointer ([RFC 6901](https://www.rfc-editor.org/rfc/rfc6901)) of the response body:
    /// an enum value that nobody knows, `null`, or a field that nobody has documented.
    ///
    /// The last part of the pointer may name a new field of an object; `-` appends to a list. A response where the
    /// pointer leads nowhere stays as it is.
    ///
    /// ```
    /// use serde_json::json;
    /// use tight_sandbox::Fault;
    ///
    /// let unknown_value = Fault::SetAt("/data/0/data/status".into(), json!("ON_HOLD"));
    /// let unknown_field = Fault::SetAt("/data/0/data/mood".into(), json!("good"));
    /// let missing = Fault::SetAt("/data/0/data".into(), json!(null));
    /// ```
    SetAt(String, Value),
    /// Removes the result at this index from the response.
    ///
    /// The results are those of a batch, or the entities of a page. A response without a result at the index stays as
    /// it is, here and with the other faults that change results. To change a response with a single entity, use
    /// [`Fault::AlterResponse`].
    RemoveResult(usize),
    /// Repeats the result at this index, directly after itself.
    RepeatResult(usize),
    /// Replaces the result at this index with this value.
    ReplaceResult(usize, Value),
    /// Changes the result at this index by a merge patch ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)): the
    /// patch contains the new values, and `null` for fields to remove.
    ///
    /// ```
    /// use serde_json::json;
    /// use tight_sandbox::Fault;
    ///
    /// // The first result of a batch has another text than was sent, and no id.
    /// let fault = Fault::AlterResult(0, json!({ "data": { "text": "Hi", "id": null } }));
    /// ```
    AlterResult(usize, Value),
    /// Swaps the results at these two indexes. A response without either stays as it is.
    SwapResults(usize, usize),
    /// Reverses the order of the results.
    ReverseResults,
    /// Changes the response body by a merge patch, as [`Fault::AlterResult`] does with a result.
    AlterResponse(Value),
    /// Reports that the request failed, with these errors in the envelope. Status and results stay true.
    ReportFailure(Vec<Value>),
    /// Changes the status of the response. 204 and 304 are sent without a body, as HTTP demands.
    SetStatus(u16),
    /// Compresses the response body with gzip and sets `Content-Encoding`, even if the client does not accept it.
    Gzip,
    /// Applies all these faults to one request, in this order.
    ///
    /// The request takes no effect if any of the faults prevents it. If several faults replace, drop, stall, slow or
    /// truncate the response, the last one counts. The faults that change a response also change one from
    /// [`Fault::RespondBefore`] or [`Fault::RespondAfter`] before them.
    ///
    /// ```
    /// use serde_json::json;
    /// use tight_sandbox::Fault;
    ///
    /// // All items are saved, but the response is a server error with the results in reverse order.
    /// let fault = Fault::Several(vec![
    ///     Fault::ReverseResults,
    ///     Fault::ReportFailure(vec![json!({ "type": "UNKNOWN_ERROR", "message": "No" })]),
    ///     Fault::SetStatus(500),
    /// ]);
    /// ```
    Several(Vec<Fault>),
}

impl Fault {
    /// Whether the request takes no effect.
    pub(crate) fn comes_before(&self) -> bool {
        match self {
            Self::RespondBefore(_)
            | Self::DropBefore
            | Self::RefuseStream
            | Self::StallBefore
            | Self::ExpireTokenBefore => true,
            Self::Several(faults) => faults.iter().any(Self::comes_before),
            _ => false,
        }
    }

    /// Whether the access token of the request is to expire.
    pub(crate) fn expires_token(&self) -> bool {
        match self {
            Self::ExpireTokenBefore | Self::ExpireTokenAfter => true,
            Self::Several(faults) => faults.iter().any(Self::expires_token),
            _ => false,
        }
    }

    /// Panics if the fault has a status that no final response can have, or a text that is no JSON pointer.
    #[track_caller]
    pub(crate) fn assert_possible(&self) {
        match self {
            Self::SetStatus(status) => {
                final_status(*status);
            }
            Self::SetAt(pointer, _) => assert!(
                pointer.is_empty() || pointer.starts_with('/'),
                "`{pointer}` is not a JSON pointer: write `/data/0/id`"
            ),
            Self::Several(faults) => {
                for fault in faults {
                    fault.assert_possible();
                }
            }
            _ => {}
        }
    }
}

/// A response instead of the effect: [`Fault::RespondBefore`].
impl From<Reply> for Fault {
    fn from(reply: Reply) -> Self {
        Self::RespondBefore(reply)
    }
}
