//! Nothing: receives a response without a body.

use proc_macro2::TokenStream;
use serde_json::Value;

use super::single::{Answer, Reader, Single};
use super::{Call, Kind, collection};
use crate::api::{Api, Operation, Success, Type};
use crate::rust::Imports;
use crate::rust::print::Piece;
use crate::surface::Needs;

#[derive(Debug)]
struct Nothing {
    single: Single,
    x_kind: Value,
}

pub(super) fn recognise<'d>(api: &Api<'d>, operation: &Operation<'d>) -> Option<Box<dyn Kind>> {
    let is_nothing = operation.success == Success::Nothing || has_only_result(api, operation);
    is_nothing.then(|| {
        let single = Single {
            reader: Reader::Nothing,
            answer: Answer::Nothing,
            optional: false,
            extras: None,
            envelope: None,
            envelope_schema: None,
        };
        let x_kind = collection::object(api, operation, &Type::FreeForm);
        Box::new(Nothing { single, x_kind }) as Box<dyn Kind>
    })
}

/// Whether a response contains nothing but its result.
fn has_only_result(api: &Api<'_>, operation: &Operation<'_>) -> bool {
    let answer = operation.success.json().and_then(|ty| ty.schema());
    answer.is_some_and(|answer| {
        api.property(answer, "result").is_some()
            && api.properties(answer).iter().all(|property| {
                property.name != "data" && super::envelope::ENVELOPE_FIELDS.contains(&property.name)
            })
    })
}

impl Kind for Nothing {
    fn x_kind(&self) -> Value {
        self.x_kind.clone()
    }

    fn needs(&self) -> Needs {
        self.single.needs()
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
