//! Issues access tokens. The documentation shows only the response to a valid request. Refusing as OAuth 2.0 does
//! (RFC 6749, section 5.2), without the API's envelope, is our choice.

use std::{sync::PoisonError, time::SystemTime};

use axum::http::{
    HeaderName, HeaderValue, StatusCode,
    header::{CACHE_CONTROL, WWW_AUTHENTICATE},
};
use serde_json::{Map, Value, json};

use crate::{
    document::{
        operation::{Access, FORM},
        validation::Checker,
    },
    envelope::{ApiError, ApiResponse, Body},
    kinds::{
        ApiModel, ApiRequest, Context, Definition, Expected, Kind, Operation, ResponseFuture, now,
    },
    store::{
        collections::CollectionUse,
        tokens::{Grant, Tokens},
    },
};

const GRANT: &str = "grant_type";
const SCOPE: &str = "scope";
/// The scope of tokens that allow nothing but to read.
const READ_ONLY: &str = "read";
const USER: &str = "userId";

struct Token;

pub(super) fn read(definition: &Definition<'_>, _: &Value) -> Result<Box<dyn Kind>, String> {
    if definition.spec.access == Access::Basic {
        Ok(Box::new(Token))
    } else {
        Err("it issues tokens, but does not require client credentials".to_owned())
    }
}

impl Kind for Token {
    fn collection_uses(&self, _: &Definition<'_>) -> Vec<CollectionUse> {
        Vec::new()
    }

    fn ready(
        &self,
        definition: &Definition<'_>,
        _: &ApiModel<'_>,
    ) -> Result<Box<dyn Operation>, String> {
        let request = definition.spec.request.as_ref();
        let form = request.and_then(|request| request.content.get(FORM));
        let form = form.ok_or("its request has no form")?;
        let fields = definition.document.types.get(form.id).fields();
        if !fields.iter().all(|(_, field)| field.is("string")) {
            return Err("its form has fields that are not strings".to_owned());
        }
        let grant = fields.get(GRANT);
        Ok(Box::new(TokenIssue {
            form: Checker::new(definition.document, form.clone(), "The request body"),
            default_grant: grant.and_then(|grant| grant.default().cloned()),
        }))
    }
}

/// A token endpoint.
struct TokenIssue {
    form: Checker,
    /// The grant that is assumed if the request names none, if the document has a default.
    default_grant: Option<Value>,
}

impl Operation for TokenIssue {
    fn body(&self) -> Option<Expected> {
        Some(Expected {
            media_type: FORM,
            required: true,
        })
    }

    fn issues_tokens(&self) -> bool {
        true
    }

    fn check_document(&self) -> Result<(), String> {
        self.form.check_document()
    }

    fn refuse(&self, error: ApiError) -> ApiResponse {
        refusal(Refusal::InvalidRequest, &error.message)
    }

    fn respond<'a>(&'a self, request: ApiRequest<'a>, context: Context<'a>) -> ResponseFuture<'a> {
        let mut tokens = context
            .tokens
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        now(self.issue(&request.body, &mut tokens, request.time))
    }
}

/// The errors of OAuth.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Refusal {
    InvalidClient,
    InvalidRequest,
    InvalidScope,
    UnsupportedGrantType,
}

impl TokenIssue {
    /// Issues a token if the form in `body` is a valid request.
    fn issue(&self, body: &[u8], tokens: &mut Tokens, now: SystemTime) -> ApiResponse {
        let mut form = Map::new();
        for (name, value) in form_urlencoded::parse(body) {
            // A parameter without a value counts as omitted (RFC 6749, section 3.2).
            if value.is_empty() {
                continue;
            }
            if form
                .insert(name.into(), Value::String(value.into()))
                .is_some()
            {
                return refusal(Refusal::InvalidRequest, "A parameter is repeated");
            }
        }
        let form = Value::Object(form);
        // OAuth reports one error, so it is the first one.
        if let Some(error) = self.form.check(&form, &[]).first() {
            let kind = match error.param.as_deref() {
                Some(GRANT) => Refusal::UnsupportedGrantType,
                Some(SCOPE) => Refusal::InvalidScope,
                _ => Refusal::InvalidRequest,
            };
            return refusal(kind, &error.message);
        }
        match form.get(GRANT).or(self.default_grant.as_ref()) {
            Some(grant) if grant == "client_credentials" => {
                let text = |name| form.get(name).and_then(Value::as_str);
                let grant = Grant {
                    user: text(USER).map(str::to_owned),
                    is_read_only: text(SCOPE) == Some(READ_ONLY),
                };
                issued(tokens, grant, now)
            }
            Some(_) => refusal(
                Refusal::UnsupportedGrantType,
                "The sandbox supports only the grant client_credentials",
            ),
            None => refusal(Refusal::InvalidRequest, "grant_type is required"),
        }
    }
}

fn issued(tokens: &mut Tokens, grant: Grant, now: SystemTime) -> ApiResponse {
    ApiResponse {
        status: StatusCode::OK,
        headers: vec![not_to_be_stored()],
        body: Body::Json(json!({
            "access_token": tokens.issue(grant, now),
            "token_type": "Bearer",
            "expires_in": tokens.lifetime().as_secs(),
        })),
    }
}

/// The error response to a token request. `description` is a short sentence that repeats no value of the request.
pub(crate) fn refusal(kind: Refusal, description: &str) -> ApiResponse {
    let (status, error) = match kind {
        Refusal::InvalidClient => (StatusCode::UNAUTHORIZED, "invalid_client"),
        Refusal::InvalidRequest => (StatusCode::BAD_REQUEST, "invalid_request"),
        Refusal::InvalidScope => (StatusCode::BAD_REQUEST, "invalid_scope"),
        Refusal::UnsupportedGrantType => (StatusCode::BAD_REQUEST, "unsupported_grant_type"),
    };
    let mut headers = vec![not_to_be_stored()];
    if status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Basic realm=\"sandbox\"");
        headers.push((WWW_AUTHENTICATE, challenge));
    }
    ApiResponse {
        status,
        headers,
        body: Body::Json(json!({ "error": error, "error_description": description })),
    }
}

fn not_to_be_stored() -> (HeaderName, HeaderValue) {
    (CACHE_CONTROL, HeaderValue::from_static("no-store"))
}
