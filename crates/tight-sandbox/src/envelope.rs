//! How this API answers: the envelope around every body, and the errors in it. The same for all operations,
//! so it is written here once and not read from the document.

use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The documented kinds of error that the sandbox reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum FlawType {
    BadRequest,
    ExpiredToken,
    InvalidFormat,
    InvalidToken,
    InvalidValue,
    JsonError,
    Required,
}

/// One flaw of a request, or of one item of it.
#[derive(Debug, Serialize)]
pub(crate) struct Flaw {
    #[serde(rename = "type")]
    pub(crate) kind: FlawType,
    /// A short sentence for a person. It never repeats a value of the request.
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) param: Option<String>,
}

impl Flaw {
    /// A flaw that is about no single parameter.
    pub(crate) fn plain(kind: FlawType, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            param: None,
        }
    }

    /// A flaw of a parameter, where `predicate` says what is wrong with it.
    pub(crate) fn of(kind: FlawType, param: impl Into<String>, predicate: &str) -> Self {
        let param = param.into();
        Self {
            kind,
            message: format!("{param} {predicate}"),
            param: Some(param),
        }
    }

    /// The documentation lists 404, but no error type for it. Here it is a parameter that has an invalid
    /// value: the id of nothing that there is.
    pub(crate) fn unknown(param: &str, collection: &str) -> Self {
        let predicate = format!("is the id of nothing in {collection}");
        Self::of(FlawType::InvalidValue, param, &predicate)
    }
}

/// A status, and the JSON body and the headers of note that go with it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Value,
}

impl Answer {
    /// The answer to a request that failed as a whole.
    pub(crate) fn failure(status: StatusCode, flaws: &[Flaw]) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: json!({ "result": "FAILURE", "data": null, "error": flaws }),
        }
    }

    /// The answer to a request that was about one thing.
    pub(crate) fn success(data: impl Into<Value>) -> Self {
        Self {
            status: StatusCode::OK,
            headers: Vec::new(),
            body: json!({ "result": "SUCCESS", "data": data.into(), "error": [] }),
        }
    }

    /// The answer to a request for a list, with the cursors of the pages around it.
    pub(crate) fn page(data: Vec<Value>, after: Value, before: Value) -> Self {
        let mut answer = Self::success(data);
        answer.body["cursor"] = json!({ "after": after, "before": before });
        answer
    }

    /// The answer to a request about something that there is not.
    pub(crate) fn not_found(param: &str, collection: &str) -> Self {
        Self::failure(StatusCode::NOT_FOUND, &[Flaw::unknown(param, collection)])
    }

    /// The answer to a batch: the results in the order of the request's items.
    ///
    /// The statuses are documented, `result` of a partial success is not: SUCCESS is our choice, since the
    /// documentation calls 207 a partial success. An empty batch has no failed item and succeeds.
    pub(crate) fn batch(results: &[ItemResult]) -> Self {
        let saved = results
            .iter()
            .filter(|result| matches!(result, ItemResult::Saved(_)))
            .count();
        let (status, result) = match (saved, results.len()) {
            (saved, all) if saved == all => (StatusCode::OK, "SUCCESS"),
            (0, _) => (StatusCode::BAD_REQUEST, "FAILURE"),
            _ => (StatusCode::MULTI_STATUS, "SUCCESS"),
        };
        let data: Vec<Value> = results.iter().map(ItemResult::to_json).collect();
        Self {
            status,
            headers: Vec::new(),
            body: json!({ "result": result, "data": data, "error": [] }),
        }
    }
}

/// What became of one item of a batch.
#[derive(Debug)]
pub(crate) enum ItemResult {
    Saved(Map<String, Value>),
    /// With the status that the item alone would have been answered with.
    Rejected(StatusCode, Vec<Flaw>),
}

impl ItemResult {
    fn to_json(&self) -> Value {
        match self {
            Self::Saved(entity) => json!({
                "result": "SUCCESS", "statusCode": StatusCode::OK.as_u16(), "data": entity, "error": []
            }),
            Self::Rejected(status, flaws) => json!({
                "result": "FAILURE", "statusCode": status.as_u16(), "data": null, "error": flaws
            }),
        }
    }
}
