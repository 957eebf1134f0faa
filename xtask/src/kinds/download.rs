//! Download: receives bytes of a media type other than JSON, such as a PDF or CSV export.

use proc_macro2::TokenStream;
use serde_json::{Value, json};

use super::single::{Answer, Reader, Single};
use super::{Call, Kind};
use crate::api::{Api, Operation, Success};
use crate::rust::Imports;
use crate::rust::print::Piece;
use crate::surface::Needs;

#[derive(Debug)]
struct Download {
    single: Single,
    media: String,
}

pub(super) fn recognise<'d>(_: &Api<'d>, operation: &Operation<'d>) -> Option<Box<dyn Kind>> {
    let Success::Bytes(media) = &operation.success else {
        return None;
    };
    let single = Single {
        reader: Reader::Download,
        answer: Answer::Bytes,
        optional: false,
        extras: None,
        envelope: None,
        envelope_schema: None,
    };
    Some(Box::new(Download {
        single,
        media: media.clone(),
    }))
}

impl Kind for Download {
    fn x_kind(&self) -> Value {
        json!({ "is": "download", "media": self.media })
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
