//! Token: sends client credentials, and receives an access token with its lifetime.

use proc_macro2::TokenStream;
use serde_json::{Value, json};

use super::single::{Answer, Reader, Single};
use super::{Call, Kind};
use crate::api::{Api, Auth, Operation, Type};
use crate::rust::Imports;
use crate::rust::print::Piece;
use crate::surface::Needs;

#[derive(Debug)]
struct Token(Single);

pub(super) fn recognise<'d>(api: &Api<'d>, operation: &Operation<'d>) -> Option<Box<dyn Kind>> {
    let answer = operation.success.json()?.schema()?;
    let answers = |name: &str| api.property(answer, name).is_some();
    let is_token = operation.auth == Auth::ClientCredentials
        && answers("access_token")
        && answers("expires_in");
    let answer = Type::Named(answer.to_owned());
    is_token.then(|| {
        let single = Single {
            reader: Reader::Unwrapped,
            answer: Answer::One(answer),
            optional: false,
            extras: None,
            envelope: None,
            envelope_schema: None,
        };
        Box::new(Token(single)) as Box<dyn Kind>
    })
}

impl Kind for Token {
    fn x_kind(&self) -> Value {
        json!({ "is": "token" })
    }

    /// A second token does not invalidate the first.
    fn reads(&self, _: &Operation<'_>) -> bool {
        true
    }

    fn needs(&self) -> Needs {
        self.0.needs()
    }

    fn method(&self, call: &Call<'_, '_>, imports: &mut Imports) -> TokenStream {
        self.0.method(call, imports)
    }

    fn builder(&self, call: &Call<'_, '_>, imports: &mut Imports) -> Option<Piece> {
        self.0.builder(call, imports)
    }

    fn digest(&self, call: &Call<'_, '_>) -> (String, String) {
        self.0.digest(call)
    }

    fn payload(&self, operation: &Operation<'_>, is_answer: bool) -> Vec<(String, String)> {
        self.0.payload(operation, is_answer)
    }
}
