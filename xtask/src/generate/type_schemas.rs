//! Every type with the JSON schema that it derives: a table for the SDK's tests.

use quote::{format_ident, quote};

use super::{File, print};
use crate::contract::Contract;
use crate::diagnostic::Result;
use crate::layout::SDK_TESTS;

pub(super) fn file(contract: &Contract) -> Result<File> {
    let path = format!("{SDK_TESTS}/type_schemas.rs");
    let rows = contract.schemas.iter().map(|schema| {
        let (name, ty) = (&schema.name, format_ident!("{}", schema.name));
        quote!((#name, derived::<types::#ty>))
    });
    let source = print::file(
        &path,
        quote! {
            use tight_api::types;

            use super::{Derive, derived};

            /// Every type, and what derives its schema.
            pub(super) const TYPES: &[(&str, Derive)] = &[#(#rows),*];
        },
    )?;
    Ok(File::new(path, source))
}
