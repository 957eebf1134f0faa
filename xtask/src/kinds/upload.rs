//! Upload: sends a file with its metadata, and receives one object.

use proc_macro2::TokenStream;
use serde_json::{Value, json};

use super::single::Single;
use super::{Call, Kind, collection, object};
use crate::api::{Api, Operation, PartContent, Segment};
use crate::rust::Imports;
use crate::rust::print::Piece;
use crate::surface::Needs;

#[derive(Debug)]
struct Upload {
    single: Single,
    collection: String,
}

pub(super) fn recognise<'d>(api: &Api<'d>, operation: &Operation<'d>) -> Option<Box<dyn Kind>> {
    let mut parts = operation.body.parts().iter();
    if !parts.any(|part| part.content == PartContent::File) {
        return None;
    }
    let single = object::single(api, operation)?;
    // What is done has a name of its own behind that of the collection.
    let path = collection::segments(operation);
    let fixed: Vec<_> = path
        .iter()
        .filter(|segment| matches!(segment, Segment::Fixed(_)))
        .copied()
        .collect();
    let collection = match fixed.as_slice() {
        [collection @ .., _] if !collection.is_empty() => collection::name(collection),
        all => collection::name(all),
    };
    Some(Box::new(Upload { single, collection }))
}

impl Kind for Upload {
    fn x_kind(&self) -> Value {
        json!({ "is": "upload", "collection": self.collection })
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
