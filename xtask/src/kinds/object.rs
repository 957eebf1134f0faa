//! Object: receives one object, in the API's envelope or bare, whatever is sent: gets, deletes, single saves and actions.

use proc_macro2::TokenStream;
use serde_json::Value;

use super::single::{Answer, Reader, Single};
use super::{Call, Kind, collection, envelope};
use crate::api::{Api, Operation, Success, Type};
use crate::rust::Imports;
use crate::rust::print::Piece;
use crate::surface::Needs;

#[derive(Debug)]
struct Object {
    single: Single,
    x_kind: Value,
}

pub(super) fn recognise<'d>(api: &Api<'d>, operation: &Operation<'d>) -> Option<Box<dyn Kind>> {
    let single = single(api, operation)?;
    let Answer::One(ty) = &single.answer else {
        return None;
    };
    let x_kind = collection::object(api, operation, ty);
    Some(Box::new(Object { single, x_kind }))
}

/// How to read the response of an operation that returns one object.
pub(super) fn single(api: &Api<'_>, operation: &Operation<'_>) -> Option<Single> {
    let answer = operation.success.json()?.schema()?;
    let optional = matches!(operation.success, Success::JsonOrNothing(_));
    let single = match envelope::of(api, operation) {
        Some(found) => {
            if matches!(found.data.ty, Type::List(_)) {
                return None;
            }
            Single {
                reader: Reader::Entity,
                answer: Answer::One(found.data.ty.clone()),
                optional,
                extras: found.extras(),
                envelope: Some("/data"),
                envelope_schema: Some(found.schema.name.to_owned()),
            }
        }
        None => {
            // An envelope without data says whether something was done, and no more.
            let is_bare = api.property(answer, "result").is_none();
            let is_object = !api.properties(answer).is_empty();
            (is_bare && is_object).then(|| Single {
                reader: Reader::Unwrapped,
                answer: Answer::One(Type::Named(answer.to_owned())),
                optional,
                extras: None,
                envelope: None,
                envelope_schema: None,
            })?
        }
    };
    Some(single)
}

impl Kind for Object {
    fn x_kind(&self) -> Value {
        self.x_kind.clone()
    }

    fn needs(&self) -> Needs {
        self.single.needs()
    }

    fn envelopes(&self) -> Vec<(String, &'static str)> {
        self.single.envelopes()
    }

    fn method(&self, call: &Call<'_, '_>, imports: &mut Imports) -> TokenStream {
        self.single.method(call, imports)
    }

    fn builder(&self, call: &Call<'_, '_>, imports: &mut Imports) -> Option<Piece> {
        self.single.builder(call, imports)
    }

    fn digest(&self, call: &Call<'_, '_>) -> (String, String) {
        self.single.digest(call)
    }

    fn payload(&self, operation: &Operation<'_>, is_answer: bool) -> Vec<(String, String)> {
        self.single.payload(operation, is_answer)
    }
}
