//! The documented payloads, each with the type that it is: a table for the SDK's round-trip tests.

use quote::{format_ident, quote};

use super::{File, print};
use crate::diagnostic::Result;
use crate::layout::SDK_TESTS;
use crate::sample::Sample;

pub(super) fn file(samples: &[Sample]) -> Result<File> {
    let path = format!("{SDK_TESTS}/samples.rs");
    let rows = samples.iter().map(|sample| {
        let (name, schema) = (&sample.name, format_ident!("{}", sample.schema));
        let side = format_ident!(
            "{}",
            if sample.is_answer {
                "Answer"
            } else {
                "Request"
            }
        );
        quote!(Sample { name: #name, side: Side::#side, round_trip: round_trip::<types::#schema> })
    });
    let source = print::file(
        &path,
        quote! {
            use tight_api::types;

            use super::{Sample, Side, round_trip};

            /// Every file of `openapi/samples/`, and what reads it.
            pub(super) const SAMPLES: &[Sample] = &[#(#rows),*];
        },
    )?;
    Ok(File::new(path, source))
}
