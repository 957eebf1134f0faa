//! List: receives all items at once, without cursors, in the API's envelope or bare.

use proc_macro2::TokenStream;
use serde_json::{Value, json};

use super::single::{Answer, Reader, Single};
use super::{Call, Kind, collection, envelope};
use crate::api::{Api, Body, Operation, Success, Type};
use crate::rust::Imports;
use crate::rust::print::Piece;
use crate::surface::Needs;

#[derive(Debug)]
struct List {
    single: Single,
    x_kind: Value,
}

pub(super) fn recognise<'d>(api: &Api<'d>, operation: &Operation<'d>) -> Option<Box<dyn Kind>> {
    let Success::Json(answer) = &operation.success else {
        return None;
    };
    let (reader, list, extras, envelope) = match envelope::of(api, operation) {
        // One that has cursors, and cannot be asked for with them, is not whole.
        Some(found) if found.has_cursors => return None,
        Some(found) => (
            Reader::List,
            found.data.ty.clone(),
            found.extras(),
            "/data/*",
        ),
        None => (Reader::BareList, answer.clone(), None, "/*"),
    };
    let Type::List(item) = list else { return None };
    let schema = item.schema().unwrap_or_default();
    let saves = matches!(
        &operation.body,
        Body::Json {
            ty: Type::List(_),
            ..
        }
    ) && !operation.reads;
    let does = if saves { "save" } else { "get" };
    let mut x_kind = json!({ "is": "list", "does": does });
    if let Some(x_kind) = x_kind.as_object_mut() {
        x_kind.extend(collection::list(api, operation, schema));
    }
    if operation.method == "POST" && !saves {
        x_kind = if operation.reads {
            json!({ "is": "computed" })
        } else {
            json!({ "is": "action" })
        };
    }
    let single = Single {
        reader,
        answer: Answer::Each(*item),
        optional: false,
        extras,
        envelope: Some(envelope),
        envelope_schema: envelope::of(api, operation).map(|found| found.schema.name.to_owned()),
    };
    Some(Box::new(List { single, x_kind }))
}

impl Kind for List {
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
